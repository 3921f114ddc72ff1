import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../launch/paths.mjs';
import { projectFiles } from './findings.mjs';

/**
 * No file names this machine's folders: what works only here is a mistake, and a name in a path is personal.
 * @returns {import('./findings.mjs').Findings}
 */
export function checkMachinePaths() {
  const parent = dirname(join(root, '.'));
  const folders = [join(root, '.'), parent, homedir()].filter(
    (folder) => !['/', '/tmp', '/home', '/root'].includes(folder),
  );
  const findings = [];
  for (const file of projectFiles()) {
    const found = folderNamed(readFileSync(join(root, file), 'utf8'), folders);
    if (found) findings.push(`${file}: names a folder of this machine, ${found}`);
  }
  return findings;
}

/** How a text ends whose next slash goes on with a path. */
const PART_OF_PATH = /[\w.@}*-]$/;

/**
 * The first of these folders that the text names, with its slash. A part of a longer path is none: a checkout in `/src` does not
 * make a mistake of every `./src/`.
 * @param {string} text
 * @param {string[]} folders absolute
 * @returns {string | undefined}
 */
export function folderNamed(text, folders) {
  const needles = folders.map((folder) => `${folder.replace(/\/$/, '')}/`);
  return needles.find((needle) =>
    text
      .split(needle)
      .slice(0, -1)
      .some((before) => !PART_OF_PATH.test(before)),
  );
}
