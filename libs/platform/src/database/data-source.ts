import type pg from 'pg';
import { DataSource, type DataSourceOptions, type EntitySchema, type MigrationInterface } from 'typeorm';
import { assertRequirements, assertSchema } from './requirements.js';

/** A class with TypeORM decorators or an `EntitySchema`. */
export type EntityClass = (new (...parameters: never[]) => object) | EntitySchema;

// Milliseconds. A writer that hangs would stall every relay (its snapshot holds back `pg_snapshot_xmin`) and every barrier
// (its virtual transaction id is waited for), so the server itself ends it.
const STATEMENT_TIMEOUT = 10_000;
const TRANSACTION_TIMEOUT = 20_000;

/**
 * Options of the pool of one service in its restricted runtime role: at most 6 connections, bounded statements and
 * transactions, never `synchronize`, never migrations (those run as the owner in `provisionDatabase`).
 */
export function runtimeDataSourceOptions(options: {
  url: string;
  applicationName: string;
  entities: EntityClass[];
}): DataSourceOptions {
  return {
    type: 'postgres',
    url: options.url,
    entities: options.entities as never,
    synchronize: false,
    migrationsRun: false,
    logging: false,
    poolSize: 6,
    applicationName: options.applicationName,
    extra: {
      max: 6,
      // Statements that do not wait for each other's answers go out together.
      pipeline: true,
      connectionTimeoutMillis: 5_000,
      statement_timeout: STATEMENT_TIMEOUT,
      idle_in_transaction_session_timeout: TRANSACTION_TIMEOUT,
      options: `-c transaction_timeout=${TRANSACTION_TIMEOUT}`,
    },
  };
}

/**
 * Opens the pool and refuses a server or a schema that does not fit this program.
 * @throws DomainError DATABASE_TOO_NEW, UNAVAILABLE
 */
export async function openDataSource(
  options: DataSourceOptions,
  migrations: readonly (new () => MigrationInterface)[],
): Promise<DataSource> {
  const source = await new DataSource(options).initialize();
  hearConnectionErrors(source);
  try {
    await assertRequirements(source);
    await assertSchema(source, migrations.map(migrationName));
  } catch (error) {
    await source.destroy();
    throw error;
  }
  return source;
}

/**
 * Lets no lost connection end the process. Whoever holds it learns of it from the statement that fails.
 *
 * Without it: t0 the last answer of a connection and the server's FATAL come in one packet; t1 the answer gives the connection
 * back, the pool hands it to the next who waits and stops listening to it; t2 the FATAL is an `error` event that nobody hears,
 * since TypeORM begins to listen only after the packet.
 */
function hearConnectionErrors(source: DataSource): void {
  const heard = new WeakSet<pg.PoolClient>();
  const pool = (source.driver as unknown as { master: pg.Pool }).master;
  pool.on('acquire', (client) => {
    if (heard.has(client)) return;
    heard.add(client);
    client.on('error', () => undefined);
  });
}

/** The name TypeORM records for a migration. */
export function migrationName(migration: new () => MigrationInterface): string {
  return new migration().name ?? migration.name;
}
