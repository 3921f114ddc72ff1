import Type from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import { Clause, closed, Code, Instant, Sha256, Token, Uuid } from '../lib/shapes.js';
import { BreachCounts, BreachCodes, EscalationCause, noticeKeys } from './shapes.js';

const ofNotice = { aggregate: 'breachNotice', sees: ['P', 'C'], classification: 'none' } as const;
const ofConsultation = { aggregate: 'consultation', sees: ['P', 'C'], classification: 'none' } as const;

export const counterpartyNotified = defineEvent('breach', 'counterparty.notified', {
  ...ofNotice,
  summary: 'The other party of a protocol was told of a breach: its mail server took the mail to the breach contact.',
  data: Type.Object(
    {
      ...noticeKeys,
      phase: Type.Integer({ minimum: 1 }),
      clause: Clause,
      counts: BreachCounts,
      items: Type.Array(Token),
      messageId: Type.String({ maxLength: 300 }),
      /** For example `CONTACT_NOT_DPO`: the clause asks for the DPO and the named contact is another address. */
      findings: Type.Array(Code),
      decidedAt: Instant,
      sentAt: Instant,
    },
    closed,
  ),
});

export const counterpartyAcknowledged = defineEvent('breach', 'counterparty.acknowledged', {
  ...ofNotice,
  summary: 'A party acknowledged the notice: when it was sent and when it says that it received it.',
  data: Type.Object(
    {
      ...noticeKeys,
      /** Who acknowledges: the counterparty, or the breached party for its own copy. */
      byParty: Uuid,
      clause: Clause,
      sentAt: Type.Optional(Instant),
      receivedAt: Instant,
      acknowledgedAt: Instant,
    },
    closed,
  ),
});

export const counterpartyEscalated = defineEvent('breach', 'counterparty.escalated', {
  ...ofNotice,
  summary:
    'The notice did not arrive or was not acknowledged in time: both parties are told to reach each other otherwise.',
  data: Type.Object(
    { ...noticeKeys, clause: Clause, cause: EscalationCause, sentAt: Type.Optional(Instant), escalatedAt: Instant },
    closed,
  ),
});

const consultation = { consultationId: Uuid, ...noticeKeys, byParty: Uuid, clause: Clause };

export const consultationOpened = defineEvent('breach', 'consultation.opened', {
  ...ofConsultation,
  summary: 'One of the two parties opened the joint consultation on limiting and repairing the consequences.',
  data: Type.Object({ ...consultation, topics: BreachCodes, openedAt: Instant }, closed),
});

export const consultationDecided = defineEvent('breach', 'consultation.decided', {
  ...ofConsultation,
  summary: 'The consultation decided: a coded decision with its actions, the minutes as a hash.',
  data: Type.Object(
    {
      ...consultation,
      decisionId: Uuid,
      decision: Token,
      actions: BreachCodes,
      /** The party that is to act; absent when both are. */
      actor: Type.Optional(Uuid),
      minutesHash: Sha256,
      decidedAt: Instant,
    },
    closed,
  ),
});

export const consultationClosed = defineEvent('breach', 'consultation.closed', {
  ...ofConsultation,
  summary: 'The consultation ended, with the hash of its minutes.',
  data: Type.Object(
    { ...consultation, decisions: Type.Integer({ minimum: 0 }), minutesHash: Sha256, closedAt: Instant },
    closed,
  ),
});

export const improvementShared = defineEvent('breach', 'improvement.shared', {
  aggregate: 'improvement',
  sees: ['P', 'C'],
  classification: 'none',
  summary: 'A party gave the other information that helps to improve security; the note itself as a hash.',
  data: Type.Object(
    {
      improvementId: Uuid,
      ...noticeKeys,
      byParty: Uuid,
      clause: Clause,
      measure: Token,
      noteHash: Sha256,
      sharedAt: Instant,
    },
    closed,
  ),
});

export const counterpartyEvents = [
  counterpartyNotified,
  counterpartyAcknowledged,
  counterpartyEscalated,
  consultationOpened,
  consultationDecided,
  consultationClosed,
  improvementShared,
] as const;
