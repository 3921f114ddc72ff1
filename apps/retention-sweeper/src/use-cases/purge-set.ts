import { createHash } from 'node:crypto';
import type { PurgeView } from '@convenant/contracts';
import type { WriteTransaction } from '@convenant/messaging';
import { countDue, readDueSet, takeDueSet, type DueRow } from '../db/purge.statements.js';

/**
 * Most disclosures of one purge. Beginning one is a single transaction, which must stay far below the limit of a transaction;
 * what is left falls to the next run, at once.
 */
export const MAX_PURGE_SIZE = 5_000;

/** What may be erased now under one protocol, and what may not yet. */
export interface PurgeSet {
  readonly members: readonly DueRow[];
  readonly hash: string;
  readonly counts: PurgeView['counts'];
  readonly held: number;
  readonly gaps: number;
  /** Erasable too, but beyond the size of one purge. */
  readonly later: number;
}

/** The set as it is now. With `take` it stays so until the transaction ends. */
export async function readPurgeSet(
  tx: WriteTransaction,
  protocolId: string,
  { take }: { take: boolean },
): Promise<PurgeSet> {
  const members = await tx.query<DueRow>(take ? takeDueSet : readDueSet, [protocolId, MAX_PURGE_SIZE]);
  const [due] = await tx.query<{ held: number; gaps: number; erasable: number }>(countDue, [protocolId]);
  const { held, gaps, erasable } = due!;
  return {
    members,
    hash: setHash(members.map(({ disclosure_id: id }) => id)),
    counts: countByRule(members),
    held,
    gaps,
    later: Math.max(0, erasable - members.length),
  };
}

/** SHA-256, lower-case hex, over the ids in sorted order, each followed by a line feed. */
export function setHash(ids: readonly string[]): string {
  const hash = createHash('sha256');
  for (const id of [...ids].sort()) hash.update(`${id}\n`);
  return hash.digest('hex');
}

/** How many are due by rule and reason, in a fixed order. */
export function countByRule(members: readonly Pick<DueRow, 'rule' | 'clause' | 'reason'>[]): PurgeView['counts'] {
  const counts = new Map<string, PurgeView['counts'][number]>();
  for (const { rule, clause, reason } of members) {
    const key = JSON.stringify([rule, reason]);
    const found = counts.get(key) ?? { rule, clause, reason, count: 0 };
    counts.set(key, { ...found, count: found.count + 1 });
  }
  return [...counts.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count);
}
