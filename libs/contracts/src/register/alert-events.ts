import Type from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import { Clause, closed, Instant, Token, Uuid } from '../lib/shapes.js';

const governanceCodes = [
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
] as const;

/** What can be amiss under a protocol. Each ends by itself when its cause is gone. */
export const AlertCode = Type.Enum([...governanceCodes, 'ACCESSION_BEYOND_FRAMEWORK']);

const common = {
  alertId: Uuid,
  protocolId: Uuid,
  version: Type.Integer({ minimum: 1 }),
  /** The party that has to act. */
  party: Uuid,
};

const alert = {
  ...common,
  code: Type.Enum([...governanceCodes]),
  /** What it is about: a measure or a processor that the text names, or the id of a record. */
  about: Type.Optional(Token),
  clause: Type.Optional(Clause),
};

const accessionAlert = {
  ...common,
  /** The code of what is found on the accession. */
  finding: Token,
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

export const alertAccessionRaised = defineEvent('register', 'alert.accession.raised', {
  aggregate: 'alert',
  sees: ['S', 'R'],
  classification: 'none',
  summary:
    'The framework was amended to allow less than this accession to it says: since then the accession permits no more than both.',
  data: Type.Object({ ...accessionAlert, since: Instant, raisedAt: Instant }, closed),
});

export const alertAccessionCleared = defineEvent('register', 'alert.accession.cleared', {
  aggregate: 'alert',
  sees: ['S', 'R'],
  classification: 'none',
  summary: 'The accession says no more than its framework allows again, or it has ended.',
  data: Type.Object({ ...accessionAlert, clearedAt: Instant }, closed),
});

export const alertEvents = [alertRaised, alertCleared, alertAccessionRaised, alertAccessionCleared] as const;
