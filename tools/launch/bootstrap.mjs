import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { Sentence } from './sentence.mjs';

const pinnedNpm = '11.19.1';
const pinnedNode = join(root, 'node_modules/.bin/node');

/** Installs the dependencies when what is installed is not what the lockfile says. */
export function bootstrap() {
  if (isInstalled()) return;
  const nodePackage = `node-linux-${process.arch}`;
  const version = readJson('package.json').optionalDependencies[nodePackage];
  if (process.platform !== 'linux' || !version)
    throw new Sentence(`Convenant runs on Linux on x64 and arm64; this is ${process.platform} ${process.arch}.`);
  console.log('Installing dependencies (first start or changed lockfile; a minute or so) …');
  // npm 10 on Node 20 skips optional packages made for newer Nodes, the pinned Node itself among them. So npm runs on
  // the pinned Node from the beginning.
  const packages = [`--package=${nodePackage}@${version}`, `--package=npm@${pinnedNpm}`];
  const args = ['exec', '--yes', ...packages, '--', 'npm', 'ci', '--no-progress', '--loglevel=error'];
  const done = spawnSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  if (done.error) throw new Sentence('npm is not there. Install the one that comes with Node 20 or newer.');
  if (done.status !== 0)
    throw new Sentence(`The dependencies could not be installed (npm ci):\n${`${done.stdout}\n${done.stderr}`.trim()}`);
  if (!isInstalled()) throw new Sentence('npm ci ended well, yet node_modules is not what package-lock.json says.');
}

/** @returns {boolean} */
export function runsOnPinnedNode() {
  return process.versions.node === readJson('package.json').optionalDependencies[`node-linux-${process.arch}`];
}

/**
 * Runs the same command on the pinned Node and returns its exit code. Signals are passed on; and should this process be
 * killed, the other learns of it by its closed channel.
 * @param {string[]} argv
 * @returns {Promise<number>}
 */
export function handOver(argv) {
  const child = spawn(pinnedNode, argv, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/**
 * npm notes what it has installed in `node_modules/.package-lock.json`, when all of it is in place: everything there
 * must be as locked, and everything locked must be there but for what is meant for other systems.
 */
function isInstalled() {
  if (!existsSync(pinnedNode) || !existsSync(join(root, 'node_modules/.package-lock.json'))) return false;
  const locked = readJson('package-lock.json').packages;
  const installed = readJson('node_modules/.package-lock.json').packages;
  const asLocked = Object.keys(installed).every((path) => installed[path].version === locked[path]?.version);
  return asLocked && Object.keys(locked).every((path) => path === '' || installed[path] || locked[path].optional);
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}
