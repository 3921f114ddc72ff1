import Type, { type Static } from 'typebox';
import { closed, Instant, Language, Sha256, Token, Uuid } from '../lib/shapes.js';
import {
  ErasureGround,
  ExtensionReason,
  IdentityCheck,
  InformationExemption,
  InformationMeans,
  InformationMilestone,
  Remedy,
  RequestChannel,
  RestrictionGround,
  RightAsked,
  RightsRefusalReason,
} from './rights-events.js';

const reasons = Type.Array(RightsRefusalReason, { minItems: 1, maxItems: 10, uniqueItems: true });

/**
 * `POST /register/v1/rights-requests` (anyone of the party that received it). The person is named by reference; without one
 * it is a person to whom none leads any more. A withdrawal names its consent. `receivedAt`: default now.
 */
export const ReceiveRightsRequest = Type.Object(
  {
    protocolId: Uuid,
    subjectRef: Type.Optional(Uuid),
    right: RightAsked,
    consentId: Type.Optional(Uuid),
    channel: RequestChannel,
    identityCheck: Type.Optional(IdentityCheck),
    receivedAt: Type.Optional(Instant),
  },
  closed,
);
export type ReceiveRightsRequest = Static<typeof ReceiveRightsRequest>;

/** `POST /register/v1/rights-requests/{id}/extension` (dpo, signatory): two months more, told within the first. */
export const ExtendRightsRequest = Type.Object(
  {
    reasons: Type.Array(ExtensionReason, { minItems: 1, maxItems: 2, uniqueItems: true }),
    toldAt: Type.Optional(Instant),
  },
  closed,
);
export type ExtendRightsRequest = Static<typeof ExtendRightsRequest>;

/**
 * `POST /register/v1/rights-requests/{id}/answer` (dpo, signatory). `partly` gives the reasons for the rest. A restriction
 * and an erasure name their ground; an erasure in part its disclosures; a rectification the resolved quality reports under
 * which the data were corrected.
 */
export const AnswerRightsRequest = Type.Object(
  {
    verdict: Type.Enum(['granted', 'partly']),
    identityCheck: Type.Optional(IdentityCheck),
    reasons: Type.Optional(reasons),
    restrictionGround: Type.Optional(RestrictionGround),
    erasureGround: Type.Optional(ErasureGround),
    disclosureIds: Type.Optional(Type.Array(Uuid, { minItems: 1, maxItems: 200, uniqueItems: true })),
    qualityReports: Type.Optional(Type.Array(Uuid, { minItems: 1, maxItems: 50, uniqueItems: true })),
  },
  closed,
);
export type AnswerRightsRequest = Static<typeof AnswerRightsRequest>;

/** `POST /register/v1/rights-requests/{id}/refusal` (dpo, signatory). */
export const RefuseRightsRequest = Type.Object({ reasons, evidenceHash: Type.Optional(Sha256) }, closed);
export type RefuseRightsRequest = Static<typeof RefuseRightsRequest>;

/** Answer to every step, and `GET /register/v1/rights-requests/{id}`; for the party that received it. */
export const RightsRequestView = Type.Object(
  {
    id: Uuid,
    protocolId: Uuid,
    subjectRef: Type.Optional(Uuid),
    /** False where the reference leads to no person any more: it can only be refused (GDPR Art. 11). */
    identifiable: Type.Boolean(),
    right: RightAsked,
    channel: RequestChannel,
    identityCheck: Type.Optional(IdentityCheck),
    state: Type.Enum(['open', 'granted', 'partly', 'refused']),
    receivedAt: Instant,
    deadline: Type.Object({ cautiousDueAt: Instant, regulationDueAt: Instant, overdue: Type.Boolean() }, closed),
    extension: Type.Optional(Type.Object({ reasons: Type.Array(ExtensionReason), toldAt: Instant }, closed)),
    decidedAt: Type.Optional(Instant),
    late: Type.Optional(Type.Boolean()),
    reasons: Type.Array(RightsRefusalReason),
    remedies: Type.Array(Remedy),
    charge: Type.Literal('none'),
    /** Of an objection from its receipt, of a restriction from its answer: whether transfer has stopped everything. */
    barrier: Type.Optional(
      Type.Object(
        {
          state: Type.Enum(['enforcing', 'enforced', 'lifted']),
          enforcedAt: Type.Optional(Instant),
          latencyMs: Type.Optional(Type.Integer()),
          unconfirmed: Type.Array(Uuid),
          liftedAt: Type.Optional(Instant),
        },
        closed,
      ),
    ),
    restriction: Type.Optional(Type.Object({ restrictionId: Uuid, ground: RestrictionGround }, closed)),
    erasure: Type.Optional(Type.Object({ ground: ErasureGround, disclosureIds: Type.Array(Uuid) }, closed)),
    qualityReports: Type.Optional(Type.Array(Uuid)),
    consentId: Type.Optional(Uuid),
    /** Paths within the installation that the next step goes over: the account, the withdrawal, quality reports. */
    links: Type.Array(Type.Object({ rel: Token, href: Type.String() }, closed)),
  },
  closed,
);
export type RightsRequestView = Static<typeof RightsRequestView>;

/** `GET /register/v1/rights-requests?state=&after=&limit=`: `overdue` by the cautious date. */
export const RightsRequestsQuery = Type.Object(
  {
    state: Type.Optional(Type.Enum(['open', 'overdue'])),
    after: Type.Optional(Uuid),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  closed,
);
export type RightsRequestsQuery = Static<typeof RightsRequestsQuery>;

/** Newest first. */
export const RightsRequestsPage = Type.Object(
  { items: Type.Array(RightsRequestView), next: Type.Optional(Uuid) },
  closed,
);
export type RightsRequestsPage = Static<typeof RightsRequestsPage>;

/** `GET /register/v1/rights-requests/{id}/letter?language=nl|fr|en`. */
export const LetterQuery = Type.Object({ language: Type.Enum(['nl', 'fr', 'en']) }, closed);
export type LetterQuery = Static<typeof LetterQuery>;

/** A letter to the person in plain language, for the state of the request; names nobody. */
export const LetterView = Type.Object(
  { language: Language, subject: Type.String(), reference: Type.String(), paragraphs: Type.Array(Type.String()) },
  closed,
);
export type LetterView = Static<typeof LetterView>;

/** `POST /register/v1/information-duties/{id}/milestones` (anyone of the receiving party). */
export const AdvanceInformationRequest = Type.Object({ milestone: InformationMilestone, at: Instant }, closed);
export type AdvanceInformationRequest = Static<typeof AdvanceInformationRequest>;

/** `POST /register/v1/information-duties/{id}/fulfilment` (anyone of the receiving party). `informedAt`: default now. */
export const FulfilInformationRequest = Type.Object(
  { means: InformationMeans, noticeVersion: Type.Optional(Token), informedAt: Type.Optional(Instant) },
  closed,
);
export type FulfilInformationRequest = Static<typeof FulfilInformationRequest>;

/** `POST /register/v1/information-duties/{id}/exemption` (dpo or signatory of the receiving party). */
export const ExemptInformationRequest = Type.Object(
  { exemption: InformationExemption, basis: Type.String({ minLength: 1, maxLength: 400 }) },
  closed,
);
export type ExemptInformationRequest = Static<typeof ExemptInformationRequest>;

/** The duty of the receiver to inform one person of one disclosure (Art. 14). */
export const InformationDutyView = Type.Object(
  {
    id: Uuid,
    disclosureId: Uuid,
    protocolId: Uuid,
    subjectRef: Uuid,
    state: Type.Enum(['open', 'fulfilled', 'exempted']),
    obtainedAt: Instant,
    dueAt: Instant,
    dueBecause: Type.Enum(['month', 'firstCommunication', 'onwardDisclosure']),
    overdue: Type.Boolean(),
    means: Type.Optional(InformationMeans),
    noticeVersion: Type.Optional(Token),
    informedAt: Type.Optional(Instant),
    exemption: Type.Optional(InformationExemption),
    basis: Type.Optional(Type.String()),
    late: Type.Optional(Type.Boolean()),
  },
  closed,
);
export type InformationDutyView = Static<typeof InformationDutyView>;

/** `GET /register/v1/information-duties?state=&disclosureId=&limit=`, the earliest due first. */
export const InformationDutiesQuery = Type.Object(
  {
    state: Type.Optional(Type.Enum(['open', 'overdue'])),
    disclosureId: Type.Optional(Uuid),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  closed,
);
export type InformationDutiesQuery = Static<typeof InformationDutiesQuery>;

export const InformationDutiesView = Type.Object({ items: Type.Array(InformationDutyView) }, closed);
export type InformationDutiesView = Static<typeof InformationDutiesView>;
