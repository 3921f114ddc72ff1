import Type from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import { Clause, closed, Code, Instant, Sha256, Token, Uuid } from '../lib/shapes.js';

const Count = Type.Integer({ minimum: 0 });

/** How many disclosures a purge concerns, by the rule they are due under. */
export const RuleCount = Type.Object({ rule: Token, clause: Clause, reason: Token, count: Count }, closed);

const purge = { purgeId: Uuid, protocolId: Uuid, party: Uuid };

/** SHA-256 over the sorted ids of the disclosures, one a line. */
const setHash = Sha256;

export const purgePlanned = defineEvent('retention', 'purge.planned', {
  aggregate: 'purge',
  sees: ['R'],
  classification: 'none',
  summary: 'What may be erased now under one protocol, counted by rule, and the hash of the set. Erases nothing.',
  data: Type.Object(
    {
      ...purge,
      origin: Type.Union([Type.Literal('command'), Type.Literal('schedule')]),
      setHash,
      counts: Type.Array(RuleCount),
      /** Due, but a hold stands. */
      held: Count,
      /** Due, but a decision of the party is missing. */
      gaps: Count,
      /** How many the set has, and how many are erasable beyond the size of one purge. */
      size: Type.Optional(Count),
      later: Type.Optional(Count),
      plannedAt: Instant,
    },
    closed,
  ),
});

export const purgeApproved = defineEvent('retention', 'purge.approved', {
  aggregate: 'purge',
  sees: ['R'],
  classification: 'none',
  summary: 'The set is as it was planned and may be erased: by whom (`actorref`), or by the standing schedule.',
  data: Type.Object({ ...purge, setHash, approvedBy: Token, approvedAt: Instant }, closed),
});

export const purgeStarted = defineEvent('retention', 'purge.started', {
  aggregate: 'purge',
  sees: ['R'],
  classification: 'none',
  summary: 'The erasures of the set are asked for, in batches.',
  data: Type.Object({ ...purge, size: Count, startedAt: Instant }, closed),
});

export const purgeCompleted = defineEvent('retention', 'purge.completed', {
  aggregate: 'purge',
  sees: ['R'],
  classification: 'none',
  summary: 'Transfer has answered every erasure of the set; what a hold kept falls to a later purge.',
  data: Type.Object({ ...purge, erased: Count, held: Count, completedAt: Instant }, closed),
});

export const purgeFailed = defineEvent('retention', 'purge.failed', {
  aggregate: 'purge',
  sees: ['R'],
  classification: 'none',
  summary: 'Nothing was erased: the cause is the code, the clause says whose decision is missing.',
  data: Type.Object(
    { ...purge, cause: Code, clause: Type.Optional(Clause), counts: Type.Array(RuleCount), failedAt: Instant },
    closed,
  ),
});

const erasure = { erasureId: Uuid, purgeId: Uuid, disclosureId: Uuid, protocolId: Uuid, subjectRef: Uuid };

export const erasureAttested = defineEvent('retention', 'erasure.attested', {
  aggregate: 'erasure',
  sees: ['R'],
  classification: 'pseudonymous',
  summary:
    'Evidence of an erasure: technique, scope, when backups follow, who performed it and who answers for it. Scope `vault` was verified here; `recipient-declared` is the statement of the receiver about its own systems.',
  data: Type.Object(
    {
      ...erasure,
      scope: Type.Union([Type.Literal('vault'), Type.Literal('recipient-declared')]),
      technique: Token,
      items: Type.Array(Token),
      rule: Token,
      reason: Token,
      /** Of scope `vault`: how transfer verified it, and what was left (nothing). */
      verification: Type.Optional(Type.Object({ query: Token, remaining: Count }, closed)),
      erasedAt: Instant,
      /** Of scope `vault`: from then on backups and write-ahead logs cannot give the values either. */
      erasureHorizonAt: Type.Optional(Instant),
      performer: Token,
      validator: Token,
      attestedAt: Instant,
      clause: Clause,
    },
    closed,
  ),
});

export const recipientErasureOrdered = defineEvent('retention', 'recipientErasure.ordered', {
  aggregate: 'erasure',
  sees: ['R'],
  classification: 'pseudonymous',
  summary: 'The receiver must erase the same values in its own systems, mailed archives and prints, and say so.',
  data: Type.Object({ ...erasure, items: Type.Array(Token), orderedAt: Instant, clause: Clause }, closed),
});

export const recipientErasureDeclared = defineEvent('retention', 'recipientErasure.declared', {
  aggregate: 'erasure',
  sees: ['R'],
  classification: 'pseudonymous',
  summary: 'The receiver states that the values are erased in its own systems; not verified by the installation.',
  data: Type.Object({ ...erasure, technique: Token, erasedAt: Instant, declaredAt: Instant }, closed),
});

export const purgeEvents = [
  purgePlanned,
  purgeApproved,
  purgeStarted,
  purgeCompleted,
  purgeFailed,
  erasureAttested,
  recipientErasureOrdered,
  recipientErasureDeclared,
] as const;
