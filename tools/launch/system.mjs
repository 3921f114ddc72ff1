import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { logTail } from '../lib/log-tail.mjs';
import { NODE_FLAGS } from '../lib/node-flags.mjs';
import { Processes } from '../lib/processes.mjs';
import { startEntryProxy } from './entry-proxy.mjs';
import { root } from './paths.mjs';
import { provision } from './provision.mjs';
import { Sentence } from './sentence.mjs';
import { serversInUse } from './servers-in-use.mjs';
import { serviceSettings } from './service-settings.mjs';
import { services } from './services.mjs';

/**
 * @typedef {{ url: string, sandbox: SandboxReady, kafka: import('./servers-in-use.mjs').ServersInUse['kafka'],
 *   databases: Map<string, string>, crash: (service: string) => Promise<void>, stop: () => Promise<void> }} RunningSystem
 *   `databases`: the restricted URL by service; `crash`: SIGKILL, then up again as a supervisor would have it, until healthy
 * @typedef {{ port: number, smtpPort: number, issuer: string, jwksUri: string, websiteHost: string,
 *   sourceOrigins: string[] }} SandboxReady
 */

/**
 * The whole system, a process per service, under one folder: servers, databases, topics, sandbox, services, entry.
 * Returns when every service says that it is healthy. On a failure everything already started is stopped again.
 * @param {{ home: string, entryPort: number, installation: string, env: NodeJS.ProcessEnv, throwAway: boolean,
 *   progress: import('./progress.mjs').Progress, onExit: (what: string) => void, records: string,
 *   remove?: string[], settings?: Record<string, Record<string, string>> }} options
 *   `onExit`: something ended that nobody stopped; `records`: where the run is noted; `remove`: folders to delete after;
 *   `settings`: of single services, beside those that every system has
 * @returns {Promise<RunningSystem>}
 */
export async function startSystem(options) {
  const { home, entryPort, installation, env, throwAway, progress, onExit, records, remove } = options;
  mkdirSync(join(home, 'logs'), { recursive: true });
  const processes = new Processes(records, { remove });
  /** @type {import('./entry-proxy.mjs').EntryProxy | undefined} */
  let entry;
  const stop = async () => {
    await entry?.close();
    await processes.stopAll();
  };
  const report = (/** @type {string} */ name, /** @type {string} */ how) =>
    onExit(`${name} ${how}. The end of its log:\n${logTail(logOf(name))}`);
  const logOf = (/** @type {string} */ name) => {
    if (name === 'PostgreSQL' || name === 'Kafka')
      return join(home, name === 'Kafka' ? 'kafka' : 'postgres', 'server.log');
    return join(home, 'logs', `${name}.log`);
  };

  /**
   * Starts one of our own processes and waits for its ready file.
   * @param {string} name
   * @param {string[]} args
   * @param {Record<string, string>} settings
   */
  const startProcess = async (name, args, settings) => {
    const readyFile = join(home, `${name}.ready.json`);
    rmSync(readyFile, { force: true });
    if (existsSync(logOf(name))) renameSync(logOf(name), `${logOf(name)}.previous`);
    const child = processes.start(name, process.execPath, args, {
      cwd: root,
      env: {
        PATH: env.PATH,
        NODE_ENV: 'development',
        NODE_OPTIONS: env.NODE_OPTIONS,
        ...settings,
        PORT: '0',
        READY_FILE: readyFile,
      },
      logFile: logOf(name),
    });
    const deadline = Date.now() + 60_000;
    for (;;) {
      const ready = readReady(readyFile);
      if (ready) {
        child.watch((how) => report(name, how));
        return { ...ready, child };
      }
      if (child.hasExited())
        throw new Sentence(`${name} ${await child.exited}. The end of its log:\n${logTail(logOf(name))}`);
      if (Date.now() > deadline)
        throw new Sentence(`${name} is not ready after 60 s. The end of its log:\n${logTail(logOf(name))}`);
      await delay(50);
    }
  };

  try {
    entry = await startEntryProxy(entryPort).catch((error) => {
      throw new Sentence(`Port ${entryPort} cannot be opened (${error.code}). Set PORT to another one.`);
    });
    const { route, url } = entry;
    const extra = options.settings ?? {};
    const servers = await progress.step('PostgreSQL and Kafka', () =>
      serversInUse({ home, installation, processes, throwAway, env, onExit: report }),
    );
    const settings = serviceSettings({ home, installation, servers, env });
    const clockFile = join(home, 'sandbox', 'clock.json');
    /** @type {Promise<SandboxReady>} */
    const sandboxStarting = startProcess('sandbox', ['apps/sandbox/dist/main.js'], {
      SMTP_PORT: '0',
      SANDBOX_DIR: join(home, 'sandbox'),
      SANDBOX_CLOCK_FILE: clockFile,
    });
    const databases = await progress.step('databases and topics', async () => {
      const [made] = await Promise.all([provision(servers, installation, settings.passwords), sandboxStarting]);
      return made;
    });
    const sandbox = await sandboxStarting;
    route('sandbox', sandbox.port);
    /** @type {Map<string, import('../lib/processes.mjs').Child>} */
    const running = new Map();
    const up = async (/** @type {import('./services.mjs').ServiceEntry} */ { name, app }) => {
      const args = [...NODE_FLAGS, '--import', '@convenant/platform/telemetry', `apps/${app}/dist/main.js`];
      const databaseUrl = /** @type {string} */ (databases.get(name));
      const own = { ...settings.of(name, { databaseUrl, sandbox, clockFile, url }), ...extra[name] };
      const { port, child } = await startProcess(name, args, own);
      running.set(name, child);
      await healthy(name, port);
      route(name, port);
    };
    await progress.step('services', () => Promise.all(services.map(up)));
    const crash = async (/** @type {string} */ name) => {
      // First: what is sent to the old port from now on could reach whoever gets it next.
      route(name, undefined);
      await running.get(name)?.kill();
      await up(
        /** @type {import('./services.mjs').ServiceEntry} */ (services.find((service) => service.name === name)),
      );
    };
    return { url, sandbox, kafka: servers.kafka, databases, crash, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @param {string} name @param {number} port */
async function healthy(name, port) {
  const deadline = Date.now() + 60_000;
  let last = '';
  while (Date.now() < deadline) {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(5000) });
      if (answer.ok) return;
      last = `${answer.status} ${await answer.text()}`;
    } catch (error) {
      last = /** @type {Error} */ (error).message;
    }
    await delay(100);
  }
  throw new Sentence(`${name} is not healthy after 60 s: ${last}`);
}

/** @param {string} file @returns {any} undefined until it is there */
function readReady(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
