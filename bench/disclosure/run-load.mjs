import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/**
 * @typedef {object} LoadOptions
 * @property {string} url
 * @property {string} token
 * @property {number} from number of the first body
 * @property {number} modulo after so many it begins again
 * @property {number} connections
 * @property {number} seconds
 * @property {number} [rate] requests a second; without it each connection sends again as soon as it was answered
 *
 * @typedef {{ answers: number, others: number, seconds: number, p50: number, p99: number }} LoadAnswer latencies in milliseconds
 * @typedef {LoadAnswer & { rate: number, cpuPerAnswer: number }} LoadResult `cpuPerAnswer`: microseconds of the serving process
 */

const execute = promisify(execFile);
const load = fileURLToPath(new URL('./load.mjs', import.meta.url));
/** Clock ticks of `/proc`: 100 a second on every Linux that Node runs on. */
const TICK_MICROSECONDS = 10_000;

/**
 * @param {{ pid: number }} server
 * @param {LoadOptions} options
 * @returns {Promise<LoadResult>}
 */
export async function runLoad({ pid }, options) {
  const before = cpuOf(pid);
  const { stdout } = await execute(process.execPath, [load, JSON.stringify(options)]);
  const cpu = cpuOf(pid) - before;
  const answer = /** @type {LoadAnswer} */ (JSON.parse(stdout));
  if (answer.others > 0)
    throw new Error(`${answer.others} of the requests were not answered 2xx: the figures would lie`);
  return { ...answer, rate: answer.answers / answer.seconds, cpuPerAnswer: cpu / answer.answers };
}

/** Microseconds of processor time that a process has used, with all its threads. @param {number} pid */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MICROSECONDS;
}
