import Type, { type Static } from 'typebox';
import { Clause, closed, Instant, Token, UserRef, Uuid } from '../lib/shapes.js';
import { RevocationReason } from './user-events.js';

/** A person as the party's own identity provider knows them: the claim `sub` of their tokens. */
const Sub = Type.String({ minLength: 1, maxLength: 200 });

/**
 * `POST /register/v1/user-authorizations` (dpo of the party whose users look data up). The person is named by the `sub` that
 * the party's issuer gives; it is kept here and goes nowhere else.
 */
export const AuthorizeUserRequest = Type.Object(
  {
    protocolId: Uuid,
    sub: Sub,
    unit: Token,
    task: Token,
    capacity: Token,
    secrecy: Type.Boolean(),
    items: Type.Array(Token, { minItems: 1, maxItems: 50, uniqueItems: true }),
    supervisor: Type.Union([Type.Object({ sub: Sub }, closed), Type.Object({ office: Token }, closed)]),
    /** The moment of the command unless given. */
    validFrom: Type.Optional(Instant),
    validUntil: Instant,
  },
  closed,
);
export type AuthorizeUserRequest = Static<typeof AuthorizeUserRequest>;

/** `POST /register/v1/user-authorizations/{id}/revocation` (dpo of that party). */
export const RevokeUserRequest = Type.Object({ reason: RevocationReason }, closed);
export type RevokeUserRequest = Static<typeof RevokeUserRequest>;

/** Answer to both, and `GET /register/v1/user-authorizations/{id}`; for the dpo of the party only. */
export const UserAuthorizationView = Type.Object(
  {
    id: Uuid,
    party: Uuid,
    protocolId: Uuid,
    userRef: UserRef,
    /** Whom the reference stands for. */
    person: Type.Object({ issuer: Type.String(), sub: Sub }, closed),
    unit: Token,
    task: Token,
    capacity: Token,
    secrecy: Type.Boolean(),
    items: Type.Array(Token),
    scopeSource: Type.Enum(['law', 'protocol']),
    protocolVersion: Type.Integer({ minimum: 1 }),
    supervisor: Type.Union([
      Type.Object({ userRef: UserRef, sub: Sub }, closed),
      Type.Object({ office: Token }, closed),
    ]),
    validFrom: Instant,
    validUntil: Instant,
    /** *enforcing* until transfer has said that nothing is looked up under it, then *revoked*. */
    state: Type.Enum(['authorized', 'enforcing', 'revoked']),
    clause: Clause,
    authorizedAt: Instant,
    revocation: Type.Optional(
      Type.Object(
        {
          reason: RevocationReason,
          revokedAt: Instant,
          enforcedAt: Type.Optional(Instant),
          latencyMs: Type.Optional(Type.Integer({ minimum: 0 })),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type UserAuthorizationView = Static<typeof UserAuthorizationView>;

/** `GET /register/v1/user-authorizations?protocolId=&after=&limit=`: those of the caller's party, newest first. */
export const UserAuthorizationsQuery = Type.Object(
  {
    protocolId: Type.Optional(Uuid),
    after: Type.Optional(Uuid),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  closed,
);
export type UserAuthorizationsQuery = Static<typeof UserAuthorizationsQuery>;

export const UserAuthorizationsPage = Type.Object(
  { items: Type.Array(UserAuthorizationView), next: Type.Optional(Uuid) },
  closed,
);
export type UserAuthorizationsPage = Static<typeof UserAuthorizationsPage>;
