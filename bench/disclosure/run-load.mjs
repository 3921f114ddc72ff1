import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { timeOf, timeOfServer } from '../processor-time.mjs';

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
 * @typedef {{ answers: number, others: number, seconds: number, p50: number, p99: number, cpu: number }} LoadAnswer latencies in
 *   milliseconds; `cpu`: microseconds of the load generator
 * @typedef {{ service: number, postgres: number | undefined, load: number }} ProcessorTime microseconds for each answer;
 *   `postgres` is not known of a server on another machine
 * @typedef {LoadAnswer & { rate: number, processor: ProcessorTime }} LoadResult
 */

const execute = promisify(execFile);
const load = fileURLToPath(new URL('./load.mjs', import.meta.url));

/**
 * @param {{ pid: number, postmaster: number | undefined }} server
 * @param {LoadOptions} options
 * @returns {Promise<LoadResult>}
 */
export async function runLoad({ pid, postmaster }, options) {
  const used = () => ({ service: timeOf(pid), postgres: postmaster && timeOfServer(postmaster) });
  const before = used();
  const { stdout } = await execute(process.execPath, [load, JSON.stringify(options)]);
  const after = used();
  const answer = /** @type {LoadAnswer} */ (JSON.parse(stdout));
  if (answer.others > 0)
    throw new Error(`${answer.others} of the requests were not answered 2xx: the figures would lie`);
  const { answers, seconds, cpu } = answer;
  const postgres =
    after.postgres === undefined || before.postgres === undefined
      ? undefined
      : (after.postgres - before.postgres) / answers;
  const processor = { service: (after.service - before.service) / answers, postgres, load: cpu / answers };
  return { ...answer, rate: answers / seconds, processor };
}
