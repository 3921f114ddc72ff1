import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine, end, ended, identify, isAlive, parentOf } from '../lib/process-identity.mjs';
import { liveOwner, recordsIn, sweep } from '../lib/run-record.mjs';
import { localFolder, startRecords } from './paths.mjs';
import { Sentence } from './sentence.mjs';

/** Where a running start notes its address and the npm it was started by. */
export const startNote = join(localFolder, 'start.json');

/**
 * Makes room for a start in this checkout: ends whatever an earlier one, killed, left running. Refuses when the earlier
 * one is well and alive.
 */
export async function pickUpPreviousStart() {
  const note = existsSync(startNote) ? JSON.parse(readFileSync(startNote, 'utf8')) : undefined;
  for (const record of recordsIn(startRecords)) {
    const owner = liveOwner(record);
    if (owner) {
      if (note && (!note.npm || isAlive(note.npm)))
        throw new Sentence(
          `Convenant already runs from this folder at ${note.url}. ` +
            `Stop it first: Ctrl-C where it runs, or kill ${owner.pid}.`,
        );
      // It has taken its note away because it is stopping; or its npm was killed, which it is about to notice.
      if (!(await ended(owner, 15_000))) await end(owner);
    }
    await sweep(record);
  }
}

/**
 * The npm that runs us, when one does: a kill -9 of `npm start` reaches npm alone.
 * @returns {import('../lib/process-identity.mjs').ProcessIdentity | undefined}
 */
export function ownNpm() {
  if (!process.env.npm_lifecycle_event) return undefined;
  let pid = process.ppid;
  for (let level = 0; level < 4 && pid > 1; level += 1) {
    if (/^npm /.test(commandLine(pid)) || /npm-cli\.js/.test(commandLine(pid))) return identify(pid);
    pid = parentOf(pid);
  }
  return undefined;
}
