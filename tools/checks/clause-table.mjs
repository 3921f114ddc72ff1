/**
 * A row of the table of clauses.
 * @typedef {{ id: string, done: boolean, missing: string }} ClauseRow
 */

/**
 * The rows of every table in `docs/clauses.md` that has the columns id and status.
 * @param {string} markdown
 * @returns {ClauseRow[]}
 * @throws when a row has no status that is known, or an id twice
 */
export function parseClauses(markdown) {
  /** @type {ClauseRow[]} */
  const rows = [];
  /** @type {string[] | undefined} */
  let columns;
  for (const line of markdown.split('\n')) {
    if (!line.startsWith('|')) {
      columns = undefined;
      continue;
    }
    const cells = cellsOf(line);
    if (columns === undefined) {
      columns = cells.map((cell) => cell.toLowerCase());
      continue;
    }
    if (!columns.includes('id') || !columns.includes('status') || cells.every((cell) => /^:?-+:?$/.test(cell)))
      continue;
    const cell = (/** @type {string} */ name) => cells[/** @type {string[]} */ (columns).indexOf(name)] ?? '';
    const [id, status] = [cell('id').replaceAll('`', ''), cell('status').toLowerCase()];
    if (status !== 'done' && status !== 'open')
      throw new Error(`docs/clauses.md: the status of ${id} is "${status}"; it must be done or open`);
    if (rows.some((row) => row.id === id)) throw new Error(`docs/clauses.md: ${id} stands there twice`);
    rows.push({ id, done: status === 'done', missing: status === 'done' ? '' : cell('missing') });
  }
  return rows;
}

/**
 * The titles of the tests in a spec file.
 * @param {string} source
 * @returns {string[]}
 */
export function testTitles(source) {
  const call = /\b(?:it|test)(?:\.each\([^)]*\))?\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g;
  return [...source.matchAll(call)].map(([, single, double, template]) => single ?? double ?? template ?? '');
}

/** @param {string} line @returns {string[]} a bar behind a backslash belongs to its cell */
function cellsOf(line) {
  return line
    .replace(/^\|/, '')
    .replace(/\|\s*$/, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}
