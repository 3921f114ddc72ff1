import { runningDeveloperServers, startTestServers, temporaryFolder } from '../lib/test-servers.mjs';

/**
 * One PostgreSQL and one Kafka for the whole run; specs find them in `TEST_DATABASE_URL` and `TEST_KAFKA_*`. In order:
 * none for a run of unit specs only (or with `CONVENANT_TEST_SERVERS=none`), those given by the environment, a
 * developer's own that are already up (`node tools/launch.mjs servers`), else throw-away ones.
 * @param {{ nonFlagArgs?: string[] }} run
 */
export default async function setUp(run) {
  if (process.env.CONVENANT_TEST_SERVERS === 'none' || onlyUnitSpecs(run.nonFlagArgs ?? [])) return;
  if (process.env.TEST_DATABASE_URL && process.env.TEST_KAFKA_BROKERS) return;
  const running = await runningDeveloperServers();
  if (running) {
    Object.assign(process.env, running);
    return;
  }
  const servers = await startTestServers(temporaryFolder('test'), { remove: true });
  Object.assign(process.env, servers.env);
  /** @type {any} */ (globalThis).convenantTestServers = servers;
}

/** @param {string[]} patterns */
function onlyUnitSpecs(patterns) {
  return patterns.length > 0 && patterns.every((pattern) => pattern.endsWith('.unit.spec.ts'));
}
