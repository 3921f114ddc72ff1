import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './paths.mjs';
import { services } from './services.mjs';

/**
 * Databases with their roles, migrated, and the fixed topics. Everything that exists already is kept.
 * @param {Pick<import('./servers-in-use.mjs').ServersInUse, 'adminUrl' | 'kafka'>} servers
 * @param {string} installation
 * @param {(service: string) => { owner: string, runtime: string }} passwords
 * @returns {Promise<Map<string, string>>} the restricted URL by service
 */
export async function provision(servers, installation, passwords) {
  const { provisionDatabase } = await load('libs/platform');
  const { ensureTopics, fixedTopics } = await load('libs/messaging');
  const databases = services.map(async ({ name, app }) => {
    const { migrations } = await load(`apps/${app}`);
    const options = { adminUrl: servers.adminUrl, installation, service: name, migrations, passwords: passwords(name) };
    const { runtimeUrl } = await provisionDatabase(options);
    return /** @type {const} */ ([name, runtimeUrl]);
  });
  const topics = ensureTopics({ installation, kafka: servers.kafka }, fixedTopics(installation));
  const [made] = await Promise.all([Promise.all(databases), topics]);
  return new Map(made);
}

/** @param {string} project @returns {Promise<any>} its public index, as built */
function load(project) {
  return import(pathToFileURL(join(root, project, 'dist/index.js')).href);
}
