import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';
import { migrationName } from './data-source.js';
import { assertNotNewer, assertRequirements } from './requirements.js';

export interface ProvisionOptions {
  /** A role that may create databases and roles. */
  adminUrl: string;
  installation: string;
  /** Short name: `register`, `consent`, … */
  service: string;
  migrations: readonly (new () => MigrationInterface)[];
  /** Keep these passwords; without them fresh random ones are set, which makes earlier URLs invalid for new connections. */
  passwords?: { owner: string; runtime: string };
}

export interface ProvisionedDatabase {
  /** For the service: restricted role. */
  runtimeUrl: string;
  /** For migrations: owner role. */
  ownerUrl: string;
  passwords: { owner: string; runtime: string };
}

/** Tables whose comment begins so are readable and appendable for the service, and nothing else. */
const APPEND_ONLY = 'append-only';

/**
 * Makes the database `<installation>_<service>` with its two roles, migrates it as the owner and grants the runtime role
 * what it needs: SELECT, INSERT, UPDATE, DELETE on every table; only SELECT and INSERT on `outbox` and on every table whose
 * comment begins with `append-only`; only SELECT on `migrations`.
 *
 * Idempotent: what exists is kept, the missing is added. Parallel calls for one database wait for each other (advisory lock
 * in the admin database); give both the same `passwords`, or the URLs of the last one hold. Passwords are random and given
 * back.
 * @throws DomainError DATABASE_TOO_NEW when a newer program has migrated it; UNAVAILABLE with one sentence per unmet
 * requirement of the server
 */
export async function provisionDatabase(options: ProvisionOptions): Promise<ProvisionedDatabase> {
  const database = `${options.installation}_${options.service}`;
  if (!/^[a-z][a-z0-9_]{0,55}$/.test(database)) {
    throw new RangeError(`${database} is not a database name: lower-case letters, digits and _, at most 56`);
  }
  const owner = { name: `${database}_owner`, password: options.passwords?.owner ?? randomPassword() };
  const runtime = { name: database, password: options.passwords?.runtime ?? randomPassword() };
  const ownerUrl = urlFor(options.adminUrl, database, owner);
  const runtimeUrl = urlFor(options.adminUrl, database, runtime);

  const admin = new pg.Client({ connectionString: options.adminUrl, connectionTimeoutMillis: 10_000 });
  await admin.connect();
  try {
    await assertRequirements({ query: async (text) => (await admin.query(text)).rows });
    await admin.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [`convenant.provision.${database}`]);
    await assertOldEnough(admin, options.adminUrl, database, options.migrations);
    await ensureRole(admin, owner);
    await ensureRole(admin, runtime);
    await ensureDatabase(admin, database, owner.name, runtime.name);
    await migrate(ownerUrl, options.migrations);
    await grant(ownerUrl, runtime.name);
  } finally {
    await admin.end(); // the session lock goes with it
  }
  return { runtimeUrl, ownerUrl, passwords: { owner: owner.password, runtime: runtime.password } };
}

interface RoleLogin {
  name: string;
  password: string;
}

function randomPassword(): string {
  return randomBytes(24).toString('base64url');
}

function urlFor(adminUrl: string, database: string, role: RoleLogin): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  url.username = role.name;
  url.password = encodeURIComponent(role.password);
  return url.toString();
}

/** Before anything is changed: a refusal must not take the passwords of the newer program away. */
async function assertOldEnough(
  admin: pg.Client,
  adminUrl: string,
  database: string,
  migrations: ProvisionOptions['migrations'],
): Promise<void> {
  const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [database]);
  if (rowCount === 0) return;
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  const inside = new pg.Client({ connectionString: url.toString() });
  await inside.connect();
  try {
    const connection = { query: async (text: string) => (await inside.query(text)).rows };
    await assertNotNewer(connection, migrations.map(migrationName));
  } finally {
    await inside.end();
  }
}

async function ensureRole(admin: pg.Client, role: RoleLogin): Promise<void> {
  const name = pg.escapeIdentifier(role.name);
  const { rowCount } = await admin.query('SELECT FROM pg_roles WHERE rolname = $1', [role.name]);
  if (rowCount === 0) await admin.query(`CREATE ROLE ${name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE`);
  await admin.query(`ALTER ROLE ${name} PASSWORD ${pg.escapeLiteral(role.password)}`);
}

async function ensureDatabase(admin: pg.Client, database: string, owner: string, runtime: string): Promise<void> {
  const name = pg.escapeIdentifier(database);
  const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [database]);
  if (rowCount === 0) {
    // An admin that is no superuser may hand a database over only to a role it is a member of.
    const { rows } = await admin.query('SELECT rolsuper FROM pg_roles WHERE rolname = current_user');
    if (!rows[0].rolsuper) await admin.query(`GRANT ${pg.escapeIdentifier(owner)} TO CURRENT_USER`);
    await admin.query(`CREATE DATABASE ${name} OWNER ${pg.escapeIdentifier(owner)} ENCODING 'UTF8' TEMPLATE template0`);
  }
  await admin.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
  await admin.query(`GRANT CONNECT ON DATABASE ${name} TO ${pg.escapeIdentifier(runtime)}`);
}

async function migrate(ownerUrl: string, migrations: readonly (new () => MigrationInterface)[]): Promise<void> {
  const source = await new DataSource({
    type: 'postgres',
    url: ownerUrl,
    migrations: [...migrations],
    migrationsTableName: 'migrations',
    synchronize: false,
    logging: false,
    poolSize: 1,
  }).initialize();
  try {
    await source.runMigrations({ transaction: 'each' });
  } finally {
    await source.destroy();
  }
}

/** One transaction, so the running service never sees a moment without its rights. */
async function grant(ownerUrl: string, runtimeRole: string): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  const role = pg.escapeIdentifier(runtimeRole);
  try {
    await owner.query('BEGIN');
    await owner.query(`GRANT USAGE ON SCHEMA public TO ${role}`);
    await owner.query(`GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ${role}`);
    const { rows } = await owner.query<{ name: string; comment: string | null }>(
      `SELECT c.relname AS name, obj_description(c.oid, 'pg_class') AS comment
         FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')`,
    );
    for (const table of rows) {
      const name = pg.escapeIdentifier(table.name);
      await owner.query(`REVOKE ALL ON ${name} FROM ${role}`);
      await owner.query(`GRANT ${rightsOn(table)} ON ${name} TO ${role}`);
    }
    await owner.query('COMMIT');
  } finally {
    await owner.end();
  }
}

function rightsOn(table: { name: string; comment: string | null }): string {
  if (table.name === 'migrations') return 'SELECT';
  if (table.name === 'outbox' || table.comment?.startsWith(APPEND_ONLY)) return 'SELECT, INSERT';
  return 'SELECT, INSERT, UPDATE, DELETE';
}
