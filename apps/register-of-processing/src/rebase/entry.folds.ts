import { registerEntryMismatched, registerEntryVersioned } from '@convenant/contracts';
import { dateOf, folds, type NamedFold } from '@convenant/messaging';
import { RegisterEntry, RegisterEntryVersion } from '../db/register-entry.entity.js';

/** Entries of the register of processing activities, with what their parties declared: each event says all of it. */
export const entryFolds: readonly NamedFold[] = [
  folds(registerEntryVersioned, async (tx, { data }) => {
    const { entryId: id, protocolId, party, entryVersion: version, content, contentHash } = data;
    const versionedAt = dateOf(data.versionedAt);
    const said = { version, content: content as never, contentHash, versionedAt };
    const processor = content.processor?.name ?? null;
    await tx.manager.upsert(RegisterEntry, { id, protocolId, party, processor, ...said }, ['id']);
    await tx.manager.insert(RegisterEntryVersion, { entryId: id, ...said });
  }),
  folds(registerEntryMismatched, (tx, { data: { entryId, mismatches } }) =>
    tx.manager.update(RegisterEntry, { id: entryId }, { mismatches: mismatches as never }),
  ),
];
