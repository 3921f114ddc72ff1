import { afterAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../index.js';

class CreateNote1700000000000 implements MigrationInterface {
  name = 'CreateNote1700000000000';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE note (id int PRIMARY KEY)');
  }
  async down(): Promise<void> {}
}

describe('createTestDatabase', () => {
  const made: TestDatabase[] = [];
  const create = async () => {
    const database = await createTestDatabase({ service: 'notes', migrations: [CreateNote1700000000000] });
    made.push(database);
    return database;
  };
  afterAll(() => Promise.all(made.map((database) => database.drop())));

  it('gives each caller an empty, migrated database of its own', async () => {
    const [one, two] = await Promise.all([create(), create()]);
    await withClient(one.runtimeUrl, (client) => client.query('INSERT INTO note VALUES (1)'));
    const { rows } = await withClient(two.runtimeUrl, (client) => client.query('SELECT count(*)::int AS n FROM note'));
    expect(one.name).not.toBe(two.name);
    expect(rows).toEqual([{ n: 0 }]);
  });

  it('gives the service its restricted role, which changes no schema', async () => {
    const { runtimeUrl, ownerUrl } = await create();
    await expect(withClient(runtimeUrl, (client) => client.query('DROP TABLE note'))).rejects.toThrow(/owner/);
    await withClient(ownerUrl, (client) => client.query('DROP TABLE note'));
  });

  it('drops a database in use', async () => {
    const { runtimeUrl, drop } = await create();
    const client = new pg.Client({ connectionString: runtimeUrl });
    client.on('error', () => undefined);
    await client.connect();
    await drop();
    await expect(withClient(runtimeUrl, (other) => other.query('SELECT 1'))).rejects.toThrow(/does not exist/);
  });
});

async function withClient<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
