import Type from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import { Clause, closed, Instant, Name, Token, Uuid } from '../lib/shapes.js';
import { clockEvents } from './clock-events.js';
import { purgeEvents } from './purge-events.js';

/** What a hold covers: one disclosure, everything of one person under a protocol, or a whole protocol. */
export const HoldScope = Type.Object(
  { disclosureId: Type.Optional(Uuid), subjectRef: Type.Optional(Uuid), protocolId: Uuid },
  closed,
);

export const holdPlaced = defineEvent('retention', 'hold.placed', {
  aggregate: 'hold',
  sees: ['R'],
  classification: 'pseudonymous',
  summary: 'Nothing in the scope may be erased until the hold is released; on whose authority and why. A barrier.',
  data: Type.Object(
    {
      holdId: Uuid,
      protocolId: Uuid,
      /** The receiving party, whose values it keeps. */
      party: Type.Optional(Uuid),
      scope: HoldScope,
      /** Who may order it, for example `court-of-brussels`, `dpo`; never a natural person. */
      authority: Name,
      reason: Token,
      disputeId: Type.Optional(Uuid),
      restrictionId: Type.Optional(Uuid),
      placedAt: Instant,
      clause: Type.Optional(Clause),
    },
    closed,
  ),
});

export const holdEnforced = defineEvent('retention', 'hold.enforced', {
  aggregate: 'hold',
  sees: ['R'],
  classification: 'pseudonymous',
  summary: 'Transfer confirmed durably that no erasure in the scope is under way or will be begun.',
  data: Type.Object(
    { holdId: Uuid, protocolId: Uuid, enforcedAt: Instant, latencyMs: Type.Integer({ minimum: 0 }) },
    closed,
  ),
});

export const holdReleased = defineEvent('retention', 'hold.released', {
  aggregate: 'hold',
  sees: ['R'],
  classification: 'pseudonymous',
  summary: 'The hold no longer stands; what became due meanwhile may be erased.',
  data: Type.Object({ holdId: Uuid, protocolId: Uuid, authority: Name, reason: Token, releasedAt: Instant }, closed),
});

export const erasureRequested = defineEvent('retention', 'erasure.requested', {
  aggregate: 'erasure',
  sees: ['R'],
  classification: 'pseudonymous',
  summary: 'A value is due under its rule: transfer is asked to erase it unless a hold stands.',
  data: Type.Object(
    {
      erasureId: Uuid,
      purgeId: Uuid,
      disclosureId: Uuid,
      protocolId: Uuid,
      subjectRef: Uuid,
      items: Type.Array(Token, { minItems: 1 }),
      rule: Token,
      /** Why it is due: `declined`, `period-over`, or `erasure-right` before its term. */
      reason: Token,
      /** Of `erasure-right`: the request that was granted, and by whom. */
      requestId: Type.Optional(Uuid),
      byParty: Type.Optional(Uuid),
      dueAt: Instant,
      clause: Clause,
    },
    closed,
  ),
});

export const retentionEvents = [
  ...clockEvents,
  holdPlaced,
  holdEnforced,
  holdReleased,
  ...purgeEvents,
  erasureRequested,
] as const;
