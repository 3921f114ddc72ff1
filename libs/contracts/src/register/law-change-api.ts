import Type, { type Static } from 'typebox';
import { CalendarDate, Clause, closed, Instant, Name, Sha256, Uuid } from '../lib/shapes.js';
import { LawChangeImpact, LawReviewOutcome } from './law-change-events.js';

/** `POST /register/v1/protocols/{id}/law-changes` (agency, dpo or signatory). An empty `impact` says: none of the five. */
export const NotifyLawChangeRequest = Type.Object(
  {
    instrument: Name,
    inForceOn: CalendarDate,
    impact: LawChangeImpact,
    documentHash: Type.Optional(Sha256),
  },
  closed,
);
export type NotifyLawChangeRequest = Static<typeof NotifyLawChangeRequest>;

/** `POST …/law-changes/{lawChangeId}/review` (dpo or signatory of the party that was told). */
export const ReviewLawChangeRequest = Type.Object(
  { outcome: LawReviewOutcome, impact: LawChangeImpact, documentHash: Type.Optional(Sha256) },
  closed,
);
export type ReviewLawChangeRequest = Static<typeof ReviewLawChangeRequest>;

export const LawChangeView = Type.Object(
  {
    id: Uuid,
    protocolId: Uuid,
    party: Uuid,
    instrument: Name,
    inForceOn: CalendarDate,
    impact: LawChangeImpact,
    documentHash: Type.Optional(Sha256),
    clause: Type.Optional(Clause),
    state: Type.Enum(['open', 'overdue', 'reviewed']),
    notifiedAt: Instant,
    reviewBy: Instant,
    review: Type.Optional(
      Type.Object(
        {
          party: Uuid,
          outcome: LawReviewOutcome,
          impact: LawChangeImpact,
          documentHash: Type.Optional(Sha256),
          reviewedAt: Instant,
        },
        closed,
      ),
    ),
  },
  closed,
);
export type LawChangeView = Static<typeof LawChangeView>;

/** `GET /register/v1/protocols/{id}/law-changes`: open ones first, at most 500. */
export const LawChangesView = Type.Object({ items: Type.Array(LawChangeView) }, closed);
export type LawChangesView = Static<typeof LawChangesView>;
