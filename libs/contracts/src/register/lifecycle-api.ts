import Type, { type Static } from 'typebox';
import { CalendarDate, Clause, closed, Instant, Name, Sha256, Token, Uuid } from '../lib/shapes.js';

/** `POST /register/v1/protocols/{id}/suspensions` (dpo or signatory of either party). */
export const SuspendProtocolRequest = Type.Object(
  {
    /** Which clause is at stake; that of the entry into force unless given. */
    clause: Type.Optional(Clause),
  },
  closed,
);
export type SuspendProtocolRequest = Static<typeof SuspendProtocolRequest>;

/** `POST /register/v1/protocols/{id}/suspensions/{suspensionId}/resumption` (dpo or signatory of the party that suspended). */
export const ResumeProtocolRequest = Type.Object({}, closed);
export type ResumeProtocolRequest = Static<typeof ResumeProtocolRequest>;

/** Answer to both, and `GET /register/v1/protocols/{id}/suspensions/{suspensionId}`. */
export const SuspensionView = Type.Object(
  {
    id: Uuid,
    protocolId: Uuid,
    party: Uuid,
    clause: Clause,
    /** *enforcing* until transfer has said that nothing flows; *resumed* once lifted. */
    state: Type.Enum(['enforcing', 'enforced', 'resumed']),
    suspendedAt: Instant,
    enforcedAt: Type.Optional(Instant),
    latencyMs: Type.Optional(Type.Integer({ minimum: 0 })),
    unconfirmed: Type.Array(Uuid),
    resumedAt: Type.Optional(Instant),
  },
  closed,
);
export type SuspensionView = Static<typeof SuspensionView>;

/** `POST /register/v1/protocols/{id}/lapses` (dpo or signatory of either party): the legal ground goes, or went. */
export const AssertLapseRequest = Type.Object(
  {
    /** Citation of the law or judgment that takes the ground away. */
    instrument: Name,
    /** First day without a legal ground; it may lie behind. */
    lapsedOn: CalendarDate,
    writingHash: Type.Optional(Sha256),
  },
  closed,
);
export type AssertLapseRequest = Static<typeof AssertLapseRequest>;

/** `POST /register/v1/protocols/{id}/linked-agreement-endings` (dpo or signatory of a party that the ending names). */
export const EndLinkedAgreementRequest = Type.Object(
  {
    /** Id of the agreement in the protocol file. */
    agreement: Token,
    /** First day without the agreement; it may lie behind. */
    endedOn: CalendarDate,
    writingHash: Type.Optional(Sha256),
  },
  closed,
);
export type EndLinkedAgreementRequest = Static<typeof EndLinkedAgreementRequest>;

/** `POST /register/v1/protocols/{id}/endings/{endingId}/duties/{duty}/completion` (dpo or signatory of a party that owes it). */
export const CompleteEndDutyRequest = Type.Object({ evidenceHash: Type.Optional(Sha256) }, closed);
export type CompleteEndDutyRequest = Static<typeof CompleteEndDutyRequest>;

/** Answer to it, and `GET /register/v1/protocols/{id}/endings/{endingId}/duties`. */
export const EndDutiesView = Type.Object(
  {
    endingId: Uuid,
    items: Type.Array(
      Type.Object(
        {
          duty: Token,
          clause: Clause,
          state: Type.Enum(['open', 'completed']),
          /** Absent for a duty that the installation itself fulfils: stopping what flows. */
          party: Type.Optional(Uuid),
          evidenceHash: Type.Optional(Sha256),
          completedAt: Type.Optional(Instant),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type EndDutiesView = Static<typeof EndDutiesView>;

/** `GET /register/v1/protocols/{id}/endings/{endingId}/flagged`: what was disclosed after the protocol had ended by law. */
export const FlaggedDisclosures = Type.Object(
  {
    endingId: Uuid,
    /** Absent when the ending flags nothing: it was told before its date. */
    flaggedSince: Type.Optional(Instant),
    items: Type.Array(
      Type.Object({ disclosureId: Uuid, subjectRef: Uuid, requestedAt: Instant, items: Type.Array(Token) }, closed),
    ),
    next: Type.Optional(Type.String({ description: 'Pass as `after` for the next page' })),
  },
  closed,
);
export type FlaggedDisclosures = Static<typeof FlaggedDisclosures>;
