import { join } from 'node:path';
import { startKafka } from './kafka.mjs';
import { startPostgres } from './postgres.mjs';
import { Processes } from './processes.mjs';
import { temporaryFolder } from './test-servers.mjs';

/**
 * A PostgreSQL of a spec's own, to kill and restart; gone with its data after `dispose()`.
 * @returns {Promise<import('./own-servers.mjs').OwnPostgres>}
 */
export async function startOwnPostgres() {
  const { directory, processes } = workshop('own-postgres');
  const server = await started(processes, () => startPostgres({ directory, processes, throwAway: true }));
  const { url, port, kill, restart } = server;
  return { url, port, kill, restart, stop: server.stop, dispose: () => processes.stopAll() };
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
