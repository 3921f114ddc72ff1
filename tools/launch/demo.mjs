import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePorts } from '../lib/ports.mjs';
import { temporaryFolder } from '../lib/test-servers.mjs';
import { build, isBuilt } from './build.mjs';
import { root } from './paths.mjs';
import { progressOn } from './progress.mjs';
import { Sentence } from './sentence.mjs';
import { onTimeToEnd } from './stop-signals.mjs';
import { startSystem } from './system.mjs';

/**
 * Runs the story on a system of its own, on free ports in a temporary folder, and removes it again. Ends with the
 * story's exit code. The account (with `--json` one object) is all that goes to standard output.
 * @param {string[]} args
 */
export async function demo(args) {
  assertUsage(args);
  const progress = progressOn(process.stderr);
  const [entryPort] = /** @type {[number]} */ (await freePorts(1));
  // Leaving at once is safe: the watchdog ends what runs and removes the folder.
  onTimeToEnd(() => process.exit(130));
  if (!isBuilt()) await progress.step('build', async () => build());
  const home = temporaryFolder('demo');
  const { DATABASE_URL, KAFKA_BROKERS, ...env } = process.env;
  const system = await startSystem({
    home,
    records: join(home, 'run'),
    remove: [home],
    entryPort,
    installation: 'convenant',
    env,
    throwAway: true,
    progress,
    onExit: (what) => console.error(`\n${what}`),
  });
  try {
    process.exitCode = await tell(system, args);
  } finally {
    await progress.step('stop', () => system.stop());
  }
}

const stories = ['referral', 'register'];

/**
 * Before a system is started for a story that there is not.
 * @param {string[]} args
 */
function assertUsage(args) {
  const usage = `Usage: npm run demo -- [--story=${stories.join('|')}] [--json]`;
  try {
    const { values } = parseArgs({ args, options: { story: { type: 'string' }, json: { type: 'boolean' } } });
    if (values.story !== undefined && !stories.includes(values.story)) {
      throw new Sentence(`There is no story ${values.story}. ${usage}`);
    }
  } catch (error) {
    if (error instanceof Sentence) throw error;
    throw new Sentence(`${/** @type {Error} */ (error).message} ${usage}`);
  }
}

/**
 * The story makes the principals of the agencies at the broker, as an operator does, so it gets the operator's login.
 * @param {import('./system.mjs').RunningSystem} system
 * @param {string[]} args
 * @returns {Promise<number>} exit code of the story
 */
function tell({ url, kafka: { brokers, sasl } }, args) {
  const program = join(root, 'apps/sandbox/dist/story/main.js');
  const login = sasl && { KAFKA_SASL_USERNAME: sasl.username, KAFKA_SASL_PASSWORD: sasl.password };
  const env = { ...process.env, KAFKA_BROKERS: brokers.join(','), ...login };
  // kafkajs re-arms timers with times in the past.
  const node = ['--disable-warning=TimeoutNegativeWarning', program];
  const story = spawn(process.execPath, [...node, '--base-url', url, ...args], { stdio: 'inherit', env });
  return new Promise((resolve, reject) => {
    story.once('error', reject);
    story.once('exit', (code) => resolve(code ?? 1));
  });
}
