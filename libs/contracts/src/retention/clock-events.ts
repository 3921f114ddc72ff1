import Type from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import { Clause, closed, Instant, Token, Uuid } from '../lib/shapes.js';

const clock = { clockId: Uuid, disclosureId: Uuid, protocolId: Uuid, subjectRef: Uuid };

/** What happens to a client after a referral; the first of them is a delivery and no trigger that is reported. */
export const TriggerKind = Type.Union([
  Type.Literal('contactOutcome'),
  Type.Literal('dossierOpened'),
  Type.Literal('dossierClosed'),
  Type.Literal('dossierReopened'),
]);

/** A decision of the party that is missing: without it no date can be computed, or nothing may be destroyed. */
export const RetentionGap = Type.Union([
  Type.Literal('period'),
  Type.Literal('onDeclined'),
  Type.Literal('destructionBasis'),
]);

const reckoning = {
  rule: Type.Optional(Token),
  clause: Type.Optional(Clause),
  /** When the values must be erased; absent while no date follows from what happened. */
  dueAt: Type.Optional(Instant),
  /** When the data protection officer is alerted because the awaited trigger did not come. */
  ceilingAt: Type.Optional(Instant),
  gap: Type.Optional(RetentionGap),
};

/** Of the delivery that caused it (`causationid`), when one did. */
const deliveredAt = Type.Optional(Instant);

export const clockStarted = defineEvent('retention', 'clock.started', {
  aggregate: 'clock',
  sees: ['R'],
  classification: 'pseudonymous',
  summary: 'Values arrived at the receiver: until when they are kept, by which rule.',
  data: Type.Object({ ...clock, ...reckoning, deliveredAt, startedAt: Instant }, closed),
});

export const clockRestarted = defineEvent('retention', 'clock.restarted', {
  aggregate: 'clock',
  sees: ['R'],
  classification: 'pseudonymous',
  summary: 'Another rule or another date holds, because of a trigger or of a decision of the party.',
  data: Type.Object({ ...clock, ...reckoning, deliveredAt, restartedAt: Instant }, closed),
});

export const clockOverdue = defineEvent('retention', 'clock.overdue', {
  aggregate: 'clock',
  sees: ['R'],
  classification: 'pseudonymous',
  summary: 'The awaited trigger did not come before the ceiling: the data protection officer must ask. Erases nothing.',
  data: Type.Object({ ...clock, rule: Token, clause: Clause, ceilingAt: Instant, noticedAt: Instant }, closed),
});

export const clockDue = defineEvent('retention', 'clock.due', {
  aggregate: 'clock',
  sees: ['R'],
  classification: 'pseudonymous',
  summary: 'The values must be erased from this instant on; a `gap` says what is missing before they may be.',
  data: Type.Object(
    {
      ...clock,
      rule: Token,
      clause: Clause,
      /** `declined`, `period-over`. */
      reason: Token,
      dueAt: Instant,
      gap: Type.Optional(RetentionGap),
    },
    closed,
  ),
});

export const triggerRecorded = defineEvent('retention', 'trigger.recorded', {
  aggregate: 'clock',
  sees: ['R'],
  classification: 'pseudonymous',
  summary: 'The receiver reported what happened to the client: contact outcome, file opened, closed or reopened.',
  data: Type.Object(
    {
      ...clock,
      triggerId: Uuid,
      kind: TriggerKind,
      outcome: Type.Optional(Type.Union([Type.Literal('accepted'), Type.Literal('declined')])),
      occurredAt: Instant,
      clause: Type.Optional(Clause),
    },
    closed,
  ),
});

export const clockEvents = [clockStarted, clockRestarted, clockOverdue, clockDue, triggerRecorded] as const;
