/**
 * What a check found wrong: one line each, with what to do. None means that all is well.
 * @typedef {string[]} Findings
 */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from '../launch/paths.mjs';

const unversioned = ['node_modules', 'dist', '.nx', '.local', '.git', 'coverage'];

/**
 * The project's own files, as paths below the checkout: what git keeps or would keep; without git, what is there.
 * @returns {string[]}
 */
export function projectFiles() {
  if (existsSync(join(root, '.git'))) {
    const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 }).split('\0');
    return listed.filter((file) => file !== '' && existsSync(join(root, file)));
  }
  const all = globSync('**/*', { cwd: root, exclude: (path) => unversioned.includes(basename(path)) });
  return all.filter((file) => statSync(join(root, file)).isFile());
}
