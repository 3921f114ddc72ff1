import Type, { type Static } from 'typebox';
import { Clause, closed, Instant, Language, Recipient, Token, Uuid } from '../lib/shapes.js';

/** `POST /consent/v1/notices` (agency, agency-user of the sending party). Answer 201 `{id}`. */
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
    method: Type.Union((['oral', 'written', 'electronic'] as const).map((method) => Type.Literal(method))),
    eventTime: Type.Optional(Instant),
    expiresAt: Type.Optional(Instant),
  },
  closed,
);
export type RecordConsentRequest = Static<typeof RecordConsentRequest>;

/** Also `GET /consent/v1/consents/{id}`. `version` is what a caller passes on as `seen`. */
export const ConsentView = Type.Object(
  {
    id: Uuid,
    version: Type.Integer(),
    subjectRef: Uuid,
    protocolId: Uuid,
    noticeId: Uuid,
    state: Type.Union((['given', 'refused', 'withdrawn', 'expired'] as const).map((state) => Type.Literal(state))),
    purpose: Token,
    items: Type.Array(Token),
    recipient: Recipient,
    method: Token,
    eventTime: Instant,
    expiresAt: Type.Optional(Instant),
    withdrawnAt: Type.Optional(Instant),
    clause: Clause,
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
