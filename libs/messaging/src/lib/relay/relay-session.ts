import pg from 'pg';
import type { DataSource } from 'typeorm';
import { OUTBOX_CHANNEL } from '../db/outbox.statements.js';
import { relayStatements, type CursorRow, type OutboxRow } from '../db/relay.statements.js';

/** Where the relay stands: the last row that is surely on the topic, and its position. */
export interface Cursor {
  epoch: string;
  era: number;
  xid: string;
  outboxId: string;
  sequence: number;
}

export interface Page {
  /** Settled rows behind the cursor, in order. */
  rows: OutboxRow[];
  /** There is more to come soon: rows not settled yet, or beyond this page. */
  more: boolean;
}

/** Another relay has taken the epoch: this one must stop at once. */
export class EpochLost extends Error {
  constructor() {
    super('Another relay leads now');
    this.name = 'EpochLost';
  }
}

/**
 * The relay's own connection, outside the pool: its session lock is the leadership, so both end together. Every statement is
 * a transaction of its own, so a relay never holds back the xmin that it waits for.
 */
export class RelaySession {
  private failure: Error | undefined;

  private constructor(private readonly client: pg.Client) {}

  static async open(dataSource: DataSource, applicationName: string): Promise<RelaySession> {
    const client = new pg.Client({ ...connectionOf(dataSource), application_name: applicationName, keepAlive: true });
    const session = new RelaySession(client);
    // Without a listener a broken idle connection would end the process; the next statement reports it.
    client.on('error', (error) => (session.failure = error));
    await client.connect();
    return session;
  }

  /** Becomes the leader unless another session is. */
  async tryToLead(): Promise<boolean> {
    const [row] = await this.query<{ leads: boolean }>(relayStatements.lead, []);
    return row!.leads;
  }

  async takeEpoch(): Promise<Cursor> {
    const [row] = await this.query<CursorRow>(relayStatements.takeEpoch, []);
    if (!row) throw new Error('The table relay_cursor has no row: the database is not migrated');
    return { epoch: row.epoch, era: row.era, xid: row.xid, outboxId: row.outbox_id, sequence: Number(row.sequence) };
  }

  /** Calls back on every commit with events, of any process. */
  async listen(onCommit: () => void): Promise<void> {
    this.client.on('notification', onCommit);
    await this.client.query(`LISTEN ${OUTBOX_CHANNEL}`);
  }

  async readPage(cursor: Cursor, limit: number): Promise<Page> {
    const rows = await this.query<OutboxRow>({ ...relayStatements.page, types: wireForms }, [
      cursor.era,
      cursor.xid,
      cursor.outboxId,
      limit,
    ]);
    const unsettled = rows.findIndex((row) => !row.settled);
    return { rows: unsettled < 0 ? rows : rows.slice(0, unsettled), more: unsettled >= 0 || rows.length === limit };
  }

  /** @throws EpochLost when another relay has taken over since */
  async moveCursor(cursor: Cursor): Promise<void> {
    const { epoch, era, xid, outboxId, sequence } = cursor;
    const moved = await this.client.query({ ...relayStatements.move, values: [epoch, era, xid, outboxId, sequence] });
    if (moved.rowCount === 0) throw new EpochLost();
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }

  private async query<R>(
    statement: { name: string; text: string; types?: pg.CustomTypesConfig },
    values: unknown[],
  ): Promise<R[]> {
    if (this.failure) throw this.failure;
    const { rows } = await this.client.query({ ...statement, values });
    return rows as R[];
  }
}

const TIMESTAMPTZ = 1184;
const wireForms: pg.CustomTypesConfig = {
  getTypeParser: ((type: number, format?: 'text') =>
    type === TIMESTAMPTZ ? instantOf : (pg.types.getTypeParser(type, format) as unknown)) as never,
};

const UTC_TEXT = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/;

/** RFC 3339 with milliseconds, of an instant as a UTC session gets it. The way over a `Date` costs five times as much. */
function instantOf(text: string): string {
  const parts = UTC_TEXT.exec(text);
  if (!parts) return new Date(text).toISOString();
  return `${parts[1]}T${parts[2]}.${(parts[3] ?? '').slice(0, 3).padEnd(3, '0')}Z`;
}

/** Where the pool of the service connects to, with its limits. */
function connectionOf(dataSource: DataSource): pg.ClientConfig {
  const { url, host, port, username, password, database, extra } = dataSource.options as {
    url?: string;
    host?: string;
    port?: number;
    username?: string;
    password?: string;
    database?: string;
    extra?: { connectionTimeoutMillis?: number; statement_timeout?: number };
  };
  return {
    ...(url ? { connectionString: url } : { host, port, user: username, password, database }),
    connectionTimeoutMillis: extra?.connectionTimeoutMillis ?? 5_000,
    statement_timeout: extra?.statement_timeout ?? 10_000,
    query_timeout: 15_000,
    options: '-c TimeZone=UTC',
  };
}
