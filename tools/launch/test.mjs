import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, isBuilt } from './build.mjs';
import { root } from './paths.mjs';
import { onTimeToEnd } from './stop-signals.mjs';

/** The first is jest's way to ES modules; the second is kafkajs, whose timers are re-armed with times in the past. */
const nodeOptions = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  '--disable-warning=TimeoutNegativeWarning',
];

/**
 * Runs jest on the pinned Node; its output and exit code are the command's.
 * @param {string[]} args for jest
 */
export async function test(args) {
  // Some tests start the built services as processes of their own.
  if (!isBuilt()) build();
  const jest = spawn(process.execPath, [join(root, 'node_modules/.bin/jest'), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NODE_OPTIONS: [process.env.NODE_OPTIONS, ...nodeOptions].join(' ').trim() },
  });
  // Its servers end with it: by its teardown, else by their watchdog.
  onTimeToEnd(() => jest.kill('SIGTERM'));
  process.exitCode = await new Promise((resolve, reject) => {
    jest.once('error', reject);
    jest.once('exit', (code) => resolve(code ?? 1));
  });
}
