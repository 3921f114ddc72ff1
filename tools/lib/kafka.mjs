import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { kafkaJars } from './kafka-jars.mjs';
import { kafkaLogging, kafkaProperties } from './kafka-settings.mjs';
import { logTail } from './log-tail.mjs';
import { keptPorts } from './ports.mjs';
import { keptPassword } from './secrets.mjs';

/**
 * @typedef {{ brokers: string[], port: number, username: string, password: string, logFile: string, readonly pid: number,
 *   stop: () => Promise<void>, kill: () => Promise<void>, restart: () => Promise<void> }} KafkaServer
 *   `username`, `password`: the superuser (SCRAM-SHA-512); `kill`: SIGKILL; `restart`: same ports and data
 */

/**
 * A real Apache Kafka (KRaft, one node) on loopback, its data, ports, superuser's password (0600) and log under
 * `directory`. Returns when it serves.
 * @param {{ directory: string, processes: import('./processes.mjs').Processes, installation: string, name?: string,
 *   advertisedPort?: number, heapMb?: number, optimizing?: boolean, onExit?: (how: string) => void }} options
 *   `installation` names the superuser; `advertisedPort`: the address clients are sent to, for a broker behind a proxy;
 *   `optimizing`: the best machine code after a while instead of a quick start
 * @returns {Promise<KafkaServer>}
 */
export async function startKafka({
  directory,
  processes,
  installation,
  name = 'kafka',
  advertisedPort,
  heapMb = 512,
  optimizing = false,
  onExit,
}) {
  mkdirSync(directory, { recursive: true });
  const jars = await kafkaJars();
  const data = join(directory, 'data');
  const logFile = join(directory, 'server.log');
  const propertiesFile = join(directory, 'server.properties');
  const password = keptPassword(join(directory, 'password'));
  const [port, controllerPort] = /** @type {[number, number]} */ (await keptPorts(join(directory, 'ports.json'), 2));
  const render = (/** @type {string} */ dataFolder) =>
    kafkaProperties({
      data: dataFolder,
      port,
      advertisedPort: advertisedPort ?? port,
      controllerPort,
      username: installation,
      password,
    });
  const logging = join(directory, 'log4j.properties');
  writeFileSync(logging, kafkaLogging);
  const java = [`-Dlog4j.configuration=file:${logging}`, '-cp', join(jars, '*')];
  if (!existsSync(data)) await format({ directory, java, render, username: installation, password });
  writeFileSync(propertiesFile, render(data), { mode: 0o600 });

  const tuning = [`-Xms${heapMb / 2}m`, `-Xmx${heapMb}m`, '-XX:+UseSerialGC'];
  if (!optimizing) tuning.push('-XX:TieredStopAtLevel=1');
  const launch = async () => {
    const args = [...tuning, ...java, 'kafka.Kafka', propertiesFile];
    const from = existsSync(logFile) ? statSync(logFile).size : 0;
    const child = processes.start(name, 'java', args, { cwd: directory, logFile, foundation: true });
    const problem = await isReady(logFile, from, child);
    if (!problem) {
      if (onExit) child.watch(onExit);
      return child;
    }
    await child.stop();
    throw new Error(`Kafka ${problem}. The end of its log ${logFile}:\n${logTail(logFile)}`);
  };
  let child = await launch();
  return {
    brokers: [`127.0.0.1:${advertisedPort ?? port}`],
    port,
    username: installation,
    password,
    logFile,
    get pid() {
      return child.pid;
    },
    stop: () => child.stop(),
    kill: () => child.kill(),
    restart: async () => {
      await child.stop();
      child = await launch();
    },
  };
}

/**
 * Makes the data folder with its cluster id and superuser, aside and then moved into place: a kill in the middle leaves
 * nothing that looks whole.
 * @param {{ directory: string, java: string[], render: (data: string) => string, username: string, password: string }} options
 */
async function format({ directory, java, render, username, password }) {
  const fresh = join(directory, 'data.new');
  const propertiesFile = join(directory, 'format.properties');
  rmSync(fresh, { recursive: true, force: true });
  writeFileSync(propertiesFile, render(fresh), { mode: 0o600 });
  // Kafka's own form of a random id. One that begins with a dash would read as an option.
  const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'x');
  const scram = `SCRAM-SHA-512=[name=${username},password=${password}]`;
  const args = ['format', '-t', clusterId, '-c', propertiesFile, '--add-scram', scram];
  try {
    await promisify(execFile)('java', ['-XX:TieredStopAtLevel=1', ...java, 'kafka.tools.StorageTool', ...args]);
  } catch (error) {
    const { stdout = '', stderr = '' } = /** @type {{ stdout?: string, stderr?: string }} */ (error);
    throw new Error(`Kafka's data folder could not be made:\n${`${stdout}\n${stderr}`.trim()}`, { cause: error });
  } finally {
    rmSync(propertiesFile, { force: true });
  }
  renameSync(fresh, join(directory, 'data'));
}

/**
 * Waits for the broker's own word: it opens its port seconds before it serves, while the controller still waits for the
 * session of a killed predecessor to end.
 * @param {string} logFile
 * @param {number} from size of the log before this start
 * @param {import('./processes.mjs').Child} child
 * @returns {Promise<string | undefined>} what went wrong
 */
async function isReady(logFile, from, child) {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (child.hasExited()) return await child.exited;
    if (readFileSync(logFile).subarray(from).includes('Kafka Server started')) return undefined;
    await delay(50);
  }
  return 'is not ready after 60 s';
}
