import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { root } from '../launch/paths.mjs';

const folder = 'libs/contracts/schemas';

/**
 * The JSON Schema of every event in version control is the promise to its readers: what the code says today may add
 * optional fields and nothing else. `write` brings a schema up to date, and refuses one that breaks its promise.
 * @param {{ write: boolean, schemas?: Map<string, Record<string, unknown>>, into?: string }} options
 *   `schemas`: what the code says today, by wire type; `into`: the folder of the promises
 * @returns {Promise<import('./findings.mjs').Findings>}
 */
export async function checkContracts({ write, schemas, into = join(root, folder) }) {
  const built = (/** @type {string} */ file) => import(pathToFileURL(join(root, 'libs/contracts/dist/lib', file)).href);
  const { incompatibilities } = await built('compatibility.js');
  const today = schemas ?? (await built('json-schemas.js')).jsonSchemas();
  const findings = [];
  for (const [type, schema] of today) {
    const path = join(into, `${type}.json`);
    const text = await format(JSON.stringify(schema, undefined, 2), {
      ...(await resolveConfig(path)),
      filepath: path,
    });
    const promised = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    if (promised === text) continue;
    const broken = promised === undefined ? [] : incompatibilities(JSON.parse(promised), schema);
    if (broken.length > 0) {
      findings.push(
        `${type} breaks its promise (${folder}): ${broken.join('; ')}. Add an optional field instead, or a new version of the service's events`,
      );
    } else if (write) writeFileSync(path, text);
    else
      findings.push(
        `${folder}/${type}.json is not what the code says; bring it up to date with: npm run check -- --write`,
      );
  }
  for (const file of readdirSync(into)) {
    if (!today.has(file.replace(/\.json$/, ''))) {
      findings.push(
        `${folder}/${file}: the event is gone, and its readers are not; keep it, or make a new version of the service's events`,
      );
    }
  }
  return findings;
}
