import Type from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import { Clause, closed, Instant, Token, Uuid } from '../lib/shapes.js';

/** What can be amiss in the governance of a protocol. Each ends by itself when its cause is gone. */
export const AlertCode = Type.Enum([
  'PUBLICATION_MISSING',
  'PUBLICATION_LAPSED',
  'OPINION_NOT_ATTACHED',
  'PROCESSOR_NOT_RECORDED',
  'PROCESSOR_BLOCKED',
  'PROCESSOR_LIST_NOT_SHARED',
  'PROCESSOR_LIST_STALE',
  'PROCESSOR_LIST_UNACKNOWLEDGED',
  'LAW_REVIEW_OVERDUE',
  'EVIDENCE_MISSING',
  'EVIDENCE_STALE',
  'EVIDENCE_REQUEST_OVERDUE',
]);

const alert = {
  alertId: Uuid,
  protocolId: Uuid,
  version: Type.Integer({ minimum: 1 }),
  /** The party that has to act. */
  party: Uuid,
  code: AlertCode,
  /** What it is about: a measure or a processor that the text names, or the id of a record. */
  about: Type.Optional(Token),
  clause: Type.Optional(Clause),
};

export const alertRaised = defineEvent('register', 'alert.raised', {
  aggregate: 'alert',
  sees: ['S', 'R'],
  classification: 'none',
  summary: 'Something that the protocol or the law asks of a party is missing, too old or too late.',
  data: Type.Object({ ...alert, since: Instant, raisedAt: Instant }, closed),
});

export const alertCleared = defineEvent('register', 'alert.cleared', {
  aggregate: 'alert',
  sees: ['S', 'R'],
  classification: 'none',
  summary: 'What an alert was about is as it should be again, or the protocol has ended.',
  data: Type.Object({ ...alert, clearedAt: Instant }, closed),
});

export const alertEvents = [alertRaised, alertCleared] as const;
