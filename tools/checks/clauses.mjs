import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../launch/paths.mjs';
import { parseClauses, testTitles } from './clause-table.mjs';

/**
 * The table of clauses against the tests: a row is shown by the tests whose title starts with its id and a blank, and
 * counts as done only when one of them is end to end. Exit code 1 when a row says done without that.
 * @param {string[]} args `--json`: one object on standard output
 */
export function clauses(args) {
  const rows = parseClauses(readFileSync(join(root, 'docs/clauses.md'), 'utf8'));
  const tests = globSync('{libs,apps,tools}/**/*.spec.ts', { cwd: root, exclude: (name) => name === 'node_modules' })
    .sort()
    .flatMap((file) => testTitles(readFileSync(join(root, file), 'utf8')).map((title) => ({ file, title })));
  const shown = rows.map((row) => ({
    ...row,
    tests: tests.filter(({ title }) => title.startsWith(`${row.id} `)).map(({ file, title }) => `${file}: ${title}`),
  }));
  const unproven = shown.filter((row) => row.done && !row.tests.some((test) => /\.e2e\.spec\.ts: /.test(test)));

  if (args.includes('--json')) {
    const plain = shown.map(({ id, done, tests, missing }) => ({ id, done, tests, missing }));
    console.log(JSON.stringify({ rows: plain }, undefined, 2));
  } else {
    for (const row of shown) {
      const count = `${row.tests.length} ${row.tests.length === 1 ? 'test' : 'tests'}`;
      console.log(`${row.done ? 'done' : 'open'}  ${row.id.padEnd(20)} ${count.padEnd(8)} ${row.missing}`.trimEnd());
    }
    console.log(`\n${shown.filter((row) => row.done).length} of ${shown.length} rows are done.`);
  }
  for (const row of unproven)
    console.error(`${row.id} is marked done, yet no .e2e.spec.ts has a test whose title starts with "${row.id} "`);
  process.exitCode = unproven.length === 0 ? 0 : 1;
}
