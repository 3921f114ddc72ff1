import pg from 'pg';
import type { FactService } from '@convenant/contracts';
import { newId } from '@convenant/kernel';
import { messagingMigrations, type WriteTransaction } from '@convenant/messaging';
import { createTestDatabase } from '@convenant/testing';
import type { ArrivedEvent } from '../domain/trail-entry.js';
import { appendToTrail } from '../use-cases/append-entry.use-case.js';
import { auditMigrations } from './migrations.js';

/** A trail of a spec's own, in the role and with the grants of the running service. */
export interface TestTrail {
  pool: pg.Pool;
  /** In one transaction, as the events of one batch. */
  append(...events: ArrivedEvent[]): Promise<void>;
  close(): Promise<void>;
}

export async function openTrail(): Promise<TestTrail> {
  const migrations = [...messagingMigrations, ...auditMigrations];
  const database = await createTestDatabase({ service: 'audit', migrations });
  const pool = new pg.Pool({ connectionString: database.runtimeUrl, max: 4 });
  return {
    pool,
    append: (...events) => appendBatch(pool, events),
    close: async () => {
      await pool.end();
      await database.drop();
    },
  };
}

async function appendBatch(pool: pg.Pool, events: readonly ArrivedEvent[]): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const query = async (text: string | pg.QueryConfig, values?: unknown[]) =>
      (await client.query(text as string, values)).rows;
    for (const event of events) await appendToTrail({ query } as unknown as WriteTransaction, event);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

/** The last sequence given out, by service. */
export const sequences = new Map<string, number>();

/** The next event of a service, with invented ids. */
export function event(service: FactService, name: string, rest: Partial<ArrivedEvent> = {}): ArrivedEvent {
  const sequence = (sequences.get(service) ?? 0) + 1;
  sequences.set(service, sequence);
  const id = newId();
  return {
    id,
    source: `urn:test:${service}`,
    service,
    name,
    type: `be.convenant.${service}.v1.${name}`,
    subject: newId(),
    sequence,
    aggregateVersion: 1,
    time: Date.parse('2026-03-02T09:00:00.123Z'),
    recordedTime: Date.parse('2026-03-02T09:00:00.456Z'),
    correlationId: id,
    causationId: id,
    data: {},
    ...rest,
  };
}
