import Type, { type Static } from 'typebox';
import { closed, Instant, Sha256, Token, Uuid } from '../lib/shapes.js';
import { DeclaredEntry, EntryContent, EntryMismatch, EntrySide } from './entry-shapes.js';

/**
 * `POST /register/v1/protocols/{id}/declared-entry` (dpo): what the party's own register says of this processing. The last
 * one counts.
 */
export const DeclareEntryRequest = DeclaredEntry;
export type DeclareEntryRequest = DeclaredEntry;

/** What ran under the protocol, as far as transfer said so; of erasures only the receiver is told. */
const EntryActivity = Type.Object(
  {
    disclosures: Type.Integer({ minimum: 0 }),
    firstAt: Type.Optional(Instant),
    lastAt: Type.Optional(Instant),
    recipients: Type.Array(Token),
    routes: Type.Array(Token),
    erased: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  closed,
);

export const EntryView = Type.Object(
  {
    id: Uuid,
    protocolId: Uuid,
    party: Uuid,
    side: EntrySide,
    version: Type.Integer({ minimum: 1 }),
    contentHash: Sha256,
    versionedAt: Instant,
    content: EntryContent,
    mismatches: Type.Array(EntryMismatch),
    activity: EntryActivity,
  },
  closed,
);
export type EntryView = Static<typeof EntryView>;

/** `GET /register/v1/register-entries` (dpo, ops, auditor): the register of the party, its own entries only. */
export const EntriesView = Type.Object({ items: Type.Array(EntryView) }, closed);
export type EntriesView = Static<typeof EntriesView>;

/** `GET /register/v1/register-entries/{id}/versions`, newest first. */
export const EntryVersions = Type.Object(
  {
    entryId: Uuid,
    items: Type.Array(
      Type.Object(
        {
          version: Type.Integer({ minimum: 1 }),
          contentHash: Sha256,
          supersedes: Type.Optional(Sha256),
          versionedAt: Instant,
          content: EntryContent,
        },
        closed,
      ),
    ),
  },
  closed,
);
export type EntryVersions = Static<typeof EntryVersions>;

const OwnRegister = Type.Object(
  { party: Uuid, entryId: Uuid, version: Type.Integer({ minimum: 1 }), declared: Type.Optional(DeclaredEntry) },
  closed,
);

/** `GET /register/v1/protocols/{id}/reconciliation`: the entries of both parties beside each other. */
export const ReconciliationView = Type.Object(
  {
    protocolId: Uuid,
    state: Type.Enum(['reconciled', 'mismatched']),
    sender: OwnRegister,
    receiver: OwnRegister,
    mismatches: Type.Array(EntryMismatch),
  },
  closed,
);
export type ReconciliationView = Static<typeof ReconciliationView>;

/** Days without a disclosure after which an entry counts as one without flow. */
export const DriftQuery = Type.Object(
  { idleDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 3_650, default: 30 })) },
  closed,
);
export type DriftQuery = Static<typeof DriftQuery>;

export const DriftKind = Type.Enum([
  'FLOW_WITHOUT_ENTRY',
  'ENTRY_WITHOUT_FLOW',
  'RECIPIENT_UNKNOWN',
  'PURPOSE_UNKNOWN',
  'ITEM_UNKNOWN',
  'ROUTE_UNKNOWN',
  'PROCESSOR_UNKNOWN',
  'RETENTION_LONGER',
]);

/** `GET /register/v1/register-entries/drift`: where the party's register and reality part. */
export const DriftView = Type.Object(
  {
    asOf: Instant,
    items: Type.Array(
      Type.Object(
        {
          kind: DriftKind,
          protocolId: Uuid,
          entryId: Type.Optional(Uuid),
          /** What is unknown, too long or idle: an id of the protocol, a name, a rule. */
          about: Type.Optional(Type.String({ minLength: 1, maxLength: 4_000 })),
          /** Disclosures that show it, where it shows in disclosures. */
          disclosures: Type.Optional(Type.Integer({ minimum: 1 })),
          since: Type.Optional(Instant),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type DriftView = Static<typeof DriftView>;

/** Language of labels and headings. */
export const EntryExportQuery = Type.Object({ language: Type.Optional(Type.Enum(['nl', 'fr', 'en'])) }, closed);
export type EntryExportQuery = Static<typeof EntryExportQuery>;
