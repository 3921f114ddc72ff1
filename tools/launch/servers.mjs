import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { liveOwner, recordsIn, sweep } from '../lib/run-record.mjs';
import { developerServers, startTestServers, writeDeveloperServers } from '../lib/test-servers.mjs';
import { Sentence } from './sentence.mjs';
import { onTimeToEnd } from './stop-signals.mjs';

/** Keeps a PostgreSQL and a Kafka for test runs until it is told to end: a spec then starts in a second. */
export async function servers() {
  for (const record of recordsIn(join(developerServers, 'run'))) {
    const owner = liveOwner(record);
    if (owner) throw new Sentence(`They already run (process ${owner.pid}).`);
    await sweep(record);
  }
  const onExit = (/** @type {string} */ how) => (console.error(`A server ${how}.`), process.exit(1));
  const running = await startTestServers(developerServers, { remove: false, onExit });
  writeDeveloperServers(running.env);
  console.log(`Servers for tests are up; process ${process.pid}. Ctrl-C stops them.`);
  onTimeToEnd(async () => {
    rmSync(join(developerServers, 'env.json'), { force: true });
    await running.stop();
    process.exit(0);
  });
}
