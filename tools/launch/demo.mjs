import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePorts } from '../lib/ports.mjs';
import { temporaryFolder } from '../lib/test-servers.mjs';
import { build, isBuilt } from './build.mjs';
import { root } from './paths.mjs';
import { progressOn } from './progress.mjs';
import { onTimeToEnd } from './stop-signals.mjs';
import { startSystem } from './system.mjs';

/**
 * Runs the story on a system of its own, on free ports in a temporary folder, and removes it again. Ends with the
 * story's exit code. The account (with `--json` one object) is all that goes to standard output.
 * @param {string[]} args
 */
export async function demo(args) {
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
    process.exitCode = await tell(system.url, args);
  } finally {
    await progress.step('stop', () => system.stop());
  }
}

/**
 * @param {string} url
 * @param {string[]} args
 * @returns {Promise<number>} exit code of the story
 */
function tell(url, args) {
  const program = join(root, 'apps/sandbox/dist/story/main.js');
  const story = spawn(process.execPath, [program, '--base-url', url, ...args], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    story.once('error', reject);
    story.once('exit', (code) => resolve(code ?? 1));
  });
}
