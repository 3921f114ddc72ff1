import { createHash, randomBytes } from 'node:crypto';
import { provisionDatabase } from '@convenant/platform';
import pg from 'pg';
import type { MigrationInterface } from 'typeorm';
import { required } from './installation.js';

/** A migration class of TypeORM. */
export type Migration = new () => MigrationInterface;

/** `migrations` as the service ships them; `grants`: statements run by the owner on the template, after them. */
export interface TestDatabaseOptions {
  service: string;
  migrations: readonly Migration[];
  grants?: readonly string[];
}

export interface TestDatabase {
  name: string;
  /** The service's restricted role. */
  runtimeUrl: string;
  /** The role that owns the schema: for looking at and planting rows the runtime role may not. */
  ownerUrl: string;
  /** Ends its sessions and drops it. */
  drop(): Promise<void>;
}

/**
 * A migrated, empty database of a spec's own, with the roles and grants of production. It is a copy of a template made
 * once per set of migrations, so it takes some 50 ms. Roles are shared between copies of one template.
 */
export async function createTestDatabase(options: TestDatabaseOptions): Promise<TestDatabase> {
  const adminUrl = required('TEST_DATABASE_URL');
  const template = await migratedTemplate(adminUrl, options);
  const name = `test_${randomBytes(6).toString('hex')}`;
  const owner = `${template.name}_owner`;
  await asAdmin(adminUrl, async (admin) => {
    await admin.query(
      `CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE ${pg.escapeIdentifier(template.name)} OWNER ${pg.escapeIdentifier(owner)}`,
    );
  });
  return {
    name,
    runtimeUrl: withDatabase(template.runtimeUrl, name),
    ownerUrl: withDatabase(template.ownerUrl, name),
    drop: () =>
      asAdmin(adminUrl, async (admin) => {
        await admin.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
      }),
  };
}

interface Template {
  name: string;
  runtimeUrl: string;
  ownerUrl: string;
}

/** The template for these migrations, made by whichever spec comes first while the others wait. */
async function migratedTemplate(adminUrl: string, options: TestDatabaseOptions): Promise<Template> {
  const { service, migrations, grants = [] } = options;
  const content = JSON.stringify([migrations.map((migration) => [migration.name, String(migration)]), grants]);
  const installation = `tpl${createHash('sha256').update(content).digest('hex').slice(0, 12)}`;
  const name = `${installation}_${service}`;
  // Known to every process that sees the same servers, and to nobody else.
  const password = createHash('sha256')
    .update(`${name} ${new URL(adminUrl).password}`)
    .digest('hex');
  await asAdmin(adminUrl, async (admin) => {
    await admin.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [name]);
    const { rows } = await admin.query(
      `SELECT shobj_description(oid, 'pg_database') = 'complete' AS complete FROM pg_database WHERE datname = $1`,
      [name],
    );
    if (rows[0]?.complete) return;
    await removeTemplate(admin, name);
    const passwords = { owner: password, runtime: password };
    const { ownerUrl } = await provisionDatabase({ adminUrl, installation, service, migrations, passwords });
    if (grants.length > 0) await asAdmin(ownerUrl, (owner) => inOrder(owner, grants));
    await admin.query(`COMMENT ON DATABASE ${pg.escapeIdentifier(name)} IS 'complete'`);
  });
  const url = (role: string) => {
    const made = new URL(adminUrl);
    made.username = role;
    made.password = password;
    made.pathname = `/${name}`;
    return made.href;
  };
  return { name, runtimeUrl: url(name), ownerUrl: url(`${name}_owner`) };
}

/** What a killed run left half made. */
async function removeTemplate(admin: pg.Client, name: string): Promise<void> {
  await admin.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
  for (const role of [name, `${name}_owner`]) await admin.query(`DROP ROLE IF EXISTS ${pg.escapeIdentifier(role)}`);
}

async function inOrder(client: pg.Client, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await client.query(statement);
}

async function asAdmin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const made = new URL(url);
  made.pathname = `/${name}`;
  return made.href;
}
