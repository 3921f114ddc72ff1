import Type, { type Static } from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import { CalendarDate, Clause, closed, Instant, Name, Sha256, Uuid } from '../lib/shapes.js';

/** What of a protocol a change of the law touches. */
export const LawChangeImpact = Type.Array(
  Type.Enum(['purpose', 'proportionality', 'frequency', 'duration', 'processors']),
  { uniqueItems: true, maxItems: 5 },
);

export const LawReviewOutcome = Type.Enum(['noChange', 'amend', 'suspend', 'end']);
export type LawReviewOutcome = Static<typeof LawReviewOutcome>;

const lawChange = {
  lawChangeId: Uuid,
  protocolId: Uuid,
  version: Type.Integer({ minimum: 1 }),
  byParty: Uuid,
  clause: Type.Optional(Clause),
};

export const lawChangeNotified = defineEvent('register', 'lawChange.notified', {
  aggregate: 'lawChange',
  sees: ['S', 'R'],
  classification: 'none',
  summary:
    'A party tells the other one of a change of the law, from when it holds and what of the protocol it touches.',
  data: Type.Object(
    {
      ...lawChange,
      instrument: Name,
      inForceOn: CalendarDate,
      impact: LawChangeImpact,
      documentHash: Type.Optional(Sha256),
      notifiedAt: Instant,
      /** First instant at which the review of the other party is late. */
      reviewBy: Instant,
    },
    closed,
  ),
});

export const lawChangeReviewed = defineEvent('register', 'lawChange.reviewed', {
  aggregate: 'lawChange',
  sees: ['S', 'R'],
  classification: 'none',
  summary: 'The other party has looked at what the change means for the protocol, and says what has to follow.',
  data: Type.Object(
    {
      ...lawChange,
      outcome: LawReviewOutcome,
      impact: LawChangeImpact,
      documentHash: Type.Optional(Sha256),
      reviewedAt: Instant,
    },
    closed,
  ),
});

export const lawChangeEvents = [lawChangeNotified, lawChangeReviewed] as const;
