import Type, { type Static } from 'typebox';
import { Clause, closed, Code, Instant, Sha256, Token, Uuid } from '../lib/shapes.js';
import { RetentionGap, TriggerKind } from './clock-events.js';
import { HoldScope } from './events.js';
import { RuleCount } from './purge-events.js';

const Count = Type.Integer({ minimum: 0 });
const Outcome = Type.Union([Type.Literal('accepted'), Type.Literal('declined')]);

/** `POST /retention/v1/triggers` (agency, agency-user of the receiving party). `outcome` goes with `contactOutcome` only. */
export const RecordTriggerRequest = Type.Object(
  {
    disclosureId: Uuid,
    kind: TriggerKind,
    outcome: Type.Optional(Outcome),
    /** When it happened; now unless given. Not in the future, not before what was reported last. */
    occurredAt: Type.Optional(Instant),
  },
  closed,
);
export type RecordTriggerRequest = Static<typeof RecordTriggerRequest>;

const reckoning = {
  rule: Type.Optional(Token),
  clause: Type.Optional(Clause),
  dueAt: Type.Optional(Instant),
  ceilingAt: Type.Optional(Instant),
  gap: Type.Optional(RetentionGap),
};

/** `GET /retention/v1/clocks/{disclosureId}`, and the answer to a trigger; for the receiving party only. */
export const ClockView = Type.Object(
  {
    disclosureId: Uuid,
    subjectRef: Uuid,
    protocolId: Uuid,
    items: Type.Array(Token),
    state: Type.Union([Type.Literal('running'), Type.Literal('due'), Type.Literal('erasing'), Type.Literal('erased')]),
    ...reckoning,
    /** The ceiling has passed and the awaited trigger did not come. */
    overdue: Type.Boolean(),
    holds: Type.Array(Uuid),
    triggers: Type.Array(
      Type.Object(
        {
          kind: Type.Union([Type.Literal('delivered'), ...TriggerKind.anyOf]),
          outcome: Type.Optional(Outcome),
          occurredAt: Instant,
        },
        closed,
      ),
    ),
    erasedAt: Type.Optional(Instant),
    /** From then on backups cannot give the values either. */
    erasureHorizonAt: Type.Optional(Instant),
    /** Whether the receiver has said that its own systems are clean; absent until the values here are erased. */
    recipientErasure: Type.Optional(Type.Union([Type.Literal('ordered'), Type.Literal('declared')])),
  },
  closed,
);
export type ClockView = Static<typeof ClockView>;

/** `GET /retention/v1/status` (dpo, ops): where each protocol of the receiving party stands. */
export const RetentionStatusView = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          protocolId: Uuid,
          running: Count,
          due: Count,
          erasing: Count,
          erased: Count,
          overdue: Count,
          held: Count,
          /** What the data protection officer must repair: a decision is missing, by rule. */
          gaps: Type.Array(
            Type.Object({ rule: Token, clause: Clause, gap: RetentionGap, cause: Code, count: Count }, closed),
          ),
          nextRunAt: Instant,
        },
        closed,
      ),
    ),
  },
  closed,
);
export type RetentionStatusView = Static<typeof RetentionStatusView>;

/** `POST /retention/v1/purges/plan` (ops, dpo of the receiving party). */
export const PlanPurgeRequest = Type.Object({ protocolId: Uuid }, closed);
export type PlanPurgeRequest = Static<typeof PlanPurgeRequest>;

/** `POST /retention/v1/purges/{id}/apply`: the hash that the plan showed. */
export const ApplyPurgeRequest = Type.Object({ setHash: Sha256 }, closed);
export type ApplyPurgeRequest = Static<typeof ApplyPurgeRequest>;

/** `GET /retention/v1/purges/{id}`. */
export const PurgeView = Type.Object(
  {
    id: Uuid,
    protocolId: Uuid,
    origin: Type.Union([Type.Literal('command'), Type.Literal('schedule')]),
    state: Type.Union([
      Type.Literal('planned'),
      Type.Literal('started'),
      Type.Literal('completed'),
      Type.Literal('failed'),
    ]),
    setHash: Sha256,
    size: Count,
    counts: Type.Array(RuleCount),
    /** When it was planned: due but held, due but a decision is missing, due but for a later purge. */
    left: Type.Object({ held: Count, gaps: Count, later: Count }, closed),
    progress: Type.Object({ asked: Count, erased: Count, held: Count }, closed),
    cause: Type.Optional(Code),
    clause: Type.Optional(Clause),
    plannedAt: Instant,
    startedAt: Type.Optional(Instant),
    endedAt: Type.Optional(Instant),
  },
  closed,
);
export type PurgeView = Static<typeof PurgeView>;

/** `GET /retention/v1/purges?after=&limit=`, the newest first. */
export const PurgePage = Type.Object({ items: Type.Array(PurgeView), next: Type.Optional(Uuid) }, closed);
export type PurgePage = Static<typeof PurgePage>;

export const PurgeQuery = Type.Object(
  { after: Type.Optional(Uuid), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })) },
  closed,
);
export type PurgeQuery = Static<typeof PurgeQuery>;

const Authority = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' });

/** `POST /retention/v1/holds` (dpo of the receiving party). `authority` is an office, never a natural person. */
export const PlaceHoldRequest = Type.Object({ scope: HoldScope, authority: Authority, reason: Token }, closed);
export type PlaceHoldRequest = Static<typeof PlaceHoldRequest>;

/** `POST /retention/v1/holds/{id}/release`. */
export const ReleaseHoldRequest = Type.Object({ authority: Authority, reason: Token }, closed);
export type ReleaseHoldRequest = Static<typeof ReleaseHoldRequest>;

/** `GET /retention/v1/holds/{id}`: enforcing until transfer has said that nothing in the scope is being erased. */
export const HoldView = Type.Object(
  {
    id: Uuid,
    scope: HoldScope,
    authority: Authority,
    reason: Token,
    /** The dispute it stands and falls with. */
    disputeId: Type.Optional(Uuid),
    restrictionId: Type.Optional(Uuid),
    state: Type.Union([Type.Literal('enforcing'), Type.Literal('enforced'), Type.Literal('released')]),
    placedAt: Instant,
    enforcedAt: Type.Optional(Instant),
    latencyMs: Type.Optional(Count),
    releasedAt: Type.Optional(Instant),
  },
  closed,
);
export type HoldView = Static<typeof HoldView>;

/** `GET /retention/v1/holds`: every hold of the caller's party, those that stand first. */
export const HoldsView = Type.Object({ items: Type.Array(HoldView) }, closed);
export type HoldsView = Static<typeof HoldsView>;

/** `POST /retention/v1/disclosures/{disclosureId}/erasure-declarations` (agency, agency-user, dpo of the receiving party). */
export const DeclareErasureRequest = Type.Object({ technique: Token, erasedAt: Type.Optional(Instant) }, closed);
export type DeclareErasureRequest = Static<typeof DeclareErasureRequest>;
