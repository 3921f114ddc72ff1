import type { EntityManager } from 'typeorm';
import { newId } from '@convenant/kernel';
import type { CallerIdentity } from '@convenant/platform';
import * as statements from './trail.statements.js';

/** One reading of the trail. */
export interface Reading {
  /** Epoch milliseconds. */
  readAt: number;
  caller: Pick<CallerIdentity, 'userRef' | 'party' | 'roles'>;
  what: 'entries' | 'completeness' | 'stream' | 'account' | 'readings';
  /** In reading order: behind all that this arrival made visible, through all of the other one. */
  after?: number;
  through?: number | undefined;
  shown: number;
  filters: Record<string, string | undefined>;
}

/** Records that somebody reads the trail: who (by reference), when, which interval, by which filters. */
export async function recordRead(manager: EntityManager, reading: Reading): Promise<void> {
  const { caller } = reading;
  await manager.query(statements.recordRead.text, [
    newId(),
    reading.readAt,
    caller.userRef,
    caller.party,
    caller.roles,
    reading.what,
    reading.after,
    reading.through,
    reading.shown,
    JSON.stringify(reading.filters),
  ]);
}
