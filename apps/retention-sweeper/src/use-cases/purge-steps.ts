import { formatInstant, newId } from '@convenant/kernel';
import { purgeApproved, purgeFailed, purgePlanned, purgeStarted } from '@convenant/contracts';
import type { CommandContext, WriteTransaction } from '@convenant/messaging';
import type { ProtocolFact } from '../db/facts.entity.js';
import { Purge } from '../db/purge.entity.js';
import { beginErasing, insertErasures, type DueRow } from '../db/purge.statements.js';
import { countByRule, setHash, type PurgeSet } from './purge-set.js';

/** The purge that the steps below concern; its aggregate is locked. */
export interface PurgeIdentity {
  readonly id: string;
  readonly protocol: ProtocolFact;
  readonly origin: Purge['origin'];
  readonly context: CommandContext;
}

/** Records what would be erased. Commanded or scheduled, every purge begins with it. */
export async function planPurge(tx: WriteTransaction, purge: PurgeIdentity, set: PurgeSet): Promise<void> {
  const { id, protocol, origin, context } = purge;
  const { counts, held, gaps, later, hash, members } = set;
  const now = formatInstant(tx.now);
  await tx.append(purgePlanned, {
    ...envelopeOf(purge),
    data: {
      ...idsOf(purge),
      origin,
      setHash: hash,
      counts: [...counts],
      held,
      gaps,
      size: members.length,
      later,
      plannedAt: now,
    },
  });
  await tx.manager.insert(Purge, {
    id,
    protocolId: protocol.protocolId,
    party: protocol.receiver,
    origin,
    state: 'planned',
    setHash: hash,
    size: members.length,
    counts: [...counts],
    held,
    gaps,
    later,
    approvedBy: null,
    correlationId: context.correlationId,
    cause: null,
    clause: null,
    plannedAt: new Date(tx.now),
    startedAt: null,
    endedAt: null,
  });
}

/**
 * Begins a planned purge: the set, taken in this transaction, belongs to it from now on, and its erasures are asked for.
 * @param approvedBy a `userRef`, or `schedule`
 */
export async function startPurge(
  tx: WriteTransaction,
  purge: PurgeIdentity,
  { members, hash }: PurgeSet,
  approvedBy: string,
): Promise<void> {
  const now = formatInstant(tx.now);
  await tx.append(purgeApproved, {
    ...envelopeOf(purge),
    data: { ...idsOf(purge), setHash: hash, approvedBy, approvedAt: now },
  });
  await tx.append(purgeStarted, {
    ...envelopeOf(purge),
    data: { ...idsOf(purge), size: members.length, startedAt: now },
  });
  const ids = members.map(({ disclosure_id: disclosureId }) => disclosureId);
  await tx.query(beginErasing, [ids]);
  await tx.query(insertErasures, [
    purge.id,
    ids.map(() => newId()),
    ids,
    members.map(({ rule }) => rule),
    members.map(({ clause }) => clause),
    members.map(({ reason }) => reason),
    members.map(({ due_at: dueAt }) => dueAt),
  ]);
  await tx.manager.update(
    Purge,
    { id: purge.id },
    { state: 'started', approvedBy, correlationId: purge.context.correlationId, startedAt: new Date(tx.now) },
  );
}

/** Ends a planned purge without erasing: something is missing that the data protection officer must repair. */
export async function failPurge(
  tx: WriteTransaction,
  purge: PurgeIdentity,
  { cause, blocked }: { cause: string; blocked: readonly DueRow[] },
): Promise<void> {
  const clause = blocked[0]?.clause;
  await tx.append(purgeFailed, {
    ...envelopeOf(purge, clause),
    data: {
      ...idsOf(purge),
      cause,
      ...(clause === undefined ? {} : { clause }),
      counts: countByRule(blocked),
      failedAt: formatInstant(tx.now),
    },
  });
  await tx.manager.update(
    Purge,
    { id: purge.id },
    { state: 'failed', cause, clause: clause ?? null, endedAt: new Date(tx.now) },
  );
}

/** A set of which nothing may be erased, as the plan of a purge that is bound to fail. */
export function blockedSet(blocked: readonly DueRow[]): PurgeSet {
  const ids = blocked.map(({ disclosure_id: id }) => id);
  return {
    members: [],
    hash: setHash(ids),
    counts: countByRule(blocked),
    held: 0,
    gaps: blocked.length,
    later: 0,
  };
}

function idsOf({ id, protocol }: PurgeIdentity) {
  return { purgeId: id, protocolId: protocol.protocolId, party: protocol.receiver };
}

function envelopeOf({ id, protocol, context }: PurgeIdentity, clause?: string) {
  return {
    subject: id,
    context,
    protocolId: protocol.protocolId,
    protocolVersion: protocol.version,
    ...(clause === undefined ? {} : { clause }),
  };
}
