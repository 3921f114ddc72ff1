import { createTestDatabase } from '@convenant/testing';
import { DataSource, type EntityManager } from 'typeorm';
import { registerEntities } from './db/entities.js';
import { migrations } from './index.js';
import { registerFold } from './rebase/own-event.fold.js';
import type { RegisterWorld } from './register.support.spec.js';

/** The rows of a table, in order of their id. */
export type Rows = readonly Record<string, unknown>[];

/**
 * What the events of a register make of an empty database, table by table, beside what its own database holds.
 *
 * @param columns by table: those that events carry
 */
export async function foldedBesideKept(
  world: RegisterWorld,
  columns: Readonly<Record<string, string>>,
): Promise<{ folded: Record<string, Rows>; kept: Record<string, Rows> }> {
  const database = await createTestDatabase({ service: 'register', migrations });
  const open = (url: string, entities: typeof registerEntities | []) =>
    new DataSource({ type: 'postgres', url, entities: [...entities] }).initialize();
  const [restored, original] = [
    await open(database.ownerUrl, registerEntities),
    await open(world.service.database.ownerUrl, []),
  ];
  try {
    const read = async (from: EntityManager): Promise<Record<string, Rows>> => {
      const tables: Record<string, Rows> = {};
      for (const [table, listed] of Object.entries(columns)) {
        tables[table] = await from.query(`SELECT ${listed} FROM ${table} ORDER BY id`);
      }
      return tables;
    };
    // One moment of the register: its worker may tell and keep something between two reads.
    const { events, kept } = await original.transaction('REPEATABLE READ', async (manager) => ({
      events: (await manager.query('SELECT * FROM outbox ORDER BY id')) as any[],
      kept: await read(manager),
    }));
    for (const row of events) {
      await restored.transaction(async (manager) => {
        const query = (statement: any, values?: unknown[]) =>
          typeof statement === 'string'
            ? manager.query(statement, values)
            : manager.query(statement.text, values ?? statement.values);
        const event = {
          name: String(row.type).replace(/^.*\.v1\./, ''),
          subject: row.subject,
          data: JSON.parse(String(row.data)),
          aggregateVersion: Number(row.aggregate_version),
          recordedTime: new Date(row.recorded_at).getTime(),
        };
        await registerFold.fold({ manager, query, now: Date.now() } as never, event as never);
      });
    }
    return { folded: await read(restored.manager), kept };
  } finally {
    await restored.destroy();
    await original.destroy();
    await database.drop();
  }
}
