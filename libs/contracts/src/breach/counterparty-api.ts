import Type, { type Static } from 'typebox';
import { Clause, closed, Code, Instant, Localized, Sha256, Token, Uuid } from '../lib/shapes.js';
import { BreachCounts, BreachNature, BreachCodes, EscalationCause } from './shapes.js';

/**
 * `GET /breach/v1/notices/{id}`, for both parties: all that a counterparty sees of a breach. `mine` says on which side the
 * caller stands.
 */
export const BreachNoticeView = Type.Object(
  {
    id: Uuid,
    partyId: Uuid,
    counterparty: Uuid,
    mine: Type.Enum(['breachedParty', 'counterparty']),
    protocolId: Uuid,
    protocolTitle: Localized,
    clause: Clause,
    phase: Type.Integer(),
    nature: BreachNature,
    counts: BreachCounts,
    items: Type.Array(Token),
    findings: Type.Array(Code),
    state: Type.Enum(['sending', 'notified', 'escalated', 'acknowledged']),
    decidedAt: Instant,
    sentAt: Type.Optional(Instant),
    escalatesAt: Instant,
    escalatedAt: Type.Optional(Instant),
    escalationCause: Type.Optional(EscalationCause),
    acknowledgements: Type.Array(Type.Object({ byParty: Uuid, receivedAt: Instant, acknowledgedAt: Instant }, closed)),
    mails: Type.Array(
      Type.Object(
        {
          id: Uuid,
          kind: Type.Enum(['notice', 'reminder', 'escalation']),
          toParty: Uuid,
          contact: Type.Enum(['breach', 'dpo']),
          state: Type.Enum(['due', 'sent', 'failed']),
          messageId: Type.String(),
          tries: Type.Integer(),
          sentAt: Type.Optional(Instant),
          lastAnswer: Type.Optional(Type.String()),
        },
        closed,
      ),
    ),
    consultations: Type.Array(Uuid),
    improvements: Type.Array(Uuid),
  },
  closed,
);
export type BreachNoticeView = Static<typeof BreachNoticeView>;

/** `GET /breach/v1/notices` (dpo, ops): notices that the caller's party sent or got, oldest first. */
export const BreachNoticePage = Type.Object({ items: Type.Array(BreachNoticeView), next: Type.Optional(Uuid) }, closed);
export type BreachNoticePage = Static<typeof BreachNoticePage>;

/** `POST /breach/v1/notices/{id}/acknowledgements` (dpo of either party). `receivedAt` defaults to now. */
export const AcknowledgeNoticeRequest = Type.Object({ receivedAt: Type.Optional(Instant) }, closed);
export type AcknowledgeNoticeRequest = Static<typeof AcknowledgeNoticeRequest>;

/** `POST /breach/v1/notices/{id}/consultations` (dpo of either party). Answer 201 ConsultationView. */
export const OpenConsultationRequest = Type.Object({ topics: BreachCodes }, closed);
export type OpenConsultationRequest = Static<typeof OpenConsultationRequest>;

/** `POST /breach/v1/consultations/{id}/decisions` (dpo of either party). */
export const DecideConsultationRequest = Type.Object(
  {
    decision: Token,
    actions: BreachCodes,
    /** The party that is to act; absent when both are. */
    actor: Type.Optional(Uuid),
    minutesHash: Sha256,
  },
  closed,
);
export type DecideConsultationRequest = Static<typeof DecideConsultationRequest>;

/** `POST /breach/v1/consultations/{id}/closings` (dpo of either party). */
export const CloseConsultationRequest = Type.Object({ minutesHash: Sha256 }, closed);
export type CloseConsultationRequest = Static<typeof CloseConsultationRequest>;

/** Also `GET /breach/v1/consultations/{id}`. */
export const ConsultationView = Type.Object(
  {
    id: Uuid,
    noticeId: Uuid,
    clause: Clause,
    state: Type.Enum(['open', 'closed']),
    topics: BreachCodes,
    openedBy: Uuid,
    openedAt: Instant,
    decisions: Type.Array(
      Type.Object(
        {
          id: Uuid,
          decision: Token,
          actions: BreachCodes,
          actor: Type.Optional(Uuid),
          byParty: Uuid,
          minutesHash: Sha256,
          decidedAt: Instant,
        },
        closed,
      ),
    ),
    closedBy: Type.Optional(Uuid),
    closedAt: Type.Optional(Instant),
    minutesHash: Type.Optional(Sha256),
  },
  closed,
);
export type ConsultationView = Static<typeof ConsultationView>;

/** `POST /breach/v1/notices/{id}/improvements` (dpo of either party). The note is for the two parties; its hash is public. */
export const ShareImprovementRequest = Type.Object(
  { measure: Token, note: Type.String({ minLength: 1, maxLength: 4000 }) },
  closed,
);
export type ShareImprovementRequest = Static<typeof ShareImprovementRequest>;

/** Also `GET /breach/v1/improvements/{id}`. */
export const ImprovementView = Type.Object(
  {
    id: Uuid,
    noticeId: Uuid,
    clause: Clause,
    byParty: Uuid,
    measure: Token,
    note: Type.String(),
    noteHash: Sha256,
    sharedAt: Instant,
  },
  closed,
);
export type ImprovementView = Static<typeof ImprovementView>;
