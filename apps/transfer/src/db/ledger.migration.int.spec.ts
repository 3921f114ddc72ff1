import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { createTestDatabase, type TestDatabase } from '@convenant/testing';
import { DataSource } from 'typeorm';
import { migrations } from '../migrations.js';
import { LedgerInTheDisclosure1795478401400 } from './migrations/1795478401400-ledger-in-the-disclosure.migration.js';

let database: TestDatabase;
let source: DataSource;

beforeAll(async () => {
  const before = migrations.slice(0, migrations.indexOf(LedgerInTheDisclosure1795478401400));
  database = await createTestDatabase({ service: 'transfer', migrations: before });
  source = await new DataSource({ type: 'postgres', url: database.ownerUrl }).initialize();
});
afterAll(async () => {
  await source?.destroy();
  await database?.drop();
});

const ledger = () => source.query('SELECT * FROM disclosure_item ORDER BY disclosure_id, item');

async function disclosure(verdict: 'permitted' | 'refused'): Promise<string> {
  const id = newId();
  const permitted = verdict === 'permitted';
  await source.query(
    `INSERT INTO disclosure (id, protocol_id, protocol_version, subject_ref, requester_party, requester_ref, purpose,
            recipient_party, recipient_unit, recipient_category, requires_secrecy, items, verdict, code, clause, state, route_id,
            requested_at)
     VALUES ($1, $1, 1, $1, $1, 'ref', 'purpose', $1, 'unit', 'category', true, '{name,contact}', $2, $3, '3-items', $4, 'mailbox',
             now())`,
    [id, verdict, permitted ? null : 'CONSENT_MISSING', permitted ? 'authorized' : 'refused'],
  );
  return id;
}

it('keeps every item of the ledger as it was, with its erasure and its origin', async () => {
  const [id, refused] = [await disclosure('permitted'), await disclosure('refused')];
  await source.query(
    `INSERT INTO disclosure_item (disclosure_id, item, fields, clause, generation, erased_at, source, source_version)
     VALUES ($1, 'name', '{firstName,"odd \\"name\\""}', '3-items', 1, NULL, NULL, NULL),
            ($1, 'contact', '{}', '3-items', 4, '2026-03-01T09:00:00.123456+01', 'register', '2026-02')`,
    [id],
  );
  const before = await ledger();
  expect(before).toHaveLength(2);

  const runner = source.createQueryRunner();
  await new LedgerInTheDisclosure1795478401400().up(runner);
  await runner.release();

  expect(await ledger()).toEqual(before);
  const exact = `SELECT erased_at = '2026-03-01T09:00:00.123456+01' AS exact FROM disclosure_item WHERE item = 'contact'`;
  expect(await source.query(exact)).toEqual([{ exact: true }]);
  expect(await source.query('SELECT ledger FROM disclosure WHERE id = $1', [refused])).toEqual([{ ledger: null }]);
  await expect(source.query('UPDATE disclosure SET ledger = NULL WHERE id = $1', [id])).rejects.toThrow(
    'violates check constraint',
  );
});
