import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * One process, not whatever later got the same number: a pid with the kernel's start time of that process.
 * @typedef {{ pid: number, startedAt: string }} ProcessIdentity `startedAt`: clock ticks since boot, as text
 */

/**
 * Who runs under this pid now, or undefined when nobody does. A zombie has ended: nobody.
 * @param {number} pid
 * @returns {ProcessIdentity | undefined}
 */
export function identify(pid) {
  const fields = statFields(pid);
  return fields === undefined || fields[0] === 'Z' || fields[0] === 'X'
    ? undefined
    : { pid, startedAt: /** @type {string} */ (fields[19]) };
}

/**
 * @param {number} pid
 * @returns {number} the process that started it, or 0 when it has ended
 */
export function parentOf(pid) {
  return Number(statFields(pid)?.[1] ?? 0);
}

/**
 * The kernel's line about a process from its state on, see proc(5).
 * @param {number} pid
 * @returns {string[] | undefined} undefined when it has ended
 */
function statFields(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in brackets and may itself contain blanks and brackets.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/**
 * @param {ProcessIdentity} identity
 * @returns {boolean} whether that very process still runs
 */
export function isAlive(identity) {
  return identify(identity.pid)?.startedAt === identity.startedAt;
}

/**
 * The command line of a running process, or '' when it has ended.
 * @param {number} pid
 * @returns {string}
 */
export function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/**
 * Ends a process: the polite signal, then SIGKILL to its whole group when it has not ended in time. Returns once it has
 * ended; at once when it already had.
 * @param {ProcessIdentity} identity
 * @param {{ signal?: NodeJS.Signals, timeoutMs?: number }} [options]
 * @returns {Promise<void>}
 */
export async function end(identity, { signal = 'SIGTERM', timeoutMs = 8000 } = {}) {
  if (!isAlive(identity)) return;
  send(identity.pid, signal);
  if (await ended(identity, timeoutMs)) return;
  send(-identity.pid, 'SIGKILL');
  send(identity.pid, 'SIGKILL');
  if (!(await ended(identity, 5000))) throw new Error(`Process ${identity.pid} does not end, not even by SIGKILL`);
}

/**
 * @param {ProcessIdentity} identity
 * @param {number} timeoutMs
 * @returns {Promise<boolean>} whether it ended in that time
 */
export async function ended(identity, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(identity)) {
    if (Date.now() > deadline) return false;
    await delay(25);
  }
  return true;
}

/** @param {number} pid @param {NodeJS.Signals} signal */
function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // ESRCH: it ended between the look and the signal, or never led a group of its own.
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}
