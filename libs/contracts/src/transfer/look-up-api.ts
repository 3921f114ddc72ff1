import Type, { type Static } from 'typebox';
import { Clause, closed, Instant, Sha256, Token, UserRef, Uuid } from '../lib/shapes.js';
import { Supervisor } from '../register/user-events.js';
import { Seen, VerdictView } from './api.js';
import { NonCooperation, TransferController } from './route-events.js';

/**
 * `POST /transfer/v1/look-ups` (agency-user: a named person). One or several persons, each named by a unique identifier and
 * each decided alone. The route is that of the protocol; nobody chooses it.
 */
export const LookUpRequest = Type.Object(
  {
    protocolId: Uuid,
    purpose: Token,
    /** For which of the caller's authorised tasks. */
    task: Token,
    /** The category of recipient that the caller belongs to. */
    category: Token,
    items: Type.Array(Token, { minItems: 1, maxItems: 50 }),
    identifiers: Type.Array(
      Type.Object(
        {
          kind: Token,
          value: Type.String({ minLength: 1, maxLength: 100 }),
          /** Kinds of identifier that the caller states this person does not have. */
          absent: Type.Optional(Type.Array(Token, { maxItems: 5 })),
        },
        closed,
      ),
      { minItems: 1, maxItems: 10 },
    ),
    seen: Type.Optional(Type.Array(Seen, { maxItems: 20 })),
  },
  closed,
);
export type LookUpRequest = Static<typeof LookUpRequest>;

const Answer = Type.Object(
  {
    ...VerdictView.properties,
    subjectRef: Uuid,
    /** *delivered* with the items, *failed* with the code of what went wrong on the way, *refused* with the verdict. */
    state: Type.Enum(['refused', 'delivered', 'failed']),
    failure: Type.Optional(Token),
    items: Type.Optional(
      Type.Array(
        Type.Object(
          { item: Token, fields: Type.Record(Type.String(), Type.String()), source: Token, version: Token },
          closed,
        ),
      ),
    ),
    /** Rises with each correction. */
    generation: Type.Optional(Type.Integer({ minimum: 1 })),
    route: Type.Optional(Token),
    receipt: Type.Optional(Type.String()),
    controllerOfTransfer: Type.Optional(TransferController),
    deliveredAt: Type.Optional(Instant),
  },
  closed,
);

/** Answer 201: one entry per identifier, in the order of the request; the identifiers themselves are not repeated. */
export const LookUpView = Type.Object({ answers: Type.Array(Answer) }, closed);
export type LookUpView = Static<typeof LookUpView>;

/**
 * `POST /transfer/v1/source-endpoints` (ops of the sending party): where values of a protocol are fetched by a route. The
 * origin must be one that the operator of the installation allows (`SOURCE_ORIGINS`). The secret is sealed and never shown.
 */
export const SetSourceEndpointRequest = Type.Object(
  {
    protocolId: Uuid,
    route: Token,
    url: Type.String({ maxLength: 500, pattern: '^https?://[^\\s?#@]+$' }),
    bearerToken: Type.Optional(Type.String({ minLength: 1, maxLength: 4000, pattern: '^[\\x21-\\x7e]+$' })),
  },
  closed,
);
export type SetSourceEndpointRequest = Static<typeof SetSourceEndpointRequest>;

export const SourceEndpointView = Type.Object(
  { id: Uuid, protocolId: Uuid, route: Token, url: Type.String(), authenticated: Type.Boolean(), setAt: Instant },
  closed,
);
export type SourceEndpointView = Static<typeof SourceEndpointView>;

/** `POST /transfer/v1/route-fallbacks` (dpo or ops of the sending party). */
export const ActivateFallbackRequest = Type.Object(
  { protocolId: Uuid, route: Token, reason: NonCooperation, evidenceHash: Type.Optional(Sha256) },
  closed,
);
export type ActivateFallbackRequest = Static<typeof ActivateFallbackRequest>;

/** Answer to it and to `POST …/{id}/ending`; `GET /transfer/v1/route-fallbacks?protocolId=` for both parties. */
export const RouteFallbackView = Type.Object(
  {
    id: Uuid,
    protocolId: Uuid,
    route: Token,
    of: Token,
    reason: NonCooperation,
    evidenceHash: Type.Optional(Sha256),
    failures: Type.Integer(),
    controllerOfTransfer: TransferController,
    state: Type.Enum(['active', 'ended']),
    activatedAt: Instant,
    endedAt: Type.Optional(Instant),
    clause: Clause,
  },
  closed,
);
export type RouteFallbackView = Static<typeof RouteFallbackView>;

export const RouteFallbacksQuery = Type.Object({ protocolId: Uuid }, closed);
export type RouteFallbacksQuery = Static<typeof RouteFallbacksQuery>;

/** The newest 500. */
export const RouteFallbacksView = Type.Object({ items: Type.Array(RouteFallbackView) }, closed);
export type RouteFallbacksView = Static<typeof RouteFallbacksView>;

/** `POST /transfer/v1/user-reports` (dpo): what one user of the caller's party looked up in [from, until). */
export const UserReportRequest = Type.Object(
  { userRef: UserRef, from: Instant, until: Instant, after: Type.Optional(Uuid) },
  closed,
);
export type UserReportRequest = Static<typeof UserReportRequest>;

const UserReport = Type.Object(
  {
    party: Uuid,
    userRef: UserRef,
    from: Instant,
    until: Instant,
    madeAt: Instant,
    authorizations: Type.Array(
      Type.Object(
        {
          id: Uuid,
          protocolId: Uuid,
          unit: Token,
          task: Token,
          capacity: Token,
          items: Type.Array(Token),
          supervisor: Supervisor,
          validFrom: Instant,
          validUntil: Instant,
          revokedAt: Type.Optional(Instant),
        },
        closed,
      ),
    ),
    lookUps: Type.Array(
      Type.Object(
        {
          disclosureId: Uuid,
          requestedAt: Instant,
          protocolId: Uuid,
          subjectRef: Uuid,
          identifierKind: Token,
          purpose: Token,
          items: Type.Array(Token),
          task: Token,
          capacity: Type.Optional(Token),
          supervisor: Type.Optional(Supervisor),
          authorizationId: Type.Optional(Uuid),
          verdict: VerdictView.properties.verdict,
          code: Type.Optional(Token),
          clause: Type.Optional(Clause),
          state: Token,
          failure: Type.Optional(Token),
          deliveredAt: Type.Optional(Instant),
          route: Type.Optional(Token),
          receipt: Type.Optional(Type.String()),
          controllerOfTransfer: Type.Optional(TransferController),
        },
        closed,
      ),
    ),
    /** Set when there is more: ask again with it as `after`. */
    next: Type.Optional(Uuid),
  },
  closed,
);

/**
 * Answer 201. The signature is Ed25519 over the RFC 8785 form of `report`; the key is among those of
 * `GET /transfer/v1/archive-keys`.
 */
export const UserReportView = Type.Object(
  {
    report: UserReport,
    signature: Type.Object(
      { algorithm: Type.Literal('Ed25519'), keyId: Uuid, value: Type.String({ description: 'base64' }) },
      closed,
    ),
  },
  closed,
);
export type UserReportView = Static<typeof UserReportView>;
