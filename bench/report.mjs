import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

/**
 * Where something was measured. `load` is that of the last minute before the run: above some tenths, rates say little.
 * @typedef {{ cpu: string, cores: number, memoryGiB: number, os: string, node: string, load: number }} Machine
 */

/** @returns {Machine} */
export function machine() {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${systemName()}, Linux ${release()}`,
    node: process.versions.node,
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}

/**
 * The report as people read it.
 * @param {{ bench: string, machine: Machine, rows: import('./bench.mjs').Row[] }} report
 * @returns {string}
 */
export function asTable({ bench, machine: at, rows }) {
  const head = ['metric', 'value', 'unit', 'ratio', 'against', 'target', 'met'];
  const body = rows.map((each) => [
    each.metric,
    readable(each.value),
    each.unit,
    each.ratio === null ? '' : each.ratio.toFixed(2),
    each.against ?? '',
    each.target ?? '',
    each.met === null ? '' : each.met ? 'yes' : 'NO',
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...body.map((cells) => cells[column]?.length ?? 0)),
  );
  const numeric = new Set([1, 3]);
  const line = (/** @type {string[]} */ cells) =>
    cells
      .map((cell, column) =>
        numeric.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const where = `${at.cpu}, ${at.cores} cores, ${at.memoryGiB} GiB, ${at.os}, Node ${at.node}, load before ${at.load}`;
  return [
    `${bench} on ${where}`,
    '',
    line(head),
    line(widths.map((width) => '-'.repeat(width))),
    ...body.map(line),
  ].join('\n');
}

/** Four significant digits; thousands apart. @param {number} value */
function readable(value) {
  return new Intl.NumberFormat('en', { maximumSignificantDigits: 4 }).format(value);
}

function systemName() {
  try {
    return /^PRETTY_NAME="(.+)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux';
  } catch {
    return 'Linux';
  }
}
