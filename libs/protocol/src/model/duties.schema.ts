import Type, { type Static } from 'typebox';
import {
  blank,
  clauseId,
  dateString,
  mailbox,
  oneOf,
  partyRoleSchema,
  periodString,
  sha256,
  slug,
  strict,
  text,
  textsSchema,
} from './primitives.js';

export const retentionTriggers = [
  'delivered',
  'contactOutcome',
  'dossierOpened',
  'dossierClosed',
  'dossierReopened',
] as const;
export type RetentionTrigger = (typeof retentionTriggers)[number];

/**
 * How long values are kept in one phase. The clock runs `from` a trigger `until` another trigger, or for a `period`.
 * Null means that the text is silent; silence is a finding and usually an open point.
 */
export const retentionRuleSchema = strict({
  id: slug,
  phase: Type.Integer({ minimum: 1 }),
  label: textsSchema,
  from: oneOf(retentionTriggers),
  until: blank(oneOf(retentionTriggers)),
  period: blank(periodString),
  ceiling: blank(periodString),
  onDeclined: blank(oneOf(['erase', 'keepToCeiling'] as const)),
  destructionBasis: blank(text(400)),
  basis: blank(text(400)),
  clause: clauseId,
});
export type RetentionRule = Static<typeof retentionRuleSchema>;

export const qualityKinds = ['wrong', 'inaccurate', 'incomplete', 'missing', 'outdated', 'superfluous'] as const;
export const qualitySchema = strict({
  kinds: Type.Array(oneOf(qualityKinds), { minItems: 1 }),
  reporter: partyRoleSchema,
  reportWithin: oneOf(['immediately'] as const),
  alsoOnSubjectsWord: Type.Boolean(),
  investigator: partyRoleSchema,
  actWithin: blank(text(200)),
  reportBack: Type.Boolean(),
  clause: clauseId,
});

export const breachSchema = strict({
  inform: oneOf(['eachOther', 'senderOnly', 'receiverOnly'] as const),
  within: oneOf(['withoutUndueDelay', 'immediately'] as const),
  viaDpo: Type.Boolean(),
  consultation: blank(strict({ within: oneOf(['immediately'] as const), clause: clauseId })),
  improvement: blank(strict({ clause: clauseId })),
  contacts: Type.Array(strict({ party: partyRoleSchema, mailbox: mailbox, clause: clauseId })),
  clause: clauseId,
});

/** A duty of a party that is no other element: registers, notices of law changes, proof, accountability. */
export const dutySchema = strict({
  id: slug,
  kind: oneOf([
    'lawChange',
    'processorChange',
    'proof',
    'register',
    'accountability',
    'userJustification',
    'liability',
  ] as const),
  by: Type.Array(partyRoleSchema, { minItems: 1 }),
  towards: oneOf(['otherParty', 'dataSubject', 'anyone'] as const),
  within: oneOf(['immediately', 'onRequest', 'always'] as const),
  text: text(),
  clause: clauseId,
});
export type Duty = Static<typeof dutySchema>;

export const securityMeasureSchema = strict({
  id: slug,
  kind: oneOf(['policy', 'dpo', 'register', 'encryption', 'accessControl'] as const),
  by: partyRoleSchema,
  text: text(),
  clause: clauseId,
});

export const processorsSchema = strict({
  contractRequired: oneOf(['gdpr28'] as const),
  named: Type.Array(strict({ name: text(300), legalForm: blank(text(60)), of: partyRoleSchema, clause: clauseId })),
  listExchange: blank(strict({ fromPhase: Type.Integer({ minimum: 1 }), clause: clauseId })),
  clause: clauseId,
});

export const linkedAgreementSchema = strict({
  id: slug,
  title: text(400),
  concludedOn: dateString,
  attached: Type.Boolean(),
  hash: blank(sha256),
  endsFlow: Type.Boolean(),
  clause: clauseId,
});
export type LinkedAgreement = Static<typeof linkedAgreementSchema>;

export const endingKinds = ['notice', 'violation', 'revocation', 'legalGroundLapsed', 'linkedAgreementEnded'] as const;
export type EndingKind = (typeof endingKinds)[number];

export const dutyAfterSchema = oneOf([
  'stopFlow',
  'stopDeliveries',
  'keepUntilRetentionEnds',
  'flagSince',
  'damagesReserved',
] as const);

/** One way in which the protocol ends. The five kinds are words; who, how fast and with which duties is data. */
export const endingSchema = strict({
  id: slug,
  kind: oneOf(endingKinds),
  byWhom: Type.Array(oneOf(['sender', 'receiver', 'law'] as const), { minItems: 1 }),
  immediate: Type.Boolean(),
  form: oneOf(['writing', 'simpleNotice', 'express', 'byLaw'] as const),
  period: blank(periodString),
  periodStart: blank(oneOf(['receipt', 'nextMonth'] as const)),
  grounds: blank(text()),
  agreement: blank(slug),
  dutiesAfter: Type.Array(dutyAfterSchema),
  clause: clauseId,
});
export type Ending = Static<typeof endingSchema>;
