import Type from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import { Clause, closed, Instant, Name, Sha256, Uuid } from '../lib/shapes.js';

/** What a dispute is about: one disclosure, everything of one person under the protocol, or the whole protocol. */
export const DisputeScope = Type.Object(
  { disclosureId: Type.Optional(Uuid), subjectRef: Type.Optional(Uuid), protocolId: Uuid },
  closed,
);

export const DisputeGround = Type.Enum([
  'interpretation',
  'violation',
  'unlawfulDisclosure',
  'dataQuality',
  'breach',
  'ending',
  'damages',
]);

export const DisputeOutcome = Type.Enum(['settled', 'judged', 'withdrawn']);

export const disputeOpened = defineEvent('register', 'dispute.opened', {
  aggregate: 'dispute',
  sees: ['S', 'R'],
  classification: 'pseudonymous',
  summary:
    'The parties are in dispute: about what, on which ground, before which court. Nothing in the scope is erased meanwhile.',
  data: Type.Object(
    {
      disputeId: Uuid,
      protocolId: Uuid,
      version: Type.Integer({ minimum: 1 }),
      byParty: Uuid,
      scope: DisputeScope,
      ground: DisputeGround,
      /** As the text of the protocol names them; absent where it names none. */
      law: Type.Optional(Name),
      court: Type.Optional(Name),
      clause: Type.Optional(Clause),
      writingHash: Type.Optional(Sha256),
      openedAt: Instant,
    },
    closed,
  ),
});

export const disputeClosed = defineEvent('register', 'dispute.closed', {
  aggregate: 'dispute',
  sees: ['S', 'R'],
  classification: 'none',
  summary: 'The dispute is over: how, with the hash of the settlement or the judgment. The legal hold is lifted.',
  data: Type.Object(
    {
      disputeId: Uuid,
      protocolId: Uuid,
      version: Type.Integer({ minimum: 1 }),
      byParty: Uuid,
      outcome: DisputeOutcome,
      documentHash: Type.Optional(Sha256),
      clause: Type.Optional(Clause),
      closedAt: Instant,
    },
    closed,
  ),
});

export const disputeEvents = [disputeOpened, disputeClosed] as const;
