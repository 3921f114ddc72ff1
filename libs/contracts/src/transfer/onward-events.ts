import Type from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import { Clause, closed, Code, Instant, Token, Uuid } from '../lib/shapes.js';

/**
 * To whom the receiver passes on: a body by the id under which it is registered, or else by its enterprise number. Never a
 * name: a text could carry a person's.
 */
export const OnwardRecipient = Type.Object(
  {
    party: Type.Optional(Uuid),
    enterpriseNumber: Type.Optional(Type.String({ pattern: '^[01]\\d{9}$', description: 'KBO number, digits only' })),
    unit: Type.Optional(Token),
    category: Token,
  },
  closed,
);

export const disclosureOnwardRecorded = defineEvent('transfer', 'disclosure.onward.recorded', {
  aggregate: 'disclosure',
  sees: ['R', 'onward'],
  classification: 'pseudonymous',
  summary:
    'The receiver passes items on to a recipient that the protocol lets it reach: a disclosure of its own, after the one named by `disclosureId`.',
  data: Type.Object(
    {
      onwardId: Uuid,
      /** The disclosure by which the receiver got the items. */
      disclosureId: Uuid,
      subjectRef: Uuid,
      protocolId: Uuid,
      protocolVersion: Type.Integer({ minimum: 1 }),
      byParty: Uuid,
      recipient: OnwardRecipient,
      items: Type.Array(Token, { minItems: 1 }),
      purpose: Token,
      clause: Clause,
      /** When it was passed on. */
      disclosedAt: Instant,
      recordedAt: Instant,
    },
    closed,
  ),
});

export const disclosureOnwardRefused = defineEvent('transfer', 'disclosure.onward.refused', {
  aggregate: 'disclosure',
  sees: ['R'],
  classification: 'pseudonymous',
  summary:
    'The protocol does not let the receiver pass these items on to that recipient, or a fact is missing (`verdict: gap`); for the receiver alone.',
  data: Type.Object(
    {
      onwardId: Uuid,
      disclosureId: Uuid,
      subjectRef: Uuid,
      protocolId: Uuid,
      byParty: Uuid,
      /** What the protocol does not name is not repeated. */
      recipient: OnwardRecipient,
      items: Type.Array(Token, { minItems: 1 }),
      purpose: Token,
      verdict: Type.Union([Type.Literal('refused'), Type.Literal('gap')]),
      code: Code,
      clause: Type.Optional(Clause),
      disclosedAt: Instant,
      recordedAt: Instant,
    },
    closed,
  ),
});

export const onwardEvents = [disclosureOnwardRecorded, disclosureOnwardRefused] as const;
