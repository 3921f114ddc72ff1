import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { root } from '../launch/paths.mjs';

/**
 * Files that are written by a program and kept in version control, for readers without the program. Add a line for each
 * new one.
 * @type {{ file: string, from: string, render: (built: any) => string }[]} `from`: the built module that knows it
 */
const generated = [
  {
    file: 'docs/events.md',
    from: 'libs/contracts/dist/lib/render-catalogue.js',
    render: (built) => built.renderCatalogue(),
  },
  {
    file: 'docs/asyncapi.json',
    from: 'libs/contracts/dist/lib/render-asyncapi.js',
    render: (built) => JSON.stringify(built.renderAsyncApi(), undefined, 2),
  },
  {
    file: 'protocols/protocol.schema.json',
    from: 'libs/protocol/dist/index.js',
    // Prettier keeps objects on one line or on several as it finds them, so the spread-out form goes in.
    render: ({ protocolSchema }) =>
      JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...protocolSchema }, undefined, 2),
  },
];

/**
 * Each generated file is what its program writes today, as Prettier formats it.
 * @param {{ write: boolean }} options `write`: bring them up to date instead
 * @returns {Promise<import('./findings.mjs').Findings>}
 */
export async function checkGeneratedFiles({ write }) {
  const findings = [];
  for (const { file, from, render } of generated) {
    const path = join(root, file);
    const text = render(await import(pathToFileURL(join(root, from)).href));
    const wanted = await format(text, { ...(await resolveConfig(path)), filepath: path });
    if (existsSync(path) && readFileSync(path, 'utf8') === wanted) continue;
    if (write) writeFileSync(path, wanted);
    else findings.push(`${file} is not what ${from} writes; bring it up to date with: npm run check -- --write`);
  }
  return findings;
}
