import Type from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import { Clause, closed, Instant, Language, Recipient, Token, Uuid } from '../lib/shapes.js';

export const noticeProvided = defineEvent('consent', 'notice.provided', {
  aggregate: 'notice',
  sees: ['S'],
  classification: 'pseudonymous',
  summary: 'The data subject was told beforehand: which information points, in which version and language.',
  data: Type.Object(
    {
      noticeId: Uuid,
      subjectRef: Uuid,
      protocolId: Uuid,
      noticeVersion: Token,
      language: Language,
      informationPoints: Type.Array(Token, { minItems: 1 }),
      /** Points of the protocol that were not given. */
      missingPoints: Type.Optional(Type.Array(Token)),
      providedAt: Instant,
    },
    closed,
  ),
});

const consent = {
  consentId: Uuid,
  subjectRef: Uuid,
  protocolId: Uuid,
  noticeId: Uuid,
  informationPoints: Type.Array(Token),
  noticeVersion: Token,
  language: Language,
  purpose: Token,
  items: Type.Array(Token, { minItems: 1 }),
  recipient: Recipient,
  /** How it was expressed: `oral`, `written`, `electronic`. */
  method: Token,
  /** ISO/IEC TS 27560 event time. */
  eventTime: Instant,
  /** ISO/IEC TS 27560 `lawful_basis`: whether consent is the ground itself or a condition that the law adds. */
  lawfulBasis: Type.Optional(Token),
  clause: Clause,
};

export const consentGiven = defineEvent('consent', 'consent.given', {
  aggregate: 'consent',
  sees: ['S', 'R-if-disclosed'],
  classification: 'pseudonymous',
  summary: 'The data subject consented to one referral (ISO/IEC TS 27560 state ConsentGiven, FixedOccurrences).',
  data: Type.Object(
    {
      ...consent,
      duration: Type.Object(
        { occurrences: Type.Optional(Type.Integer({ minimum: 1 })), expiresAt: Type.Optional(Instant) },
        closed,
      ),
    },
    closed,
  ),
});

export const consentRefused = defineEvent('consent', 'consent.refused', {
  aggregate: 'consent',
  sees: ['S'],
  classification: 'pseudonymous',
  summary: 'The data subject was asked and refused.',
  data: Type.Object(consent, closed),
});

export const consentWithdrawn = defineEvent('consent', 'consent.withdrawn', {
  aggregate: 'consent',
  sees: ['S', 'R-if-disclosed'],
  classification: 'pseudonymous',
  summary: 'The data subject withdrew; nothing may be authorised under it once enforced.',
  data: Type.Object(
    {
      consentId: Uuid,
      subjectRef: Uuid,
      protocolId: Uuid,
      withdrawalId: Uuid,
      method: Token,
      withdrawnAt: Instant,
      clause: Clause,
    },
    closed,
  ),
});

export const consentWithdrawalEnforced = defineEvent('consent', 'consent.withdrawal.enforced', {
  aggregate: 'consent',
  sees: ['S'],
  classification: 'pseudonymous',
  summary: 'Transfer confirmed durably that nothing flows under the withdrawn consent any more.',
  data: Type.Object(
    {
      consentId: Uuid,
      withdrawalId: Uuid,
      protocolId: Uuid,
      enforcedAt: Instant,
      latencyMs: Type.Integer({ minimum: 0 }),
      unconfirmed: Type.Array(Uuid),
    },
    closed,
  ),
});

export const consentEvents = [
  noticeProvided,
  consentGiven,
  consentRefused,
  consentWithdrawn,
  consentWithdrawalEnforced,
] as const;
