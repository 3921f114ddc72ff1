import Type from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import { Clause, closed, Instant, Token, UserRef, Uuid } from '../lib/shapes.js';

/** Who answers for what the user does: a person of the party, by reference, or an office of it. */
export const Supervisor = Type.Union([
  Type.Object({ userRef: UserRef }, closed),
  Type.Object({ office: Token }, closed),
]);

export const RevocationReason = Type.Enum(['leftUnit', 'taskEnded', 'misuse', 'error', 'protocolChanged']);

const authorization = { authorizationId: Uuid, partyId: Uuid, protocolId: Uuid, userRef: UserRef };

export const userAuthorized = defineEvent('register', 'user.authorized', {
  aggregate: 'user authorisation',
  sees: ['P'],
  classification: 'pseudonymous',
  summary:
    'A party expressly authorised one natural person, for a task and from a date to a date; whom the reference stands for stays in the database of the register.',
  data: Type.Object(
    {
      ...authorization,
      unit: Token,
      task: Token,
      capacity: Token,
      /** Bound by professional secrecy. */
      secrecy: Type.Boolean(),
      /** Items of the protocol that the task needs. */
      items: Type.Array(Token, { minItems: 1 }),
      /** Whether a law fixes the scope of access or the protocol leaves it to task and capacity. */
      scopeSource: Type.Enum(['law', 'protocol']),
      /** Version of the text whose items and table of tasks it was checked against. */
      protocolVersion: Type.Integer({ minimum: 1 }),
      supervisor: Supervisor,
      validFrom: Instant,
      validUntil: Instant,
      clause: Clause,
    },
    closed,
  ),
});

export const userRevoked = defineEvent('register', 'user.revoked', {
  aggregate: 'user authorisation',
  sees: ['P'],
  classification: 'pseudonymous',
  summary: 'The authorisation of a person was taken back; nothing is looked up under it once that is enforced.',
  data: Type.Object({ ...authorization, reason: RevocationReason, revokedAt: Instant, clause: Clause }, closed),
});

export const userRevocationEnforced = defineEvent('register', 'user.revocation.enforced', {
  aggregate: 'user authorisation',
  sees: ['P'],
  classification: 'pseudonymous',
  summary: 'Transfer confirmed durably that nothing is looked up under the authorisation any more.',
  data: Type.Object(
    {
      ...authorization,
      commandedAt: Instant,
      enforcedAt: Instant,
      latencyMs: Type.Integer({ minimum: 0, description: 'From the commit of the command to the barrier, real time' }),
      unconfirmed: Type.Array(Uuid),
    },
    closed,
  ),
});

export const userEvents = [userAuthorized, userRevoked, userRevocationEnforced] as const;
