import { parseArgs } from 'node:util';
import { build, isBuilt } from '../tools/launch/build.mjs';
import { Sentence } from '../tools/launch/sentence.mjs';
import { onTimeToEnd } from '../tools/launch/stop-signals.mjs';
import { benches } from './registry.mjs';
import { asTable, machine } from './report.mjs';
import { startServers } from './servers.mjs';

/**
 * Measures by one bench of the registry and prints a table, or with `--json` one object and nothing else:
 * `{ bench, machine, rows: [{ metric, value, unit, against, ratio, target, met }] }`. A missed target is a result, not an
 * error: the exit code is 0.
 * @param {string[]} args the bench's name and its options
 */
export async function bench(args) {
  const [name, ...rest] = args;
  const load = name !== undefined && Object.hasOwn(benches, name) ? benches[name] : undefined;
  if (name === undefined || !load) throw new Sentence(await whichThereAre(name));
  const chosen = await load();
  const { json, ...options } = readOptions(name, rest, chosen.options);

  const progress = (/** @type {string} */ text) => void process.stderr.write(`${text}\n`);
  /** @type {Promise<import('./servers.mjs').Servers> | undefined} */
  let started;
  /** @type {string | undefined} */
  let why;
  const stopped = new Promise((/** @type {(why: string) => void} */ resolve) => onTimeToEnd(resolve));
  void stopped.then((reason) => (why = reason));
  if (!isBuilt()) {
    progress('building …');
    build();
  }
  const context = { options, progress, stopped, servers: () => (started ??= startServers()) };
  const at = machine();
  try {
    const running = chosen.run(context);
    if (chosen.serves?.(options)) {
      // Ctrl-C reaches what is being started too.
      await running.catch((error) => {
        throw why === undefined ? error : new Sentence(`Stopped before it served (${why}).`);
      });
      return;
    }
    const rows = await Promise.race([running, stopped]);
    if (typeof rows === 'string') throw new Sentence(`Stopped before the end (${rows}).`);
    const report = { bench: name, machine: at, rows };
    process.stdout.write(`${json ? JSON.stringify(report) : asTable(report)}\n`);
  } finally {
    await (await started?.catch(() => undefined))?.stop();
  }
}

/**
 * @param {string} name
 * @param {string[]} args
 * @param {import('./bench.mjs').Bench['options']} known
 * @returns {Record<string, any>}
 */
function readOptions(name, args, known) {
  try {
    return parseArgs({ args, options: { ...known, json: { type: 'boolean', default: false } } }).values;
  } catch (error) {
    const names = ['json', ...Object.keys(known)].map((each) => `--${each}`).join(', ');
    throw new Sentence(`${name}: ${/** @type {Error} */ (error).message}. It takes ${names}.`);
  }
}

/** @param {string | undefined} wrong */
async function whichThereAre(wrong) {
  const lines = await Promise.all(
    Object.entries(benches).map(async ([name, load]) => `  ${name.padEnd(12)} ${(await load()).what}`),
  );
  const first = wrong === undefined ? 'Say which bench' : `There is no bench ${wrong}`;
  return [`${first}: npm run bench -- <name> [--json], where the name is one of`, ...lines].join('\n');
}
