import Type, { type Static } from 'typebox';
import { OnwardDisclosureView } from './onward-api.js';
import { TransferController } from './route-events.js';
import { Clause, closed, Code, Instant, Localized, Recipient, Token, Uuid } from '../lib/shapes.js';

const Identifier = Type.Object({ kind: Token, value: Type.String({ minLength: 1, maxLength: 100 }) }, closed);
const CaseReference = Type.String({ minLength: 1, maxLength: 200 });

/** `POST /transfer/v1/subjects` (agency, agency-user). The same reference again for the same case or identifier. */
export const RegisterSubjectRequest = Type.Object(
  { protocolId: Uuid, agencyCaseRef: CaseReference, identifier: Type.Optional(Identifier) },
  closed,
);
export type RegisterSubjectRequest = Static<typeof RegisterSubjectRequest>;

/** Answer 201; `version` is what a caller passes on as `seen`. */
export const SubjectView = Type.Object({ subjectRef: Uuid, protocolId: Uuid, version: Type.Integer() }, closed);
export type SubjectView = Static<typeof SubjectView>;

/** `POST /transfer/v1/subjects/get`: a party's own references; identifiers never stand in a URL. */
export const GetSubjectRequest = Type.Object(
  { protocolId: Uuid, agencyCaseRef: Type.Optional(CaseReference), identifier: Type.Optional(Identifier) },
  closed,
);
export type GetSubjectRequest = Static<typeof GetSubjectRequest>;

/** Answer to `subjects/get`: none, one, or two when the case and the identifier point to different persons. */
export const SubjectsView = Type.Object({ items: Type.Array(SubjectView) }, closed);
export type SubjectsView = Static<typeof SubjectsView>;

/** A fact the caller has just recorded: the service waits for it, briefly (else VERSION_NOT_SEEN). */
export const Seen = Type.Object({ aggregateId: Uuid, version: Type.Integer({ minimum: 1 }) }, closed);

/** `POST /transfer/v1/disclosures` (agency, agency-user) and `/disclosures/explain`. */
export const RequestDisclosureRequest = Type.Object(
  {
    protocolId: Uuid,
    subjectRef: Uuid,
    consentId: Type.Optional(Uuid),
    purpose: Token,
    items: Type.Array(
      Type.Object(
        { item: Token, fields: Type.Record(Type.String({ maxLength: 60 }), Type.String({ maxLength: 2000 })) },
        closed,
      ),
      { minItems: 1, maxItems: 50 },
    ),
    recipient: Recipient,
    channel: Type.Object(
      { kind: Token, address: Type.Optional(Type.String({ maxLength: 254 })), cipher: Type.Optional(Token) },
      closed,
    ),
    seen: Type.Optional(Type.Array(Seen, { maxItems: 20 })),
  },
  closed,
);
export type RequestDisclosureRequest = Static<typeof RequestDisclosureRequest>;

const verdict = {
  verdict: Type.Union([Type.Literal('permitted'), Type.Literal('refused'), Type.Literal('gap')]),
  code: Type.Optional(Code),
  clause: Type.Optional(Clause),
  explanation: Type.Optional(Localized),
};

/** A decided command is 201, permitted or refused alike; a gap shows the caller only `FACT_MISSING`. */
export const VerdictView = Type.Object({ id: Uuid, ...verdict }, closed);
export type VerdictView = Static<typeof VerdictView>;

/** Answer to `disclosures/explain`: the same verdict, without an id since nothing was recorded. */
export const ExplanationView = Type.Object(verdict, closed);
export type ExplanationView = Static<typeof ExplanationView>;

/** `GET /transfer/v1/disclosures/{id}` for sender and receiver; never a value. */
export const DisclosureView = Type.Object(
  {
    id: Uuid,
    subjectRef: Uuid,
    protocolId: Uuid,
    protocolVersion: Type.Optional(Type.Integer()),
    verdict: VerdictView.properties.verdict,
    code: Type.Optional(Code),
    clause: Type.Optional(Clause),
    state: Type.Union([
      Type.Literal('refused'),
      Type.Literal('authorized'),
      Type.Literal('delivering'),
      Type.Literal('delivered'),
      Type.Literal('unconfirmed'),
      Type.Literal('failed'),
      Type.Literal('collected'),
    ]),
    items: Type.Array(Token),
    recipient: Recipient,
    requestedAt: Instant,
    deliveredAt: Type.Optional(Instant),
    collectedAt: Type.Optional(Instant),
    archiveDigest: Type.Optional(Type.String()),
    failure: Type.Optional(Code),
    /** Of a look-up: the route it took, the receipt of its operator, who is controller of the transfer. */
    route: Type.Optional(Token),
    receipt: Type.Optional(Type.String()),
    controllerOfTransfer: Type.Optional(TransferController),
    /** Of a gap, for the data protection officer only: the facts that are missing or blocked. */
    missing: Type.Optional(Type.Array(Type.String())),
    /** For the recipient only: the values are erased, the ledger stays. */
    erasedAt: Type.Optional(Instant),
    /** Why the passphrase is not given out any more. */
    withheld: Type.Optional(Code),
    /** For the recipient only: what it passed on, oldest first. */
    onward: Type.Optional(Type.Array(OnwardDisclosureView)),
  },
  closed,
);
export type DisclosureView = Static<typeof DisclosureView>;

/** `GET /transfer/v1/inbox?after=&limit=` (agency-user of the receiving unit): what was sent to the caller's unit. */
export const InboxPage = Type.Object({ items: Type.Array(DisclosureView), next: Type.Optional(Type.String()) }, closed);
export type InboxPage = Static<typeof InboxPage>;

/** `POST /transfer/v1/disclosures/{id}/passphrase/collect` (agency-user; unit and secrecy as the recipient demands). */
export const PassphraseView = Type.Object(
  {
    disclosureId: Uuid,
    subjectRef: Uuid,
    passphrase: Type.String(),
    archiveDigest: Type.String(),
    fileName: Type.String(),
  },
  closed,
);
export type PassphraseView = Static<typeof PassphraseView>;

/** `GET /transfer/v1/archive-keys` (public): the keys that archives are signed with, the newest first. */
export const ArchiveKeysView = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          keyId: Uuid,
          algorithm: Type.Literal('Ed25519'),
          publicKey: Type.String({ description: 'PEM (SPKI)' }),
          madeAt: Instant,
        },
        closed,
      ),
    ),
  },
  closed,
);
export type ArchiveKeysView = Static<typeof ArchiveKeysView>;
