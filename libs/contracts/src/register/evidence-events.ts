import Type from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import { CalendarDate, Clause, closed, Instant, Sha256, Token, Uuid } from '../lib/shapes.js';

const ofProtocol = { protocolId: Uuid, version: Type.Integer({ minimum: 1 }) };

export const evidenceRecorded = defineEvent('register', 'evidence.recorded', {
  aggregate: 'evidence',
  sees: ['S', 'R'],
  classification: 'none',
  summary:
    'A party shows by a document that a security measure of the protocol is in place: as of when, and until when that counts.',
  data: Type.Object(
    {
      evidenceId: Uuid,
      ...ofProtocol,
      byParty: Uuid,
      /** Id of the measure in the protocol file. */
      measure: Token,
      clause: Clause,
      documentHash: Sha256,
      asOf: CalendarDate,
      validUntil: Instant,
      recordedAt: Instant,
    },
    closed,
  ),
});

export const evidenceRequested = defineEvent('register', 'evidence.requested', {
  aggregate: 'evidenceRequest',
  sees: ['S', 'R'],
  classification: 'none',
  summary: 'A party asks the other one to prove measures of the protocol, by simple request.',
  data: Type.Object(
    {
      requestId: Uuid,
      ...ofProtocol,
      byParty: Uuid,
      ofParty: Uuid,
      measures: Type.Array(Token, { minItems: 1 }),
      clause: Type.Optional(Clause),
      requestedAt: Instant,
      /** First instant at which the answer is late. */
      answerBy: Instant,
    },
    closed,
  ),
});

export const evidenceDelivered = defineEvent('register', 'evidence.delivered', {
  aggregate: 'evidenceRequest',
  sees: ['S', 'R'],
  classification: 'none',
  summary: 'The documents that were asked for are delivered, with the time it took.',
  data: Type.Object(
    {
      requestId: Uuid,
      ...ofProtocol,
      byParty: Uuid,
      items: Type.Array(
        Type.Object({ evidenceId: Uuid, measure: Token, documentHash: Sha256, asOf: CalendarDate }, closed),
        { minItems: 1 },
      ),
      clause: Type.Optional(Clause),
      deliveredAt: Instant,
      /** Legal time from the request to the delivery, in seconds. */
      answeredWithinSeconds: Type.Integer({ minimum: 0 }),
      late: Type.Boolean(),
    },
    closed,
  ),
});

export const evidenceEvents = [evidenceRecorded, evidenceRequested, evidenceDelivered] as const;
