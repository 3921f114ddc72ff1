import Type from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import { closed, Instant, Sha256, Token, Uuid } from '../lib/shapes.js';

/** What a data subject asks: GDPR Art. 15, 16, 17, 18, 21, and the withdrawal of a consent (Art. 7(3)). */
export const RightAsked = Type.Enum(['access', 'rectification', 'erasure', 'restriction', 'objection', 'withdrawal']);

/** How it came in. */
export const RequestChannel = Type.Enum(['letter', 'mail', 'counter', 'telephone', 'portal', 'agency']);

/** How it was made sure that the person is the one: how, never who. @see GDPR Art. 12(6) */
export const IdentityCheck = Type.Enum(['eId', 'identityDocument', 'inPerson', 'knownCase', 'mandate']);

/** Why an answer takes longer. @see GDPR Art. 12(3) */
export const ExtensionReason = Type.Enum(['complexity', 'numberOfRequests']);

/** Grounds of an erasure, GDPR Art. 17(1)(a) to (f). */
export const ErasureGround = Type.Enum([
  'notNecessary',
  'consentWithdrawn',
  'objectionUpheld',
  'unlawfulProcessing',
  'legalObligation',
  'childServices',
]);

/** Grounds of a restriction, GDPR Art. 18(1)(a) to (d). */
export const RestrictionGround = Type.Enum([
  'accuracyContested',
  'unlawfulProcessing',
  'neededForClaims',
  'objectionPending',
]);

/** Why a request is refused, or a part of it; which of them go with which right: `libs/protocol`. */
export const RightsRefusalReason = Type.Enum([
  'identityNotShown',
  'notIdentifiable',
  'manifestlyUnfounded',
  'excessive',
  'rightsOfOthers',
  'dataAreRight',
  'groundNotMet',
  'freedomOfExpression',
  'publicTask',
  'publicHealth',
  'archiving',
  'legalClaims',
  'compellingGrounds',
  'notPublicTask',
]);

/** What the person can do about a refusal. @see GDPR Art. 12(4), 77, 79 */
export const Remedy = Type.Enum(['complaint', 'court']);

const request = {
  requestId: Uuid,
  /** The party that received it and answers for it. */
  party: Uuid,
  protocolId: Uuid,
  /** Absent for a person to whom no reference leads any more. */
  subjectRef: Type.Optional(Uuid),
  right: RightAsked,
};

/** Both ways of counting a month; each is the first moment that is too late. */
const deadlines = {
  cautiousDueAt: Instant,
  /** By Regulation (EEC, Euratom) 1182/71: the next working day. */
  regulationDueAt: Instant,
};

export const rightsRequestReceived = defineEvent('register', 'rightsRequest.received', {
  aggregate: 'rightsRequest',
  sees: ['P'],
  classification: 'pseudonymous',
  summary:
    'A data subject exercises a right; until when the answer is due. An objection stops the disclosures of that person from here on: a barrier.',
  data: Type.Object(
    {
      ...request,
      consentId: Type.Optional(Uuid),
      channel: RequestChannel,
      identityCheck: Type.Optional(IdentityCheck),
      receivedAt: Instant,
      ...deadlines,
    },
    closed,
  ),
});

export const rightsRequestExtended = defineEvent('register', 'rightsRequest.extended', {
  aggregate: 'rightsRequest',
  sees: ['P'],
  classification: 'pseudonymous',
  summary: 'The person was told within the first month, with reasons, that the answer takes up to two months more.',
  data: Type.Object(
    { ...request, reasons: Type.Array(ExtensionReason, { minItems: 1 }), toldAt: Instant, ...deadlines },
    closed,
  ),
});

export const rightsRequestAnswered = defineEvent('register', 'rightsRequest.answered', {
  aggregate: 'rightsRequest',
  sees: ['P'],
  classification: 'pseudonymous',
  summary:
    'What was asked is granted, wholly or in part, free of charge. A restriction binds from here on (a barrier); an erasure is carried out through the one gate; an objection stays.',
  data: Type.Object(
    {
      ...request,
      verdict: Type.Enum(['granted', 'partly']),
      identityCheck: IdentityCheck,
      /** Of the part that is refused. */
      reasons: Type.Array(RightsRefusalReason),
      remedies: Type.Array(Remedy),
      charge: Type.Literal('none'),
      restriction: Type.Optional(Type.Object({ restrictionId: Uuid, ground: RestrictionGround }, closed)),
      erasure: Type.Optional(
        Type.Object(
          {
            ground: ErasureGround,
            /** The disclosures whose values go. */
            disclosureIds: Type.Array(Uuid, { maxItems: 200 }),
            /** Restrictions of the same person that end with it. */
            endsRestrictions: Type.Array(Uuid, { maxItems: 50 }),
          },
          closed,
        ),
      ),
      /** Of a rectification: the quality reports under which the data were corrected. */
      qualityReports: Type.Optional(Type.Array(Uuid, { minItems: 1, maxItems: 50 })),
      answeredAt: Instant,
      late: Type.Boolean(),
    },
    closed,
  ),
});

export const rightsRequestRefused = defineEvent('register', 'rightsRequest.refused', {
  aggregate: 'rightsRequest',
  sees: ['P'],
  classification: 'pseudonymous',
  summary: 'Refused: why, as codes, and what the person can do about it. A refused objection stops nothing any more.',
  data: Type.Object(
    {
      ...request,
      reasons: Type.Array(RightsRefusalReason, { minItems: 1 }),
      remedies: Type.Array(Remedy, { minItems: 1 }),
      /** Of an unfounded or excessive request: the file that shows it (the controller bears the burden of proof). */
      evidenceHash: Type.Optional(Sha256),
      refusedAt: Instant,
      late: Type.Boolean(),
    },
    closed,
  ),
});

export const rightsRequestReminded = defineEvent('register', 'rightsRequest.reminded', {
  aggregate: 'rightsRequest',
  sees: ['P'],
  classification: 'pseudonymous',
  summary: 'The answer is due soon, the cautious date has passed, or the answer is overdue by every way of counting.',
  data: Type.Object(
    { ...request, stage: Type.Enum(['dueSoon', 'cautiousDatePassed', 'overdue']), dueAt: Instant, noticedAt: Instant },
    closed,
  ),
});

export const rightsRequestEnforced = defineEvent('register', 'rightsRequest.enforced', {
  aggregate: 'rightsRequest',
  sees: ['P'],
  classification: 'pseudonymous',
  summary: 'Transfer confirmed durably that nothing about the person flows any more: an objection or a restriction.',
  data: Type.Object(
    {
      ...request,
      enforcedAt: Instant,
      latencyMs: Type.Integer({ minimum: 0, description: 'From the commit of the command to the barrier, real time' }),
      unconfirmed: Type.Array(Uuid),
    },
    closed,
  ),
});

const duty = {
  dutyId: Uuid,
  disclosureId: Uuid,
  protocolId: Uuid,
  subjectRef: Uuid,
  party: Uuid,
  /** When the data arrived. */
  obtainedAt: Type.Optional(Instant),
};

/** What may come before the month is over. @see GDPR Art. 14(3)(b), (c) */
export const InformationMilestone = Type.Enum(['firstCommunication', 'onwardDisclosure']);

/** Why the person need not be informed. @see GDPR Art. 14(5)(a) to (d) */
export const InformationExemption = Type.Enum([
  'alreadyInformed',
  'impossible',
  'disproportionateEffort',
  'laidDownByLaw',
  'professionalSecrecy',
]);

/** How the person was informed. */
export const InformationMeans = Type.Enum(['letter', 'mail', 'inPerson', 'telephone', 'portal']);

export const informationDutyAdvanced = defineEvent('register', 'informationDuty.advanced', {
  aggregate: 'informationDuty',
  sees: ['R'],
  classification: 'pseudonymous',
  summary: 'The receiver contacts the person, or discloses further, before the month is over: the notice is due then.',
  data: Type.Object({ ...duty, milestone: InformationMilestone, at: Instant, dueAt: Instant }, closed),
});

export const informationDutyFulfilled = defineEvent('register', 'informationDuty.fulfilled', {
  aggregate: 'informationDuty',
  sees: ['R'],
  classification: 'pseudonymous',
  summary: 'The receiver informed the person about the data it obtained: how and when.',
  data: Type.Object(
    {
      ...duty,
      means: InformationMeans,
      noticeVersion: Type.Optional(Token),
      informedAt: Instant,
      late: Type.Boolean(),
    },
    closed,
  ),
});

export const informationDutyExempted = defineEvent('register', 'informationDuty.exempted', {
  aggregate: 'informationDuty',
  sees: ['R'],
  classification: 'pseudonymous',
  summary: 'The receiver need not inform the person: the exemption, and what it rests on.',
  data: Type.Object(
    {
      ...duty,
      exemption: InformationExemption,
      /** The law, or the reasoning on file, that it rests on. */
      basis: Type.String({ minLength: 1, maxLength: 400 }),
      exemptedAt: Instant,
      late: Type.Boolean(),
    },
    closed,
  ),
});

export const informationDutyOverdue = defineEvent('register', 'informationDuty.overdue', {
  aggregate: 'informationDuty',
  sees: ['R'],
  classification: 'pseudonymous',
  summary: 'The person should have been informed by now: an alert, once for each date.',
  data: Type.Object({ ...duty, dueAt: Instant, noticedAt: Instant }, closed),
});

export const rightsEvents = [
  rightsRequestReceived,
  rightsRequestExtended,
  rightsRequestAnswered,
  rightsRequestRefused,
  rightsRequestReminded,
  rightsRequestEnforced,
  informationDutyAdvanced,
  informationDutyFulfilled,
  informationDutyExempted,
  informationDutyOverdue,
] as const;
