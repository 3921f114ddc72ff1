import Type, { type Static } from 'typebox';
import { Clause, closed, Instant, Language, Recipient, Token, Uuid } from '../lib/shapes.js';

/** How a consent is expressed, and equally how it is withdrawn. */
export const ConsentMethods = ['oral', 'written', 'electronic'] as const;

/** `POST /consent/v1/notices` (agency, agency-user of the sending party). Answer 201 NoticeView. */
export const ProvideNoticeRequest = Type.Object(
  {
    subjectRef: Uuid,
    protocolId: Uuid,
    noticeVersion: Token,
    language: Language,
    /** Ids of the information points that were given, as the protocol names them. */
    informationPoints: Type.Array(Token, { minItems: 1, uniqueItems: true, maxItems: 50 }),
    providedAt: Type.Optional(Instant),
  },
  closed,
);
export type ProvideNoticeRequest = Static<typeof ProvideNoticeRequest>;

/** `POST /consent/v1/consents` (agency, agency-user of the sending party). Answer 201 ConsentView. */
export const RecordConsentRequest = Type.Object(
  {
    subjectRef: Uuid,
    protocolId: Uuid,
    noticeId: Uuid,
    decision: Type.Union([Type.Literal('given'), Type.Literal('refused')]),
    purpose: Token,
    items: Type.Array(Token, { minItems: 1, uniqueItems: true, maxItems: 50 }),
    recipient: Recipient,
    method: Type.Enum([...ConsentMethods]),
    eventTime: Type.Optional(Instant),
    expiresAt: Type.Optional(Instant),
  },
  closed,
);
export type RecordConsentRequest = Static<typeof RecordConsentRequest>;

/** Answer to a notice: its id, and the information points of the protocol that were not given. */
export const NoticeView = Type.Object(
  {
    id: Uuid,
    version: Type.Integer(),
    subjectRef: Uuid,
    protocolId: Uuid,
    noticeVersion: Token,
    language: Language,
    informationPoints: Type.Array(Token),
    missingPoints: Type.Array(Token),
    providedAt: Instant,
    clause: Clause,
  },
  closed,
);
export type NoticeView = Static<typeof NoticeView>;

/**
 * The consent as a record that can be shown and exchanged. Names of the fields follow ISO/IEC TS 27560:2023; the person is
 * named by reference only.
 */
export const ConsentRecord = Type.Object(
  {
    schemaVersion: Type.String(),
    recordId: Uuid,
    piiPrincipalId: Uuid,
    piiController: Uuid,
    jurisdiction: Type.String(),
    consentType: Token,
    lawfulBasis: Token,
    noticeId: Uuid,
    noticeVersion: Token,
    language: Language,
    informationPoints: Type.Array(Token),
    purpose: Token,
    piiTypes: Type.Array(Token),
    recipient: Recipient,
    collectionMethod: Token,
    withdrawalMethods: Type.Array(Token),
    duration: Type.Object(
      { occurrences: Type.Optional(Type.Integer({ minimum: 1 })), expiresAt: Type.Optional(Instant) },
      closed,
    ),
    /** What happened to the consent, oldest first; `entityId` is the `userRef` of whoever entered it. */
    events: Type.Array(
      Type.Object({ state: Token, time: Instant, method: Token, entityId: Type.Optional(Type.String()) }, closed),
    ),
  },
  closed,
);
export type ConsentRecord = Static<typeof ConsentRecord>;

/** Also `GET /consent/v1/consents/{id}`. `version` is what a caller passes on as `seen`. */
export const ConsentView = Type.Object(
  {
    id: Uuid,
    version: Type.Integer(),
    subjectRef: Uuid,
    protocolId: Uuid,
    noticeId: Uuid,
    state: Type.Enum(['given', 'refused', 'withdrawn', 'expired']),
    purpose: Token,
    items: Type.Array(Token),
    recipient: Recipient,
    method: Token,
    eventTime: Instant,
    expiresAt: Type.Optional(Instant),
    withdrawnAt: Type.Optional(Instant),
    clause: Clause,
    record: ConsentRecord,
  },
  closed,
);
export type ConsentView = Static<typeof ConsentView>;

/** `POST /consent/v1/withdrawals`: one consent, or every consent of a person under a protocol not withdrawn yet. */
export const WithdrawConsentRequest = Type.Union([
  Type.Object({ consentId: Uuid, method: Type.Optional(Token) }, closed),
  Type.Object({ subjectRef: Uuid, protocolId: Uuid, method: Type.Optional(Token) }, closed),
]);
export type WithdrawConsentRequest = Static<typeof WithdrawConsentRequest>;

/** Answer to a withdrawal and `GET /consent/v1/withdrawals/{id}`. */
export const WithdrawalView = Type.Object(
  {
    id: Uuid,
    state: Type.Union([Type.Literal('enforcing'), Type.Literal('enforced')]),
    withdrawnAt: Instant,
    consents: Type.Array(Uuid),
    /** How many barriers are still to be applied. */
    pending: Type.Integer({ minimum: 0 }),
    enforcedAt: Type.Optional(Instant),
    latencyMs: Type.Optional(
      Type.Integer({ minimum: 0, description: 'Commit of the withdrawal to the last barrier, real time' }),
    ),
    unconfirmed: Type.Array(Uuid),
  },
  closed,
);
export type WithdrawalView = Static<typeof WithdrawalView>;
