import Type from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import {
  CalendarDate,
  Clause,
  closed,
  Code,
  Instant,
  Mailbox,
  Name,
  Sha256,
  SignatureMethod,
  Token,
  Uuid,
} from '../lib/shapes.js';
import { alertEvents } from './alert-events.js';
import { ContactRole, contactEvents } from './contact-events.js';
import { disputeEvents } from './dispute-events.js';
import { entryEvents } from './entry-events.js';
import { userEvents } from './user-events.js';
import { endingEvents, endingShape } from './ending-events.js';
import { rightsEvents } from './rights-events.js';
import { evidenceEvents } from './evidence-events.js';
import { lawChangeEvents } from './law-change-events.js';
import { processorEvents } from './processor-events.js';
import { publicationEvents } from './publication-events.js';

export const partyRegistered = defineEvent('register', 'party.registered', {
  aggregate: 'party',
  sees: ['P', 'C'],
  classification: 'none',
  summary:
    'A public body takes part in the installation: its identifiers, the issuer of its tokens, its functional contacts.',
  data: Type.Object(
    {
      partyId: Uuid,
      name: Name,
      enterpriseNumber: Type.String({ pattern: '^[01]\\d{9}$' }),
      unitCode: Type.Optional(Token),
      issuer: Type.String({ format: 'uri' }),
      jwksUri: Type.String({ format: 'uri' }),
      contacts: Type.Array(Type.Object({ role: ContactRole, mailbox: Mailbox }, closed)),
    },
    closed,
  ),
});

/** A date, a period, a choice, a mailbox, a hash or a text, as the open point asks. */
export const DecisionValue = Type.String({ minLength: 1, maxLength: 400 });

const PartiesOfProtocol = Type.Object({ sender: Uuid, receiver: Uuid }, closed);

const Finding = Type.Object(
  {
    code: Code,
    severity: Type.Union([Type.Literal('error'), Type.Literal('warning'), Type.Literal('note')]),
    clause: Type.Optional(Clause),
  },
  closed,
);

const protocolDraft = {
  protocolId: Uuid,
  version: Type.Integer({ minimum: 1 }),
  kind: Token,
  /** Of an accession: the framework protocol it accedes to. */
  frameworkId: Type.Optional(Uuid),
  regime: Token,
  parties: PartiesOfProtocol,
  documentHash: Sha256,
  dataHash: Sha256,
  findings: Type.Array(Finding),
  /** The transcription as drafted; its schema is that of libs/protocol (`protocols/protocol.schema.json`). */
  model: Type.Record(Type.String(), Type.Unknown()),
};

export const protocolDrafted = defineEvent('register', 'protocol.drafted', {
  aggregate: 'protocol',
  sees: ['S', 'R'],
  classification: 'none',
  summary: 'A protocol was entered as data, with the hash of the signed document, its own hash and the findings on it.',
  data: Type.Object(protocolDraft, closed),
});

export const protocolAmended = defineEvent('register', 'protocol.amended', {
  aggregate: 'protocol',
  sees: ['S', 'R'],
  classification: 'none',
  summary:
    'A new version of a protocol was entered as data; it is agreed on like the first, while the version in force goes on.',
  data: Type.Object({ ...protocolDraft, replaces: Type.Integer({ minimum: 1 }) }, closed),
});

export const protocolOpinionRecorded = defineEvent('register', 'protocol.opinion.recorded', {
  aggregate: 'protocol',
  sees: ['S', 'R'],
  classification: 'none',
  summary:
    'A data protection officer gave an opinion on a draft and says whether the transcription tells what the document tells.',
  data: Type.Object(
    {
      protocolId: Uuid,
      version: Type.Integer({ minimum: 1 }),
      opinionId: Uuid,
      party: Uuid,
      outcome: Type.Enum(['positive', 'negative', 'conditional', 'unstated']),
      givenOn: CalendarDate,
      opinionHash: Type.Optional(Sha256),
      followed: Type.Boolean(),
      reasonsHash: Type.Optional(Sha256),
      approvesTranscription: Type.Boolean(),
      documentHash: Sha256,
      dataHash: Sha256,
    },
    closed,
  ),
});

export const protocolGapDecided = defineEvent('register', 'protocol.gap.decided', {
  aggregate: 'protocol',
  sees: ['S', 'R'],
  classification: 'none',
  summary: 'The parties filled an open point of the text: what they decided, in which capacity and when.',
  data: Type.Object(
    {
      protocolId: Uuid,
      version: Type.Integer({ minimum: 1 }),
      decisionId: Uuid,
      openPoint: Token,
      clause: Clause,
      value: DecisionValue,
      decidedBy: Type.Object({ party: Uuid, capacity: Name }, closed),
      decidedOn: CalendarDate,
      /** False while another party must still say the same. */
      settled: Type.Optional(Type.Boolean()),
    },
    closed,
  ),
});

export const protocolSigned = defineEvent('register', 'protocol.signed', {
  aggregate: 'protocol',
  sees: ['S', 'R'],
  classification: 'none',
  summary: 'A named signatory signed the document and the data; cryptographic only where the method says so.',
  data: Type.Object(
    {
      protocolId: Uuid,
      version: Type.Integer({ minimum: 1 }),
      signatureId: Uuid,
      party: Uuid,
      signatory: Token,
      capacity: Name,
      signedOn: CalendarDate,
      method: SignatureMethod,
      documentHash: Sha256,
      dataHash: Sha256,
    },
    closed,
  ),
});

export const protocolActivated = defineEvent('register', 'protocol.activated', {
  aggregate: 'protocol',
  sees: ['S', 'R'],
  classification: 'none',
  summary:
    'All conditions are met; data may flow from `effectiveFrom` on, as the effective model (with the party decisions) says.',
  data: Type.Object(
    {
      protocolId: Uuid,
      version: Type.Integer({ minimum: 1 }),
      effectiveFrom: Instant,
      trigger: Type.Union([Type.Literal('date'), Type.Literal('lastSignature')]),
      /** Drafted model with the party decisions applied: what consent and transfer decide by. */
      model: Type.Record(Type.String(), Type.Unknown()),
    },
    closed,
  ),
});

export const protocolTerminated = defineEvent('register', 'protocol.terminated', {
  aggregate: 'protocol',
  sees: ['S', 'R'],
  classification: 'none',
  summary:
    'Ended at once for violation by the other party; what was violated and the evidence for it are recorded by hash.',
  data: Type.Object(
    { ...endingShape, violation: Type.Object({ clauses: Type.Array(Clause), evidenceHash: Sha256 }, closed) },
    closed,
  ),
});

export const protocolRevoked = defineEvent('register', 'protocol.revoked', {
  aggregate: 'protocol',
  sees: ['S', 'R'],
  classification: 'none',
  summary: 'One party revoked the protocol in writing; the flow stops at once.',
  data: Type.Object(endingShape, closed),
});

export const protocolNoticeGiven = defineEvent('register', 'protocol.notice.given', {
  aggregate: 'protocol',
  sees: ['S', 'R'],
  classification: 'none',
  summary: 'One party gave notice; data flows until `endsAt`, counted in calendar periods.',
  data: Type.Object(endingShape, closed),
});

export const protocolSuspended = defineEvent('register', 'protocol.suspended', {
  aggregate: 'protocol',
  sees: ['S', 'R'],
  classification: 'none',
  summary: 'The flow is stopped until it is resumed or the protocol ends.',
  data: Type.Object(
    {
      protocolId: Uuid,
      version: Type.Integer({ minimum: 1 }),
      suspensionId: Uuid,
      byParty: Uuid,
      suspendedAt: Instant,
      clause: Clause,
      /** Reference of the framework protocol whose suspension this is; it is lifted with it. */
      framework: Type.Optional(Type.String({ maxLength: 100 })),
    },
    closed,
  ),
});

export const protocolResumed = defineEvent('register', 'protocol.resumed', {
  aggregate: 'protocol',
  sees: ['S', 'R'],
  classification: 'none',
  summary: 'A suspension was lifted; data flows again.',
  data: Type.Object(
    { protocolId: Uuid, version: Type.Integer({ minimum: 1 }), suspensionId: Uuid, byParty: Uuid, resumedAt: Instant },
    closed,
  ),
});

const enforced = {
  protocolId: Uuid,
  /** The ending or suspension that is now enforced. */
  causeId: Uuid,
  commandedAt: Instant,
  enforcedAt: Instant,
  latencyMs: Type.Integer({ minimum: 0, description: 'From the commit of the command to the barrier, real time' }),
  /** Disclosures whose last delivery attempt may still have sent a byte (never more than named here). */
  unconfirmed: Type.Array(Uuid),
};

export const protocolEndingEnforced = defineEvent('register', 'protocol.ending.enforced', {
  aggregate: 'protocol',
  sees: ['S', 'R'],
  classification: 'none',
  summary: 'Transfer confirmed durably that nothing flows under the protocol any more.',
  data: Type.Object(enforced, closed),
});

export const protocolSuspensionEnforced = defineEvent('register', 'protocol.suspension.enforced', {
  aggregate: 'protocol',
  sees: ['S', 'R'],
  classification: 'none',
  summary: 'Transfer confirmed durably that nothing flows while the protocol is suspended.',
  data: Type.Object(enforced, closed),
});

export const registerEvents = [
  partyRegistered,
  ...contactEvents,
  protocolDrafted,
  protocolAmended,
  protocolOpinionRecorded,
  protocolGapDecided,
  protocolSigned,
  protocolActivated,
  protocolTerminated,
  protocolRevoked,
  protocolNoticeGiven,
  protocolSuspended,
  protocolResumed,
  protocolEndingEnforced,
  protocolSuspensionEnforced,
  ...endingEvents,
  ...disputeEvents,
  ...userEvents,
  ...rightsEvents,
  ...publicationEvents,
  ...processorEvents,
  ...lawChangeEvents,
  ...evidenceEvents,
  ...alertEvents,
  ...entryEvents,
] as const;
