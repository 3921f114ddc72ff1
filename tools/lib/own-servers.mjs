import { execFile } from 'node:child_process';
import { chownSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { startKafka } from './kafka.mjs';
import { postgresAccount } from './postgres-account.mjs';
import { startPostgres } from './postgres.mjs';
import { Processes } from './processes.mjs';
import { temporaryFolder } from './test-servers.mjs';

const copy = promisify(execFile);

/**
 * A PostgreSQL of a spec's own, to kill and restart; gone with its data after `dispose()`.
 * @param {{ settings?: Record<string, string> }} [options]
 * @returns {Promise<import('./own-servers.mjs').OwnPostgres>}
 */
export async function startOwnPostgres({ settings } = {}) {
  const { directory, processes } = workshop('own-postgres');
  let backups = 0;
  const start = async (/** @type {string} */ place, /** @type {Record<string, string> | undefined} */ given) => {
    const options = { directory: place, processes, name: `postgres-${backups}`, throwAway: true, settings: given };
    const { url, port, kill, restart, stop } = await startPostgres(options);
    return { url, port, data: join(place, 'data'), kill, restart, stop };
  };
  const server = await started(processes, () => start(directory, settings));
  return {
    ...server,
    backUp: async () => {
      const place = join(directory, `backup-${(backups += 1)}`);
      await copyRunning(server, place);
      return { data: join(place, 'data'), start: () => start(place, undefined) };
    },
    dispose: () => processes.stopAll(),
  };
}

/**
 * A physical copy of a running server's data folder that can be started as a server, as a base backup is one.
 * @param {{ url: string, data: string }} server
 * @param {string} place
 */
async function copyRunning({ url, data }, place) {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    mkdirSync(place, { mode: 0o711 });
    await admin.query(`SELECT pg_backup_start('copy', true)`);
    // With owners and modes, without which the server would refuse its folder.
    await copy('cp', ['-a', data, place]);
    const { rows } = await admin.query('SELECT labelfile FROM pg_backup_stop(false)');
    // Written while the rest was copied, and needed to make the copy whole.
    await copy('cp', ['-a', join(data, 'pg_wal'), join(place, 'data')]);
    rmSync(join(place, 'data', 'postmaster.pid'));
    const label = join(place, 'data', 'backup_label');
    writeFileSync(label, rows[0].labelfile, { mode: 0o600 });
    const account = postgresAccount();
    if (account) chownSync(label, account.uid, account.gid);
    copyFileSync(join(dirname(data), 'password'), join(place, 'password'));
  } finally {
    await admin.end();
  }
}

/**
 * A Kafka of a spec's own, to kill and restart; gone with its data after `dispose()`.
 * @param {{ behind?: { port: number, target?: number } }} [options]
 * @returns {Promise<import('./own-servers.mjs').OwnKafka>}
 */
export async function startOwnKafka({ behind } = {}) {
  const { directory, processes } = workshop('own-kafka');
  const options = { directory, processes, installation: 'convenant-tests', advertisedPort: behind?.port };
  const server = await started(processes, () => startKafka(options));
  const { brokers, port, username, password, kill, restart } = server;
  if (behind) behind.target = port;
  const kafka = { brokers, sasl: { username, password } };
  return { kafka, port, kill, restart, stop: server.stop, dispose: () => processes.stopAll() };
}

/** @param {string} purpose */
function workshop(purpose) {
  const directory = temporaryFolder(purpose);
  return { directory, processes: new Processes(join(directory, 'run'), { remove: [directory] }) };
}

/**
 * @template T
 * @param {Processes} processes
 * @param {() => Promise<T>} start
 */
async function started(processes, start) {
  try {
    return await start();
  } catch (error) {
    await processes.stopAll();
    throw error;
  }
}
