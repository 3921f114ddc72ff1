import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../launch/paths.mjs';

/**
 * Every problem code that a caller can meet has its page, and no page is left of a code that went.
 * @returns {Promise<import('./findings.mjs').Findings>}
 */
export async function checkProblemPages() {
  const { problemCodes } = await import(pathToFileURL(join(root, 'libs/kernel/dist/index.js')).href);
  const folder = join(root, 'docs/problems');
  const pages = new Set(existsSync(folder) ? readdirSync(folder).filter((file) => /^[A-Z_]+\.md$/.test(file)) : []);
  const codes = Object.keys(problemCodes);
  return [
    ...codes.filter((code) => !pages.has(`${code}.md`)).map((code) => `docs/problems/${code}.md is missing`),
    ...[...pages]
      .filter((page) => page !== 'README.md' && !codes.includes(page.slice(0, -3)))
      .map((page) => `docs/problems/${page}: there is no such code in libs/kernel`),
  ];
}
