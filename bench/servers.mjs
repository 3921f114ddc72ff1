import { join } from 'node:path';
import { startKafka } from '../tools/lib/kafka.mjs';
import { startPostgres } from '../tools/lib/postgres.mjs';
import { Processes } from '../tools/lib/processes.mjs';
import { temporaryFolder } from '../tools/lib/test-servers.mjs';

/**
 * @typedef {object} Servers
 * @property {string} databaseUrl an administrator of PostgreSQL
 * @property {{ brokers: string[], sasl: { username: string, password: string } }} kafka a superuser
 * @property {number} [brokerPid] unless it was there before
 * @property {() => Promise<void>} stop ends what was started, and removes its data
 */

/**
 * A PostgreSQL that flushes every commit to disk and a Kafka whose compiler may do its best, on free ports, with their data
 * in a temporary folder. With `TEST_DATABASE_URL` and `TEST_KAFKA_*` set: those.
 * @returns {Promise<Servers>}
 */
export async function startServers() {
  const { TEST_DATABASE_URL, TEST_KAFKA_BROKERS, TEST_KAFKA_SASL_USERNAME, TEST_KAFKA_SASL_PASSWORD } = process.env;
  if (TEST_DATABASE_URL && TEST_KAFKA_BROKERS && TEST_KAFKA_SASL_USERNAME && TEST_KAFKA_SASL_PASSWORD) {
    const sasl = { username: TEST_KAFKA_SASL_USERNAME, password: TEST_KAFKA_SASL_PASSWORD };
    const kafka = { brokers: TEST_KAFKA_BROKERS.split(','), sasl };
    return { databaseUrl: TEST_DATABASE_URL, kafka, stop: async () => {} };
  }
  const directory = temporaryFolder('bench');
  const processes = new Processes(join(directory, 'run'), { remove: [directory] });
  const starting = /** @type {const} */ ([
    startPostgres({ directory: join(directory, 'postgres'), processes }),
    startKafka({
      directory: join(directory, 'kafka'),
      processes,
      installation: 'convenant-bench',
      heapMb: 1024,
      optimizing: true,
    }),
  ]);
  try {
    const [postgres, kafka] = await Promise.all(starting);
    return {
      databaseUrl: postgres.url,
      kafka: { brokers: kafka.brokers, sasl: { username: kafka.username, password: kafka.password } },
      brokerPid: kafka.pid,
      stop: () => processes.stopAll(),
    };
  } catch (error) {
    // What goes on being made after the folder was removed would stay.
    await Promise.allSettled(starting);
    await processes.stopAll();
    throw error;
  }
}
