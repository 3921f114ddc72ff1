import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keptPorts, nextFreePort } from '../lib/ports.mjs';
import { build, isBuilt } from './build.mjs';
import { localFolder, root, startRecords } from './paths.mjs';
import { ownNpm, startNote } from './previous-start.mjs';
import { progressOn } from './progress.mjs';
import { onTimeToEnd } from './stop-signals.mjs';
import { startSystem } from './system.mjs';
import { welcome } from './welcome.mjs';

/** Brings the system up from this checkout and keeps it up until it is told to end, or something in it ends. */
export async function start() {
  const progress = progressOn(process.stdout);
  const installation = process.env.INSTALLATION || 'convenant';
  mkdirSync(localFolder, { recursive: true });
  const entryPort = await chooseEntryPort();
  /** @type {import('./system.mjs').RunningSystem | undefined} */
  let system;
  let ending = false;
  const finish = async (/** @type {number} */ code) => {
    if (ending) return;
    ending = true;
    rmSync(startNote, { force: true });
    await system?.stop();
    console.log('Stopped.');
    process.exit(code);
  };
  // Before the system is up an exit leaves the rest to the watchdog.
  onTimeToEnd((why) => (console.log(`\nStopping (${why}) …`), void finish(0)));

  if (!isBuilt()) await progress.step('build', async () => build());
  writeFileSync(startNote, JSON.stringify({ url: `http://127.0.0.1:${entryPort}`, npm: ownNpm() }));
  system = await startSystem({
    home: localFolder,
    records: startRecords,
    entryPort,
    installation,
    env: process.env,
    throwAway: false,
    progress,
    onExit: (what) => {
      if (ending) return;
      console.error(`\n${what}`);
      void finish(1);
    },
  });
  console.log(await welcome(system, root));
}

/** The explicit PORT; else the one of the last start while it is free; else the next free one, kept from now on. */
async function chooseEntryPort() {
  if (process.env.PORT) return Number(process.env.PORT);
  const choose = async () => [await nextFreePort(4100)];
  const [port] = await keptPorts(join(localFolder, 'entry-port.json'), 1, choose);
  return /** @type {number} */ (port);
}
