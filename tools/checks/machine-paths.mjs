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
  const needles = [...new Set(folders.map((folder) => `${folder.replace(/\/$/, '')}/`))];
  const findings = [];
  for (const file of projectFiles()) {
    const text = readFileSync(join(root, file), 'utf8');
    const found = needles.find((needle) => text.includes(needle));
    if (found) findings.push(`${file}: names a folder of this machine, ${found}`);
  }
  return findings;
}
