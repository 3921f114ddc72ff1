import { afterAll, describe, expect, it } from '@jest/globals';
import { testInstallation } from '@convenant/testing';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { openDataSource, runtimeDataSourceOptions } from './data-source.js';
import { platformMigrations } from './migrations/index.js';
import { provisionDatabase, type ProvisionedDatabase } from './provision-database.js';

class Outbox1760000000200 implements MigrationInterface {
  name = 'Outbox1760000000200';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, payload text)');
    await runner.query('CREATE TABLE entry (id serial PRIMARY KEY, text text)');
    await runner.query(`COMMENT ON TABLE entry IS 'append-only: the trail never changes'`);
  }
  async down(): Promise<void> {}
}

class Later1770000000000 implements MigrationInterface {
  name = 'Later1770000000000';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE later (id int)');
  }
  async down(): Promise<void> {}
}

const adminUrl = process.env.TEST_DATABASE_URL!;
const migrations = [...platformMigrations, Outbox1760000000200];

describe('provisionDatabase', () => {
  const installation = testInstallation();
  const provision = (extra: Partial<Parameters<typeof provisionDatabase>[0]> = {}): Promise<ProvisionedDatabase> =>
    provisionDatabase({ adminUrl, installation, service: 'register', migrations, ...extra });
  const open = (url: string, known: readonly (new () => MigrationInterface)[]) =>
    openDataSource(runtimeDataSourceOptions({ url, applicationName: 'test', entities: [] }), known);

  afterAll(() =>
    withClient(adminUrl, async (admin) => {
      await admin.query(`DROP DATABASE IF EXISTS ${installation}_register WITH (FORCE)`);
      await admin.query(`DROP ROLE IF EXISTS ${installation}_register, ${installation}_register_owner`);
    }),
  );

  it('makes database, roles and tables, also when two start at once and when it is run again', async () => {
    const passwords = { owner: 'p@ss/word:1', runtime: 'p@ss/word:2' };
    const both = await Promise.all([provision({ passwords }), provision({ passwords })]);
    const again = await provision({ passwords });
    expect(again).toEqual(both[0]);
    for (const { runtimeUrl } of [...both, again]) {
      await withClient(runtimeUrl, (client) => client.query('SELECT * FROM trusted_issuer'));
    }
  });

  it('makes random passwords that replace the earlier ones', async () => {
    const [first, second] = [await provision(), await provision()];
    expect(first.passwords.runtime).not.toBe(second.passwords.runtime);
    await withClient(second.runtimeUrl, (client) => client.query('SELECT 1'));
    await expect(withClient(first.runtimeUrl, (client) => client.query('SELECT 1'))).rejects.toThrow(/password/);
  });

  it('lets the service only read and append where nothing may change', async () => {
    const { runtimeUrl } = await provision();
    await withClient(runtimeUrl, async (client) => {
      await client.query(`INSERT INTO outbox (payload) VALUES ('fact')`);
      await client.query(`INSERT INTO entry (text) VALUES ('entry')`);
      await client.query(`INSERT INTO trusted_issuer VALUES (gen_random_uuid(), 'https://a', 'https://a/keys')`);
      await client.query('DELETE FROM trusted_issuer');
      for (const refused of [
        `UPDATE outbox SET payload = 'other'`,
        'DELETE FROM outbox',
        'TRUNCATE outbox',
        `UPDATE entry SET text = 'other'`,
        'DELETE FROM entry',
        'DELETE FROM migrations',
        'DROP TABLE trusted_issuer',
        'CREATE TABLE mine (id int)',
      ]) {
        await expect(client.query(refused)).rejects.toThrow(/permission denied|must be owner/);
      }
    });
  });

  it('keeps other roles out', async () => {
    await provision();
    const { rows } = await withClient(adminUrl, (admin) =>
      admin.query(`SELECT has_database_privilege('pg_monitor', $1, 'CONNECT') AS may`, [`${installation}_register`]),
    );
    expect(rows).toEqual([{ may: false }]);
  });

  it('gives the service a bounded pool', async () => {
    const { runtimeUrl } = await provision();
    const source = await open(runtimeUrl, migrations);
    try {
      const rows = await source.query(
        `SELECT current_setting('statement_timeout') AS statement, current_setting('transaction_timeout') AS transaction`,
      );
      expect(rows).toEqual([{ statement: '10s', transaction: '20s' }]);
    } finally {
      await source.destroy();
    }
  });

  it('refuses a database that a newer program has migrated, to provision and to run', async () => {
    const { runtimeUrl } = await provision({ migrations: [...migrations, Later1770000000000] });
    await expect(provision()).rejects.toMatchObject({ code: 'DATABASE_TOO_NEW' });
    // The refusal left the newer program its password.
    await expect(open(runtimeUrl, migrations)).rejects.toMatchObject({
      code: 'DATABASE_TOO_NEW',
      message: expect.stringContaining('Later1770000000000'),
    });
  });

  it('refuses to run before it is migrated', async () => {
    class Missing1780000000000 extends Later1770000000000 {
      override name = 'Missing1780000000000';
    }
    const known = [...migrations, Later1770000000000];
    const { runtimeUrl } = await provision({ migrations: known });
    await expect(open(runtimeUrl, [...known, Missing1780000000000])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('lacks the migration Missing1780000000000'),
    });
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
