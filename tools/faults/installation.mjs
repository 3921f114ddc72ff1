import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { TcpProxy } from '@convenant/testing';
import { provision } from '../launch/provision.mjs';
import { root } from '../launch/paths.mjs';
import { startKafka } from '../lib/kafka.mjs';
import { logTail } from '../lib/log-tail.mjs';
import { NODE_FLAGS } from '../lib/node-flags.mjs';
import { freePorts } from '../lib/ports.mjs';
import { startPostgres } from '../lib/postgres.mjs';
import { Processes } from '../lib/processes.mjs';
import { temporaryFolder } from '../lib/test-servers.mjs';

/** One copy of a service. @typedef {{ name: string, service: string, app: string }} Replica */
/** @type {Replica[]} */
export const replicas = [
  { name: 'register', service: 'register', app: 'register-of-processing' },
  { name: 'consent-1', service: 'consent', app: 'consent' },
  { name: 'transfer-1', service: 'transfer', app: 'transfer' },
  { name: 'transfer-2', service: 'transfer', app: 'transfer' },
  { name: 'audit', service: 'audit', app: 'audit-trail' },
];
export const factServices = /** @type {const} */ (['register', 'consent', 'transfer']);

/**
 * The system that is to be hurt: PostgreSQL and Kafka of its own, each behind a proxy that fails on command (one for the
 * database of each replica), and the services as processes. Everything is gone after `stop()`.
 */
export class Installation {
  name = 'faults';
  /** @type {Map<string, { child: import('../lib/processes.mjs').Child, port: number, launch: () => Promise<void> }>} */
  #running = new Map();
  /** @type {Map<string, TcpProxy>} */
  databaseProxies = new Map();
  /** @type {Map<string, string>} the owner's address of each service's database, past the proxies */
  databases = new Map();

  /**
   * @param {string} home @param {Processes} processes
   * @param {Awaited<ReturnType<typeof startPostgres>>} postgres @param {Awaited<ReturnType<typeof startKafka>>} kafka
   * @param {TcpProxy} kafkaProxy
   */
  constructor(home, processes, postgres, kafka, kafkaProxy) {
    this.home = home;
    this.processes = processes;
    this.postgres = postgres;
    this.kafka = kafka;
    this.kafkaProxy = kafkaProxy;
    this.sandboxUrl = '';
  }

  static async start() {
    const home = temporaryFolder('faults');
    const processes = new Processes(join(home, 'run'), { remove: [home] });
    const kafkaProxy = await TcpProxy.start({ protocol: 'kafka' });
    try {
      const [postgres, kafka] = await Promise.all([
        startPostgres({ directory: join(home, 'postgres'), processes, throwAway: true }),
        startKafka({
          directory: join(home, 'kafka'),
          processes,
          installation: 'faults',
          advertisedPort: kafkaProxy.port,
        }),
      ]);
      kafkaProxy.target = kafka.port;
      const installation = new Installation(home, processes, postgres, kafka, kafkaProxy);
      await installation.#startAll();
      return installation;
    } catch (error) {
      await processes.stopAll();
      await kafkaProxy.close();
      throw error;
    }
  }

  get kafkaSettings() {
    const { brokers, username, password } = this.kafka;
    return { brokers, sasl: { username, password } };
  }

  /** @param {string} service */
  urlsOf(service) {
    return replicas
      .filter((replica) => replica.service === service)
      .map(({ name }) => `http://127.0.0.1:${this.#running.get(name)?.port}`);
  }

  /** SIGKILL. @param {string} name */
  async kill(name) {
    await this.#running.get(name)?.child.kill();
  }

  /** Up again on the same port, also when faults let a first start fail. @param {string} name */
  async restart(name) {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#running.get(name)?.launch();
      } catch (error) {
        if (tries === 5) throw error;
        await delay(1_000);
      }
    }
  }

  /** @param {string} name @param {'SIGSTOP' | 'SIGCONT'} signal */
  signal(name, signal) {
    const child = this.#running.get(name)?.child;
    if (child && !child.hasExited()) process.kill(child.pid, signal);
  }

  /** Replicas whose process is gone though nobody killed it. */
  fallen() {
    return [...this.#running].filter(([, { child }]) => child.hasExited()).map(([name]) => name);
  }

  /** @param {string} name @param {number} lines */
  log(name, lines) {
    return logTail(join(this.home, 'logs', `${name}.log`), lines);
  }

  async stop() {
    for (const name of this.#running.keys()) this.signal(name, 'SIGCONT');
    for (const proxy of [this.kafkaProxy, ...this.databaseProxies.values()]) proxy.heal();
    await this.processes.stopAll();
    await Promise.all([this.kafkaProxy, ...this.databaseProxies.values()].map((proxy) => proxy.close()));
  }

  async #startAll() {
    mkdirSync(join(this.home, 'sandbox'), { recursive: true });
    const clock = join(this.home, 'sandbox', 'clock.json');
    const owner = randomBytes(18).toString('base64url');
    const passwords = () => ({ owner, runtime: randomBytes(18).toString('base64url') });
    const servers = { adminUrl: this.postgres.url, kafka: this.kafkaSettings };
    const databases = await provision(servers, this.name, passwords);
    const [sandboxPort, ...ports] = await freePorts(1 + replicas.length);
    const sandboxEnv = { SMTP_PORT: '0', SANDBOX_DIR: join(this.home, 'sandbox'), SANDBOX_CLOCK_FILE: clock };
    const sandbox = await this.#launch('sandbox', 'sandbox', /** @type {number} */ (sandboxPort), sandboxEnv);
    this.sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
    const common = {
      INSTALLATION: this.name,
      KAFKA_BROKERS: this.kafka.brokers.join(','),
      KAFKA_SASL_USERNAME: this.kafka.username,
      KAFKA_SASL_PASSWORD: this.kafka.password,
      USER_REF_KEY: randomBytes(32).toString('base64'),
      SUBJECT_KEY: randomBytes(32).toString('base64'),
      VAULT_KEYRING_FILE: join(this.home, 'keyring.json'),
      ADMIN_ISSUER: sandbox.issuer,
      ADMIN_JWKS_URI: sandbox.jwksUri,
      SANDBOX_CLOCK_FILE: clock,
      SMTP_URL: `smtp://127.0.0.1:${sandbox.smtpPort}`,
      MAIL_FROM: 'convenant@sandbox.example',
      LOG_LEVEL: 'warn',
      DELIVERY_LEASE_MS: '4000',
      DELIVERY_TRANSPORT_TIMEOUT_MS: '500',
    };
    for (const [index, { name, service, app }] of replicas.entries()) {
      const direct = /** @type {string} */ (databases.get(service));
      const proxy = await TcpProxy.start({ protocol: 'stream', targetPort: this.postgres.port });
      this.databaseProxies.set(name, proxy);
      const through = new URL(direct);
      through.port = String(proxy.port);
      const ownerUrl = new URL(direct);
      ownerUrl.username = `${this.name}_${service}_owner`;
      ownerUrl.password = owner;
      this.databases.set(service, ownerUrl.href);
      const port = /** @type {number} */ (ports[index]);
      const launch = async () => {
        await this.#launch(name, app, port, { ...common, DATABASE_URL: through.href });
      };
      await launch();
      /** @type {any} */ (this.#running.get(name)).launch = launch;
    }
  }

  /** @param {string} name @param {string} app @param {number} port @param {Record<string, string>} env @returns {Promise<any>} */
  async #launch(name, app, port, env) {
    const readyFile = join(this.home, `${name}.ready.json`);
    rmSync(readyFile, { force: true });
    const preload = app === 'sandbox' ? [] : ['--import', '@convenant/platform/telemetry'];
    const args = [...NODE_FLAGS, ...preload, join(root, `apps/${app}/dist/main.js`)];
    const child = this.processes.start(name, process.execPath, args, {
      cwd: root,
      logFile: join(this.home, 'logs', `${name}.log`),
      env: { PATH: process.env.PATH, NODE_ENV: 'development', PORT: String(port), READY_FILE: readyFile, ...env },
    });
    const known = this.#running.get(name);
    if (app !== 'sandbox') this.#running.set(name, { child, port, launch: known?.launch ?? (async () => {}) });
    const deadline = performance.now() + 90_000;
    for (;;) {
      try {
        return JSON.parse(readFileSync(readyFile, 'utf8'));
      } catch {
        // Not there yet.
      }
      if (child.hasExited() || performance.now() > deadline) {
        await child.kill();
        throw new Error(`${name} did not start (${await child.exited}). Its log ends:\n${this.log(name, 15)}`);
      }
      await delay(50);
    }
  }
}
