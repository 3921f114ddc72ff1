import Type, { type Static } from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import { CalendarDate, Clause, closed, Instant, Name, Sha256, Uuid } from '../lib/shapes.js';

/**
 * What a contract between controller and processor must say, each with the place in the contract where it says so. A point
 * that is left out is one that the contract does not settle.
 *
 * @see GDPR Art. 28(3), (3)(a) to (h)
 */
export const Art28Contract = Type.Object(
  {
    reference: Name,
    concludedOn: CalendarDate,
    /** The last day on which it holds; absent while it holds until it is ended. */
    endsOn: Type.Optional(CalendarDate),
    documentHash: Type.Optional(Sha256),
    subjectMatter: Type.Optional(Name),
    duration: Type.Optional(Name),
    nature: Type.Optional(Name),
    purpose: Type.Optional(Name),
    dataTypes: Type.Optional(Name),
    dataSubjects: Type.Optional(Name),
    controllerDutiesAndRights: Type.Optional(Name),
    /** (a) only on documented instructions. */
    documentedInstructions: Type.Optional(Name),
    /** (b) persons bound to confidentiality. */
    confidentiality: Type.Optional(Name),
    /** (c) security of Art. 32. */
    security: Type.Optional(Name),
    /** (d) conditions for another processor. */
    subProcessors: Type.Optional(Name),
    /** (e) help with the rights of data subjects. */
    rightsAssistance: Type.Optional(Name),
    /** (f) help with Art. 32 to 36. */
    complianceAssistance: Type.Optional(Name),
    /** (g) deletion or return at the end. */
    deletionOrReturn: Type.Optional(Name),
    /** (h) information and audits. */
    audits: Type.Optional(Name),
  },
  closed,
);
export type Art28Contract = Static<typeof Art28Contract>;

/** A processor of a party under one protocol; `installation` is the body that hosts this installation. */
export const ProcessorKind = Type.Enum(['processor', 'subProcessor', 'installation']);

/** How a controller allowed another processor. @see GDPR Art. 28(2) */
export const SubProcessorAuthorisation = Type.Enum(['specific', 'general']);

export const ProcessorReason = Type.Enum([
  'CONTRACT_MISSING',
  'CONTRACT_INCOMPLETE',
  'CONTRACT_NOT_BEGUN',
  'CONTRACT_EXPIRED',
  'GUARANTEES_MISSING',
  'AUTHORISATION_MISSING',
  'PROCESSOR_ABOVE_BLOCKED',
]);

/** Why a processor may not be used: the reason, and of an incomplete contract the points that it lacks. */
export const ProcessorReasons = Type.Array(
  Type.Object({ code: ProcessorReason, fields: Type.Array(Type.String({ maxLength: 60 })) }, closed),
);

const processor = {
  processorId: Uuid,
  protocolId: Uuid,
  version: Type.Integer({ minimum: 1 }),
  party: Uuid,
};

const record = {
  ...processor,
  kind: ProcessorKind,
  name: Name,
  enterpriseNumber: Type.Optional(Type.String({ pattern: '^[01]\\d{9}$' })),
  /** The processor that engages this sub-processor. */
  under: Type.Optional(Uuid),
  activities: Name,
  authorisation: Type.Optional(SubProcessorAuthorisation),
  /** What shows that the guarantees of Art. 28(1) are sufficient. */
  guarantees: Type.Optional(Name),
  contract: Type.Optional(Art28Contract),
  clause: Type.Optional(Clause),
};

export const processorAdded = defineEvent('register', 'processor.added', {
  aggregate: 'processor',
  sees: ['S', 'R'],
  classification: 'none',
  summary:
    'A party uses a processor or sub-processor for the data of the protocol, under the contract that is recorded.',
  data: Type.Object({ ...record, state: Type.Enum(['allowed', 'blocked']), addedAt: Instant }, closed),
});

export const processorChanged = defineEvent('register', 'processor.changed', {
  aggregate: 'processor',
  sees: ['S', 'R'],
  classification: 'none',
  summary: 'The record of a processor was renewed or completed, it may be used again, or the party no longer uses it.',
  data: Type.Object({ ...record, state: Type.Enum(['allowed', 'blocked', 'ended']), changedAt: Instant }, closed),
});

export const processorBlocked = defineEvent('register', 'processor.blocked', {
  aggregate: 'processor',
  sees: ['S', 'R'],
  classification: 'none',
  summary: 'A processor may not be used: its contract is missing, lacks points or is over.',
  data: Type.Object(
    { ...processor, reasons: ProcessorReasons, clause: Type.Optional(Clause), blockedAt: Instant },
    closed,
  ),
});

/** One line of a shared list. */
export const ListedProcessor = Type.Object(
  {
    processorId: Uuid,
    kind: ProcessorKind,
    name: Name,
    enterpriseNumber: Type.Optional(Type.String({ pattern: '^[01]\\d{9}$' })),
    under: Type.Optional(Uuid),
    activities: Name,
    contractReference: Type.Optional(Name),
    contractEndsOn: Type.Optional(CalendarDate),
    guarantees: Type.Optional(Name),
    state: Type.Enum(['allowed', 'blocked']),
  },
  closed,
);
export type ListedProcessor = Static<typeof ListedProcessor>;

const list = {
  listId: Uuid,
  protocolId: Uuid,
  version: Type.Integer({ minimum: 1 }),
  /** Counts the lists of this party under this protocol, from 1. */
  listVersion: Type.Integer({ minimum: 1 }),
  clause: Type.Optional(Clause),
};

export const processorListShared = defineEvent('register', 'processorList.shared', {
  aggregate: 'processorList',
  sees: ['S', 'R'],
  classification: 'none',
  summary:
    'A party tells the other one which processors it uses for the data of the protocol, as registered at that moment.',
  data: Type.Object(
    {
      ...list,
      byParty: Uuid,
      processors: Type.Array(ListedProcessor),
      /** SHA-256 of `processors` in canonical form (RFC 8785). */
      listHash: Sha256,
      sharedAt: Instant,
    },
    closed,
  ),
});

export const processorListAcknowledged = defineEvent('register', 'processorList.acknowledged', {
  aggregate: 'processorList',
  sees: ['S', 'R'],
  classification: 'none',
  summary: 'The other party says that it has the list.',
  data: Type.Object({ ...list, byParty: Uuid, acknowledgedAt: Instant }, closed),
});

export const processorEvents = [
  processorAdded,
  processorChanged,
  processorBlocked,
  processorListShared,
  processorListAcknowledged,
] as const;
