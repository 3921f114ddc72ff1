import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { consentWithdrawn } from '@convenant/contracts';
import { ensureTopics, fixedTopics, messagingMigrations, topicOf } from '@convenant/messaging';
import { provisionDatabase } from '@convenant/platform';
import kafkajs from 'kafkajs';
import pg from 'pg';
import { NODE_FLAGS } from '../../tools/lib/node-flags.mjs';
import { postmasterOf, timeOf, timeOfServer } from '../processor-time.mjs';
import { Replica1795478400900 } from './replica.mjs';

const program = fileURLToPath(new URL('./child.mjs', import.meta.url));

/**
 * @typedef {{ ask: (question: string, argument?: unknown) => Promise<any>, seen: () => number, end: () => Promise<void> }} Child
 * @typedef {{ cpuMicros: number, peakBytes: number }} Usage
 */

/** An installation of its own on the servers: a database that writes, topics, and as many readers as are asked for. */
export class World {
  installation = `bench_${randomBytes(4).toString('hex')}`;
  topic = topicOf(this.installation, 'consent');
  /** @type {Set<Child>} */
  #children = new Set();
  #databases = 0;

  /**
   * @param {import('../servers.mjs').Servers} servers
   * @param {string | undefined} profiles folder for CPU profiles of the children
   * @param {number} [heap] what each child may have for old objects, MiB; else what V8 takes on this machine
   */
  constructor(servers, profiles, heap) {
    this.servers = servers;
    this.profiles = profiles;
    this.heap = heap;
    this.admin = new kafkajs.Kafka({
      clientId: 'bench',
      brokers: servers.kafka.brokers,
      sasl: { mechanism: 'scram-sha-512', ...servers.kafka.sasl },
      logLevel: kafkajs.logLevel.ERROR,
    }).admin();
  }

  async open() {
    await ensureTopics({ kafka: this.servers.kafka }, fixedTopics(this.installation));
    await this.admin.connect();
    this.writing = await this.#database('consent');
    this.owner = await connected(this.writing.ownerUrl);
  }

  /** Ends the children and removes what was made. */
  async close() {
    await Promise.all([...this.#children].map((child) => child.end()));
    await this.owner?.end();
    await this.admin.deleteTopics({ topics: fixedTopics(this.installation).map(({ topic }) => topic) });
    await this.admin.disconnect();
  }

  /** @param {string} [variant] */
  relay(variant) {
    return this.#child('relay', 'consent', /** @type {any} */ (this.writing).runtimeUrl, variant);
  }

  writer() {
    return this.#child('writer', 'consent', /** @type {any} */ (this.writing).runtimeUrl);
  }

  /**
   * A consumer on an empty database: it reads the topic from its start.
   * @param {string} variant
   */
  async consumer(variant) {
    const { runtimeUrl, ownerUrl } = await this.#database('transfer');
    const client = await connected(ownerUrl);
    const child = await this.#child('consumer', 'transfer', runtimeUrl, variant);
    const handled = async () => {
      const { rows } = await client.query('SELECT coalesce(sum(next_offset), 0)::int AS handled FROM inbox_partition');
      return /** @type {number} */ (rows[0].handled);
    };
    const end = async () => {
      await child.ask('stop');
      await client.end();
      await child.end();
    };
    return { ...child, handled, end };
  }

  raw() {
    return this.#child('raw', 'transfer', '');
  }

  /**
   * Committed outbox rows with every attribute, four for each aggregate, written by one statement while the relay is paused.
   * @param {number} count
   */
  async load(count) {
    const client = /** @type {pg.Client} */ (this.owner);
    await this.pause(true);
    await client.query(
      `WITH made AS (SELECT gen_random_uuid() AS subject FROM generate_series(1, $1::int / 4)),
            numbered AS (SELECT subject, gen_random_uuid() AS protocol, version FROM made, generate_series(1, 4) AS version ORDER BY version)
       INSERT INTO outbox (event_id, type, classification, subject, aggregate_version, occurred_at, recorded_at, correlation_id, causation_id,
                           traceparent, protocol_id, protocol_version, clause, actor_party, actor_ref, data)
       SELECT gen_random_uuid(), $2, 'pseudonymous', subject, version, now(), now(), gen_random_uuid()::text, gen_random_uuid()::text,
              '00-' || repeat('a', 32) || '-' || repeat('b', 16) || '-00', protocol, 1, 'OG-8', gen_random_uuid(), 'u_0123456789abcdef',
              json_build_object('consentId', subject, 'subjectRef', gen_random_uuid(), 'protocolId', protocol, 'withdrawalId',
                                gen_random_uuid(), 'method', 'oral', 'withdrawnAt', '2026-03-02T09:00:00.000Z', 'clause', 'OG-8')::text
         FROM numbered ORDER BY version`,
      [count, consentWithdrawn.type],
    );
    await client.query('VACUUM (ANALYZE) outbox');
    await client.query('CHECKPOINT').catch(() => undefined);
  }

  /** @param {boolean} paused */
  async pause(paused) {
    await this.owner?.query('UPDATE service_state SET relay_paused = $1', [paused]);
    if (!paused) await this.owner?.query(`SELECT pg_notify('outbox', '')`);
  }

  /** How many records consumers of the topic can read. */
  async consumable() {
    const offsets = await this.admin.fetchTopicOffsets(this.topic);
    return offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  }

  /** Microseconds of processor time that PostgreSQL and the broker have used. @returns {Promise<[string, number][]>} */
  async usedByServers() {
    const postmaster = await postmasterOf(/** @type {pg.Client} */ (this.owner));
    const { brokerPid } = this.servers;
    return [
      .../** @type {[string, number][]} */ (postmaster ? [['PostgreSQL', timeOfServer(postmaster)]] : []),
      .../** @type {[string, number][]} */ (brokerPid ? [['the broker', timeOf(brokerPid)]] : []),
    ];
  }

  /** @param {'consent' | 'transfer'} service */
  #database(service) {
    this.#databases += 1;
    return provisionDatabase({
      adminUrl: this.servers.databaseUrl,
      installation: `${this.installation}_${this.#databases}`,
      service,
      migrations: /** @type {any} */ ([
        ...messagingMigrations,
        ...(service === 'transfer' ? [Replica1795478400900] : []),
      ]),
    });
  }

  /**
   * @param {string} role
   * @param {string} service
   * @param {string} databaseUrl
   * @param {string} [variant]
   * @returns {Promise<Child>}
   */
  async #child(role, service, databaseUrl, variant) {
    const settings = { installation: this.installation, service, kafka: this.servers.kafka };
    const profiling = this.profiles
      ? [
          '--cpu-prof',
          `--cpu-prof-dir=${this.profiles}`,
          `--cpu-prof-name=${role}-${variant ?? ''}-${Date.now()}.cpuprofile`,
        ]
      : [];
    const heap = this.heap === undefined ? [] : [`--max-old-space-size=${this.heap}`];
    const child = fork(program, [JSON.stringify({ role, settings, databaseUrl, variant, topic: this.topic })], {
      execArgv: ['--disable-warning=TimeoutNegativeWarning', ...NODE_FLAGS, ...heap, ...profiling],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { PATH: process.env.PATH },
    });
    /** @type {Map<number, (answer: any) => void>} */
    const waiting = new Map();
    let asked = 0;
    let seen = 0;
    await new Promise((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`The ${role} ended with exit code ${code}`)));
      child.on('message', (/** @type {any} */ message) => {
        if (message.ready) resolve(undefined);
        if (message.seen !== undefined) seen = message.seen;
        if (message.id !== undefined) waiting.get(message.id)?.(message.answer);
      });
    });
    /** @type {Child} */
    const made = {
      ask: (question, argument) =>
        new Promise((resolve, reject) => {
          asked += 1;
          waiting.set(asked, resolve);
          child.once('exit', () => reject(new Error(`The ${role} has ended`)));
          child.send({ id: asked, ask: question, argument });
        }),
      seen: () => seen,
      end: async () => {
        this.#children.delete(made);
        if (child.exitCode !== null) return;
        const gone = new Promise((resolve) => child.once('exit', resolve));
        child.disconnect();
        await gone;
      },
    };
    this.#children.add(made);
    return made;
  }
}

/** @param {string} url */
async function connected(url) {
  const client = new pg.Client({ connectionString: url });
  // A run that is told to end stops the server first; the statement under way says so.
  client.on('error', () => {});
  await client.connect();
  return client;
}

/**
 * Waits until `count` has been reached, and says how long that took in seconds.
 * @param {() => number | Promise<number>} reached
 * @param {number} count
 * @param {number} [everyMs] between two looks
 */
export async function secondsUntil(reached, count, everyMs = 10) {
  const start = performance.now();
  const deadline = start + 600_000;
  while ((await reached()) < count) {
    if (performance.now() > deadline) throw new Error(`Only ${await reached()} of ${count} after ten minutes`);
    await delay(everyMs);
  }
  return (performance.now() - start) / 1_000;
}
