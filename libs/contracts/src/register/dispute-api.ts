import Type, { type Static } from 'typebox';
import { Clause, closed, Instant, Name, Sha256, Uuid } from '../lib/shapes.js';
import { DisputeGround, DisputeOutcome, DisputeScope } from './dispute-events.js';

/** `POST /register/v1/protocols/{id}/disputes` (dpo or signatory of either party). Without a scope: the whole protocol. */
export const OpenDisputeRequest = Type.Object(
  {
    scope: Type.Optional(Type.Object({ disclosureId: Type.Optional(Uuid), subjectRef: Type.Optional(Uuid) }, closed)),
    ground: DisputeGround,
    writingHash: Type.Optional(Sha256),
  },
  closed,
);
export type OpenDisputeRequest = Static<typeof OpenDisputeRequest>;

/**
 * `POST /register/v1/protocols/{id}/disputes/{disputeId}/closing` (dpo or signatory of either party). A settlement or a
 * judgment comes with the hash of its document; a withdrawal is for the party that opened the dispute.
 */
export const CloseDisputeRequest = Type.Object(
  { outcome: DisputeOutcome, documentHash: Type.Optional(Sha256) },
  closed,
);
export type CloseDisputeRequest = Static<typeof CloseDisputeRequest>;

/** Answer to both, and `GET /register/v1/protocols/{id}/disputes/{disputeId}`. */
export const DisputeView = Type.Object(
  {
    id: Uuid,
    protocolId: Uuid,
    party: Uuid,
    scope: DisputeScope,
    ground: DisputeGround,
    law: Type.Optional(Name),
    court: Type.Optional(Name),
    clause: Type.Optional(Clause),
    writingHash: Type.Optional(Sha256),
    state: Type.Enum(['open', 'closed']),
    openedAt: Instant,
    closing: Type.Optional(
      Type.Object(
        { party: Uuid, outcome: DisputeOutcome, documentHash: Type.Optional(Sha256), closedAt: Instant },
        closed,
      ),
    ),
  },
  closed,
);
export type DisputeView = Static<typeof DisputeView>;

/** `GET /register/v1/protocols/{id}/disputes`: open ones first, at most 500. */
export const DisputesView = Type.Object({ items: Type.Array(DisputeView) }, closed);
export type DisputesView = Static<typeof DisputesView>;
