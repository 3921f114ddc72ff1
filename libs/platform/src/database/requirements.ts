import { DomainError } from '@convenant/kernel';

/** Anything that runs one SQL statement: a TypeORM data source, query runner or pg client wrapped. */
export interface Queryable {
  query(text: string, values?: unknown[]): Promise<unknown>;
}

interface ServerFacts {
  version: number;
  shown: string;
  recovery: boolean;
  synchronous_commit: string;
  max_locks_per_transaction: number;
  max_prepared_transactions: number;
}

/**
 * What the server must offer, each unmet point as one sentence that names the remedy. Empty when all is well.
 *
 * Why: the relay reads `pg_snapshot_xmin` and relies on `transaction_timeout` (17); an acknowledged command must survive a
 * crash (`synchronous_commit`); an append may lock 500 aggregates (`max_locks_per_transaction`); a prepared transaction or
 * a standby would let a barrier miss an open writer.
 */
export async function unmetRequirements(connection: Queryable): Promise<string[]> {
  const [facts] = (await connection.query(`
    SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS shown,
           pg_is_in_recovery() AS recovery, current_setting('synchronous_commit') AS synchronous_commit,
           current_setting('max_locks_per_transaction')::int AS max_locks_per_transaction,
           current_setting('max_prepared_transactions')::int AS max_prepared_transactions`)) as [ServerFacts];
  const unmet: string[] = [];
  if (facts.version < 170000) {
    unmet.push(`PostgreSQL 17 or newer is needed, but the server is ${facts.shown}: upgrade it.`);
  }
  if (facts.recovery) unmet.push('The server is a standby: point DATABASE_URL at the primary.');
  if (facts.synchronous_commit === 'off') {
    unmet.push('synchronous_commit is off, so an acknowledged command could be lost: set it to on.');
  }
  if (facts.max_locks_per_transaction < 256) {
    unmet.push(
      `max_locks_per_transaction is ${facts.max_locks_per_transaction}: set it to 256 or more and restart the server.`,
    );
  }
  if (facts.max_prepared_transactions > 0) {
    unmet.push(
      'max_prepared_transactions is above 0, which barriers do not allow: set it to 0 and restart the server.',
    );
  }
  return unmet;
}

/** Refuses a server that does not meet the requirements, with all sentences in one message. */
export async function assertRequirements(connection: Queryable): Promise<void> {
  const unmet = await unmetRequirements(connection);
  if (unmet.length > 0) throw new DomainError('UNAVAILABLE', unmet.join(' '));
}

/** Names of migrations in the database that this program does not know, oldest first. */
export async function unknownMigrations(connection: Queryable, known: readonly string[]): Promise<string[]> {
  const [exists] = (await connection.query(`SELECT to_regclass('migrations') IS NOT NULL AS there`)) as [
    { there: boolean },
  ];
  if (!exists.there) return [];
  const rows = (await connection.query('SELECT name FROM migrations ORDER BY id')) as { name: string }[];
  return rows.map((row) => row.name).filter((name) => !known.includes(name));
}

/**
 * Refuses a database that a newer program has migrated, and one that still lacks migrations of this program.
 * @throws DomainError DATABASE_TOO_NEW, UNAVAILABLE (migrations are missing: provision first)
 */
export async function assertSchema(connection: Queryable, known: readonly string[]): Promise<void> {
  await assertNotNewer(connection, known);
  const rows = (await connection.query(
    `SELECT name FROM unnest($1::text[]) AS name WHERE name NOT IN (SELECT name FROM migrations)`,
    [known],
  )) as { name: string }[];
  if (rows.length > 0) {
    throw new DomainError('UNAVAILABLE', `The database lacks the migration ${rows[0]!.name}: provision it first.`);
  }
}

/** @throws DomainError DATABASE_TOO_NEW */
export async function assertNotNewer(connection: Queryable, known: readonly string[]): Promise<void> {
  const unknown = await unknownMigrations(connection, known);
  if (unknown.length > 0) {
    throw new DomainError(
      'DATABASE_TOO_NEW',
      `The database has the migration ${unknown.at(-1)}, which this program does not know: start the newer program.`,
    );
  }
}
