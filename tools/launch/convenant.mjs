import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { localFolder, root } from './paths.mjs';
import { build, isBuilt } from './build.mjs';

/**
 * `convenant purge …` or `convenant ops …`, against the system that `npm start` runs here unless `CONVENANT_URL` names another.
 * @param {'purge' | 'ops'} command
 * @param {string[]} args
 */
export function convenant(command, args) {
  if (!isBuilt()) build();
  const kept = join(localFolder, 'entry-port.json');
  const here = existsSync(kept) ? `http://127.0.0.1:${JSON.parse(readFileSync(kept, 'utf8'))[0]}` : undefined;
  const address = process.env.CONVENANT_URL ?? here;
  const done = spawnSync(process.execPath, [join(root, 'apps/cli/dist/main.js'), command, ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...(address && { CONVENANT_URL: address }) },
  });
  process.exitCode = done.status ?? 1;
}
