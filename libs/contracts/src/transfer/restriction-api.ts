import Type, { type Static } from 'typebox';
import { closed, Instant, Token, Uuid } from '../lib/shapes.js';

/**
 * `POST /transfer/v1/restrictions/{id}/lifting` (dpo of the party that granted it). The person is told before it ends.
 * @see GDPR Art. 18(3)
 */
export const LiftRestrictionRequest = Type.Object(
  {
    reason: Type.Enum(['accuracyVerified', 'objectionDecided', 'claimsEnded', 'personAsked']),
    subjectInformedAt: Instant,
  },
  closed,
);
export type LiftRestrictionRequest = Static<typeof LiftRestrictionRequest>;

/** What a recipient was told of a restriction, open until it acknowledges. @see GDPR Art. 19 */
export const RestrictionNotice = Type.Object(
  {
    told: Type.Enum(['applied', 'lifted']),
    recipient: Type.Object({ party: Uuid, unit: Token }, closed),
    items: Type.Array(Token),
    state: Type.Enum(['open', 'acknowledged']),
    toldAt: Instant,
    acknowledgedAt: Type.Optional(Instant),
  },
  closed,
);

/** `GET /transfer/v1/restrictions/{id}`, answer to every step; for both parties of the protocol. */
export const RestrictionView = Type.Object(
  {
    id: Uuid,
    protocolId: Uuid,
    subjectRef: Uuid,
    party: Uuid,
    ground: Token,
    state: Type.Enum(['enforcing', 'applied', 'lifted']),
    appliedAt: Type.Optional(Instant),
    liftedAt: Type.Optional(Instant),
    reason: Type.Optional(Token),
    notices: Type.Array(RestrictionNotice),
  },
  closed,
);
export type RestrictionView = Static<typeof RestrictionView>;

/** `GET /transfer/v1/restrictions?state=&after=&limit=`; `open`: some recipient has not acknowledged. */
export const RestrictionsQuery = Type.Object(
  {
    state: Type.Optional(Type.Enum(['standing', 'open'])),
    after: Type.Optional(Uuid),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  closed,
);
export type RestrictionsQuery = Static<typeof RestrictionsQuery>;

/** Newest first. */
export const RestrictionsPage = Type.Object({ items: Type.Array(RestrictionView), next: Type.Optional(Uuid) }, closed);
export type RestrictionsPage = Static<typeof RestrictionsPage>;
