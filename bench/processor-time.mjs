import { readFileSync } from 'node:fs';

/** Clock ticks of `/proc`: 100 a second on every Linux that Node runs on. */
const TICK_MICROSECONDS = 10_000;
const COMMAND = 'postgres';

/** Microseconds of processor time that a process has used, with all its threads. @param {number} pid */
export function timeOf(pid) {
  const { user, system } = statOf(pid);
  return user + system;
}

/**
 * Microseconds that a PostgreSQL server has used in all its processes: the backends of every connection, WAL writer,
 * checkpointer and the like. Those that have ended count too: the postmaster waited for them, and Linux adds them up there.
 * @param {number} postmaster
 */
export function timeOfServer(postmaster) {
  const { user, system, endedUser, endedSystem } = statOf(postmaster);
  let total = user + system + endedUser + endedSystem;
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8');
  for (const child of children.split(' ').filter(Boolean)) {
    try {
      total += timeOf(Number(child));
    } catch {
      // Ended since it was listed: the next look finds it in the postmaster's sum.
    }
  }
  return total;
}

/**
 * The postmaster that a connection leads to, or undefined when it runs on another machine, whose `/proc` is not ours.
 * @param {import('pg').Client} database
 */
export async function postmasterOf(database) {
  const { rows } = await database.query('SELECT pg_backend_pid() AS pid');
  try {
    const backend = statOf(rows[0].pid);
    return backend.command === COMMAND && statOf(backend.parent).command === COMMAND ? backend.parent : undefined;
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function statOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command stands in brackets and may hold anything, brackets too.
  const end = stat.lastIndexOf(') ');
  const fields = stat.slice(end + 2).split(' ');
  const ticks = (/** @type {number} */ place) => Number(fields[place]) * TICK_MICROSECONDS;
  return {
    command: stat.slice(stat.indexOf('(') + 1, end),
    parent: Number(fields[1]),
    user: ticks(11),
    system: ticks(12),
    endedUser: ticks(13),
    endedSystem: ticks(14),
  };
}
