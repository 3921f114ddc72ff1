import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localFolder, root } from './paths.mjs';
import { Sentence } from './sentence.mjs';

const stampFile = join(localFolder, 'build-stamp');

/** @returns {boolean} whether the last build here is of the sources as they are */
export function isBuilt() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp();
}

/** Builds every project in one compiler run, which takes a third of the time of a process each; only what changed. */
export function build() {
  const before = stamp();
  const args = [join(root, 'node_modules/.bin/tsc'), '-b'];
  const done = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (done.status !== 0) throw new Sentence(`The build failed:\n${`${done.stdout}\n${done.stderr}`.trim()}`);
  mkdirSync(localFolder, { recursive: true });
  writeFileSync(stampFile, before);
}

/** Name, size and time of every file that goes into a build, and whether each project's output is there at all. */
function stamp() {
  const sources = [
    '{libs,apps}/*/src/**/*',
    '{libs,apps}/*/{package,tsconfig}.json',
    'tsconfig*.json',
    'package-lock.json',
  ];
  const files = globSync(sources, { cwd: root })
    .filter((file) => !file.endsWith('.spec.ts'))
    .sort();
  const hash = createHash('sha256');
  for (const file of files) {
    const { size, mtimeMs } = statSync(join(root, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  for (const project of globSync('{libs,apps}/*/package.json', { cwd: root }).sort())
    hash.update(`${existsSync(join(root, project, '../dist/index.js'))}\n`);
  return hash.digest('hex');
}
