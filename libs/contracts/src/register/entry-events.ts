import Type from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import { closed, Instant, Sha256, Uuid } from '../lib/shapes.js';
import { EntryContent, EntryMismatch, EntrySide } from './entry-shapes.js';

const entry = {
  entryId: Uuid,
  protocolId: Uuid,
  /** The party in whose register it stands. */
  party: Uuid,
  side: EntrySide,
  /** Counts the versions of this entry, from 1. */
  entryVersion: Type.Integer({ minimum: 1 }),
};

export const registerEntryVersioned = defineEvent('register', 'registerEntry.versioned', {
  aggregate: 'registerEntry',
  sees: ['P'],
  classification: 'none',
  summary:
    'An entry of the register of processing activities says something else than before: all of it, as generated from the protocol in force and what the party declared.',
  data: Type.Object(
    {
      ...entry,
      content: EntryContent,
      /** SHA-256 of `content` in canonical form (RFC 8785). */
      contentHash: Sha256,
      /** Hash of the version before. */
      supersedes: Type.Optional(Sha256),
      versionedAt: Instant,
    },
    closed,
  ),
});

export const registerEntryMismatched = defineEvent('register', 'registerEntry.mismatched', {
  aggregate: 'registerEntry',
  sees: ['P'],
  classification: 'none',
  summary:
    'The registers of the two parties and the protocol differ, or in other points than before; _reconciled_: they agree again. Told to each party on its own entry.',
  data: Type.Object(
    {
      ...entry,
      state: Type.Enum(['mismatched', 'reconciled']),
      /** All that differ now; none once reconciled. */
      mismatches: Type.Array(EntryMismatch),
      noticedAt: Instant,
    },
    closed,
  ),
});

export const entryEvents = [registerEntryVersioned, registerEntryMismatched] as const;
