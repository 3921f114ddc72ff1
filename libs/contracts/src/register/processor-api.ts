import Type, { type Static } from 'typebox';
import { Clause, closed, Instant, Name, Sha256, Uuid } from '../lib/shapes.js';
import {
  Art28Contract,
  ListedProcessor,
  ProcessorKind,
  ProcessorReasons,
  SubProcessorAuthorisation,
} from './processor-events.js';

const particulars = {
  activities: Name,
  authorisation: Type.Optional(SubProcessorAuthorisation),
  guarantees: Type.Optional(Name),
  contract: Type.Optional(Art28Contract),
};

/**
 * `POST /register/v1/protocols/{id}/processors` (dpo or signatory of the party that uses it). `name` is given unless `kind`
 * is `installation`, whose name is the operator's; `under` with a sub-processor only.
 */
export const AddProcessorRequest = Type.Object(
  {
    kind: ProcessorKind,
    name: Type.Optional(Name),
    enterpriseNumber: Type.Optional(
      Type.String({ maxLength: 20, description: 'KBO number; dots are allowed; check digits are verified' }),
    ),
    under: Type.Optional(Uuid),
    ...particulars,
  },
  closed,
);
export type AddProcessorRequest = Static<typeof AddProcessorRequest>;

/** `POST /register/v1/protocols/{id}/processors/{processorId}/contract`: the record as it reads from now on. */
export const ChangeProcessorRequest = Type.Object(particulars, closed);
export type ChangeProcessorRequest = Static<typeof ChangeProcessorRequest>;

/** `POST /register/v1/protocols/{id}/processors/{processorId}/ending`: the party no longer uses it. */
export const EndProcessorRequest = Type.Object({}, closed);

export const ProcessorView = Type.Object(
  {
    id: Uuid,
    protocolId: Uuid,
    party: Uuid,
    kind: ProcessorKind,
    name: Name,
    enterpriseNumber: Type.Optional(Type.String()),
    under: Type.Optional(Uuid),
    ...particulars,
    clause: Type.Optional(Clause),
    state: Type.Enum(['allowed', 'blocked', 'ended']),
    /** Why it is blocked; empty otherwise. */
    reasons: ProcessorReasons,
    addedAt: Instant,
    endedAt: Type.Optional(Instant),
  },
  closed,
);
export type ProcessorView = Static<typeof ProcessorView>;

/**
 * `GET /register/v1/protocols/{id}/processors`: those of both parties. `expected` are named by the text, or host the
 * installation, and are not recorded yet: they must not be used either.
 */
export const ProcessorsView = Type.Object(
  {
    items: Type.Array(ProcessorView),
    expected: Type.Array(
      Type.Object(
        { party: Uuid, name: Name, kind: Type.Enum(['processor', 'installation']), clause: Type.Optional(Clause) },
        closed,
      ),
    ),
  },
  closed,
);
export type ProcessorsView = Static<typeof ProcessorsView>;

/** `POST /register/v1/protocols/{id}/processor-lists` (agency, dpo or signatory): shares what is registered now. */
export const ShareProcessorListRequest = Type.Object({}, closed);

/** `POST …/processor-lists/{listId}/acknowledgement` (agency, dpo or signatory of the other party). */
export const AcknowledgeProcessorListRequest = Type.Object({}, closed);

export const ProcessorListView = Type.Object(
  {
    id: Uuid,
    protocolId: Uuid,
    party: Uuid,
    listVersion: Type.Integer({ minimum: 1 }),
    processors: Type.Array(ListedProcessor),
    listHash: Sha256,
    sharedAt: Instant,
    acknowledgedAt: Type.Optional(Instant),
    /** False once the party has registered something else, or shared a later list. */
    current: Type.Boolean(),
  },
  closed,
);
export type ProcessorListView = Static<typeof ProcessorListView>;

/** `GET /register/v1/protocols/{id}/processor-lists`: of both parties, newest first, at most 100. */
export const ProcessorListsView = Type.Object({ items: Type.Array(ProcessorListView) }, closed);
export type ProcessorListsView = Static<typeof ProcessorListsView>;
