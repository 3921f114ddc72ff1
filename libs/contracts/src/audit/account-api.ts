import Type, { type Static } from 'typebox';
import { Clause, closed, Code, Instant, Localized, Name, Recipient, Token, Uuid } from '../lib/shapes.js';

/** `POST /audit/v1/accounts/get` (dpo, agency): a look-up, so that the reference never stands in a URL. */
export const GetAccountRequest = Type.Object({ subjectRef: Uuid, protocolId: Type.Optional(Uuid) }, closed);
export type GetAccountRequest = Static<typeof GetAccountRequest>;

/** Why it was allowed: the consent of the person, after which notice; else the protocol itself (the clause). */
const Ground = Type.Object(
  {
    kind: Type.Union([Type.Literal('consent'), Type.Literal('protocol')]),
    consentId: Type.Optional(Uuid),
    noticeId: Type.Optional(Uuid),
    noticeVersion: Type.Optional(Token),
    givenAt: Type.Optional(Instant),
    method: Type.Optional(Token),
    withdrawnAt: Type.Optional(Instant),
  },
  closed,
);

/** How long the parties agreed that it is kept, as the effective protocol has it; a null of the text is absent here. */
const AgreedPeriod = Type.Object(
  {
    rule: Token,
    phase: Type.Integer({ minimum: 1 }),
    label: Localized,
    from: Token,
    until: Type.Optional(Token),
    period: Type.Optional(Type.String({ description: 'ISO 8601 duration' })),
    ceiling: Type.Optional(Type.String({ description: 'ISO 8601 duration' })),
    onDeclined: Type.Optional(Token),
    basis: Type.Optional(Type.String()),
    clause: Clause,
  },
  closed,
);

/** Reports about the quality of the data, and what followed (Art. 16, 18 and 19). */
const QualityStep = Type.Object(
  {
    /** The event: `quality.reported`, `correction.propagated`, `erasure.acknowledged`, … */
    what: Token,
    at: Instant,
    items: Type.Array(Token),
    kind: Type.Optional(Token),
    findings: Type.Optional(Token),
    measure: Type.Optional(Token),
    /** Of a correction: the values of this generation replace what was received. */
    generation: Type.Optional(Type.Integer({ minimum: 1 })),
    clause: Type.Optional(Clause),
  },
  closed,
);

/** For the receiving party alone: until when, and what happened since. */
const RetentionState = Type.Object(
  {
    state: Type.Union([Type.Literal('running'), Type.Literal('overdue'), Type.Literal('due')]),
    rule: Type.Optional(Token),
    clause: Type.Optional(Clause),
    dueAt: Type.Optional(Instant),
    ceilingAt: Type.Optional(Instant),
    /** The decision of the party that is missing. */
    gap: Type.Optional(Token),
    triggers: Type.Array(Type.Object({ kind: Token, outcome: Type.Optional(Token), occurredAt: Instant }, closed)),
    holds: Type.Array(
      Type.Object({ holdId: Uuid, authority: Name, placedAt: Instant, releasedAt: Type.Optional(Instant) }, closed),
    ),
  },
  closed,
);

/** For the receiving party alone: what has been erased, where, and by whose word. */
const ErasureState = Type.Object(
  {
    state: Type.Union([
      Type.Literal('requested'),
      Type.Literal('withheld'),
      Type.Literal('partlyErased'),
      Type.Literal('erased'),
      Type.Literal('attested'),
    ]),
    reason: Type.Optional(Token),
    erasedAt: Type.Optional(Instant),
    /** What is gone of the values that stood last. */
    items: Type.Array(Token),
    technique: Type.Optional(Token),
    /** From then on backups cannot give the values either. */
    erasureHorizonAt: Type.Optional(Instant),
    /** What the receiver must erase in its own systems: ordered, and stated to be done (not verified here). */
    recipientOrderedAt: Type.Optional(Instant),
    recipientDeclaredAt: Type.Optional(Instant),
  },
  closed,
);

/** One disclosure about the person, as far as the asking party may see it. */
export const AccountedDisclosure = Type.Object(
  {
    disclosureId: Uuid,
    protocolId: Uuid,
    protocolVersion: Type.Integer({ minimum: 1 }),
    side: Type.Union([Type.Literal('sender'), Type.Literal('receiver')]),
    recipient: Recipient,
    requestedBy: Type.Object({ party: Uuid, unit: Type.Optional(Token) }, closed),
    items: Type.Array(Token),
    purpose: Token,
    clause: Clause,
    ground: Ground,
    route: Type.Object({ kind: Token, route: Token, cipher: Type.Optional(Token) }, closed),
    state: Type.Union([
      Type.Literal('authorized'),
      Type.Literal('unconfirmed'),
      Type.Literal('delivered'),
      Type.Literal('collected'),
      Type.Literal('failed'),
    ]),
    failure: Type.Optional(Code),
    authorizedAt: Instant,
    deliveredAt: Type.Optional(Instant),
    collected: Type.Array(Type.Object({ what: Token, unit: Token, collectedAt: Instant }, closed)),
    agreedPeriods: Type.Array(AgreedPeriod),
    quality: Type.Array(QualityStep),
    retention: Type.Optional(RetentionState),
    erasure: Type.Optional(ErasureState),
  },
  closed,
);
export type AccountedDisclosure = Static<typeof AccountedDisclosure>;

/** What the person asked of the asking party. */
const AccountedRequest = Type.Object(
  {
    requestId: Uuid,
    protocolId: Uuid,
    right: Token,
    state: Type.Enum(['open', 'granted', 'partly', 'refused']),
    receivedAt: Instant,
    dueAt: Instant,
    decidedAt: Type.Optional(Instant),
    reasons: Type.Array(Token),
  },
  closed,
);

/** What is or was restricted (Art. 18). */
const AccountedRestriction = Type.Object(
  {
    restrictionId: Uuid,
    protocolId: Uuid,
    ground: Token,
    appliedAt: Instant,
    liftedAt: Type.Optional(Instant),
    reason: Type.Optional(Token),
  },
  closed,
);

/**
 * Answer to `accounts/get`: who received which items about one person, when, why and until when, as far as the asking party
 * may see it: the sender recipients, items, times, ground and agreed period; the receiver also its clocks and erasures.
 * @see GDPR Art. 15(1)
 */
export const AccountView = Type.Object(
  {
    subjectRef: Uuid,
    /** The account tells everything that had arrived up to this position of the trail. */
    throughPosition: Type.Integer({ minimum: 0 }),
    disclosures: Type.Array(AccountedDisclosure),
    /** Requests of the person to the asking party, objections too. */
    requests: Type.Array(AccountedRequest),
    restrictions: Type.Array(AccountedRestriction),
    /** Whether the reference still leads to a person; told to the party that registered it. */
    mapping: Type.Object({ state: Type.Enum(['kept', 'erased']), erasedAt: Type.Optional(Instant) }, closed),
  },
  closed,
);
export type AccountView = Static<typeof AccountView>;
