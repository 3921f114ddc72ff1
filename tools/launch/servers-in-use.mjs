import { join } from 'node:path';
import { startKafka } from '../lib/kafka.mjs';
import { startPostgres } from '../lib/postgres.mjs';
import { claimOnKafka, claimOnPostgres } from './claim.mjs';
import { Sentence } from './sentence.mjs';

/**
 * What services need to know of the two servers.
 * @typedef {{ adminUrl: string, kafka: { brokers: string[], sasl?: { username: string, password: string },
 *   tls?: boolean } }} ServersInUse
 */

/**
 * PostgreSQL and Kafka: those that `DATABASE_URL` and `KAFKA_BROKERS` name, claimed for this installation; our own under
 * `home` otherwise. Both at once.
 * @param {{ home: string, installation: string, processes: import('../lib/processes.mjs').Processes,
 *   throwAway: boolean, env: NodeJS.ProcessEnv, onExit: (name: string, how: string) => void }} options
 * @returns {Promise<ServersInUse>}
 */
export async function serversInUse({ home, installation, processes, throwAway, env, onExit }) {
  const [adminUrl, kafka] = await Promise.all([
    env.DATABASE_URL ? givenPostgres(env.DATABASE_URL) : ownPostgres(),
    env.KAFKA_BROKERS ? givenKafka(env.KAFKA_BROKERS) : ownKafka(),
  ]);
  return { adminUrl, kafka };

  async function ownPostgres() {
    const directory = join(home, 'postgres');
    const exited = (/** @type {string} */ how) => onExit('PostgreSQL', how);
    return (await startPostgres({ directory, processes, throwAway, onExit: exited })).url;
  }

  async function ownKafka() {
    const directory = join(home, 'kafka');
    const exited = (/** @type {string} */ how) => onExit('Kafka', how);
    const { brokers, username, password } = await startKafka({ directory, processes, installation, onExit: exited });
    return { brokers, sasl: { username, password } };
  }

  /** @param {string} url */
  async function givenPostgres(url) {
    if (!/^postgres(ql)?:\/\//.test(url))
      throw new Sentence('DATABASE_URL must read postgres://user:password@host:port/database.');
    await claimOnPostgres(url, installation, home);
    return url;
  }

  /** @param {string} list */
  async function givenKafka(list) {
    const brokers = list.split(',');
    const { KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = env;
    if (Boolean(username) !== Boolean(password))
      throw new Sentence('KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD go together: set both or neither.');
    const tls = env.KAFKA_TLS === 'true';
    const sasl = username && password ? { username, password } : undefined;
    await claimOnKafka(
      { clientId: 'launcher', brokers, ssl: tls, ...(sasl && { sasl: { mechanism: 'scram-sha-512', ...sasl } }) },
      installation,
      home,
    );
    return { brokers, ...(sasl && { sasl }), tls };
  }
}
