import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import kafkajs from 'kafkajs';
import pg from 'pg';
import { startKafka } from './kafka.mjs';
import { startPostgres } from './postgres.mjs';
import { Processes } from './processes.mjs';

/** Where `node tools/launch.mjs servers` keeps a developer's test servers. */
export const developerServers = fileURLToPath(new URL('../../.local/dev-servers/', import.meta.url));

/**
 * How tests reach their servers, as environment variables: an administrator of PostgreSQL, a superuser of Kafka
 * (SCRAM-SHA-512).
 * @typedef {{ TEST_DATABASE_URL: string, TEST_KAFKA_BROKERS: string, TEST_KAFKA_SASL_USERNAME: string,
 *   TEST_KAFKA_SASL_PASSWORD: string }} TestServersEnv
 */

/**
 * A temporary folder that the PostgreSQL account may pass through.
 * @param {string} purpose
 * @returns {string}
 */
export function temporaryFolder(purpose) {
  const folder = mkdtempSync(join(tmpdir(), `convenant-${purpose}-`));
  chmodSync(folder, 0o711);
  return folder;
}

/**
 * Both servers under `directory`, started side by side.
 * @param {string} directory
 * @param {{ remove: boolean, onExit?: (how: string) => void }} options `remove`: the folder goes when they end
 * @returns {Promise<{ env: TestServersEnv, stop: () => Promise<void> }>}
 */
export async function startTestServers(directory, { remove, onExit }) {
  const processes = new Processes(join(directory, 'run'), { remove: remove ? [directory] : [] });
  try {
    const [postgres, kafka] = await Promise.all([
      startPostgres({ directory: join(directory, 'postgres'), processes, throwAway: true, onExit }),
      startKafka({ directory: join(directory, 'kafka'), processes, installation: 'convenant-tests', onExit }),
    ]);
    const env = {
      TEST_DATABASE_URL: postgres.url,
      TEST_KAFKA_BROKERS: kafka.brokers.join(','),
      TEST_KAFKA_SASL_USERNAME: kafka.username,
      TEST_KAFKA_SASL_PASSWORD: kafka.password,
    };
    return { env, stop: () => processes.stopAll() };
  } catch (error) {
    await processes.stopAll();
    throw error;
  }
}

/**
 * The developer's servers, when they run and answer.
 * @returns {Promise<TestServersEnv | undefined>}
 */
export async function runningDeveloperServers() {
  const file = join(developerServers, 'env.json');
  if (!existsSync(file)) return undefined;
  /** @type {TestServersEnv} */
  const env = JSON.parse(readFileSync(file, 'utf8'));
  return (await Promise.all([postgresAnswers(env), kafkaAnswers(env)])).every(Boolean) ? env : undefined;
}

/** @param {TestServersEnv} env */
export function writeDeveloperServers(env) {
  const file = join(developerServers, 'env.json');
  writeFileSync(`${file}.tmp`, `${JSON.stringify(env, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}

/** @param {TestServersEnv} env */
async function postgresAnswers(env) {
  const client = new pg.Client({ connectionString: env.TEST_DATABASE_URL, connectionTimeoutMillis: 2000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    // Written by servers that have ended since.
    return false;
  }
}

/** @param {TestServersEnv} env */
async function kafkaAnswers(env) {
  const admin = new kafkajs.Kafka({
    clientId: 'test-servers',
    brokers: env.TEST_KAFKA_BROKERS.split(','),
    sasl: {
      mechanism: 'scram-sha-512',
      username: env.TEST_KAFKA_SASL_USERNAME,
      password: env.TEST_KAFKA_SASL_PASSWORD,
    },
    connectionTimeout: 2000,
    retry: { retries: 0 },
    logLevel: kafkajs.logLevel.NOTHING,
  }).admin();
  try {
    await admin.connect();
    return true;
  } catch {
    return false;
  } finally {
    await admin.disconnect();
  }
}
