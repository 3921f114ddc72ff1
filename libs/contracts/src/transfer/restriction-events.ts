import Type from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import { closed, Instant, Token, Uuid } from '../lib/shapes.js';

const restriction = {
  restrictionId: Uuid,
  /** The request that it was granted on. */
  requestId: Uuid,
  protocolId: Uuid,
  subjectRef: Uuid,
  /** The party that granted it. */
  byParty: Uuid,
};

/** Whom it is told, with the items it received: a party and a unit, never a person. */
const Recipients = Type.Array(
  Type.Object({ party: Uuid, unit: Token, items: Type.Array(Token, { minItems: 1 }) }, closed),
);

/** Why a restriction ends. @see GDPR Art. 18(3) */
export const LiftingReason = Type.Enum([
  'accuracyVerified',
  'objectionDecided',
  'claimsEnded',
  'personAsked',
  'erasureGranted',
]);

export const restrictionApplied = defineEvent('transfer', 'restriction.applied', {
  aggregate: 'restriction',
  sees: ['S', 'R'],
  classification: 'pseudonymous',
  summary:
    'What is kept about the person is neither disclosed, collected nor erased by schedule from here on; told to every recipient.',
  data: Type.Object({ ...restriction, ground: Token, recipients: Recipients, appliedAt: Instant }, closed),
});

export const restrictionLifted = defineEvent('transfer', 'restriction.lifted', {
  aggregate: 'restriction',
  sees: ['S', 'R'],
  classification: 'pseudonymous',
  summary: 'The restriction has ended: why, and when the person was told so beforehand; told to the same recipients.',
  data: Type.Object(
    {
      ...restriction,
      reason: LiftingReason,
      subjectInformedAt: Instant,
      recipients: Recipients,
      liftedAt: Instant,
    },
    closed,
  ),
});

export const restrictionAcknowledged = defineEvent('transfer', 'restriction.acknowledged', {
  aggregate: 'restriction',
  sees: ['S', 'R'],
  classification: 'pseudonymous',
  summary: 'A recipient has done the same in its own systems: restricted, or lifted.',
  data: Type.Object(
    {
      restrictionId: Uuid,
      protocolId: Uuid,
      subjectRef: Uuid,
      told: Type.Enum(['applied', 'lifted']),
      recipientParty: Uuid,
      recipientUnit: Token,
      acknowledgedAt: Instant,
    },
    closed,
  ),
});

export const restrictionEvents = [restrictionApplied, restrictionLifted, restrictionAcknowledged] as const;
