import pg from 'pg';
import type { DataSource } from 'typeorm';
import { OUTBOX_CHANNEL } from '../db/outbox.statements.js';
import { copyPage, relayStatements, type CursorRow, type PagePlace } from '../db/relay.statements.js';
import { CopyOut } from './copy-out.js';
import { OutboxPage } from './outbox-page.js';
import { COLUMNS } from './outbox-row.js';

/** Where the relay stands: the last row that is surely on the topic, and its position. */
export interface Cursor extends PagePlace {
  epoch: string;
  sequence: number;
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
  private readonly pages = [new OutboxPage(), new OutboxPage()];

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
    const [row] = await this.query<{ leads: boolean }>(relayStatements.lead);
    return row!.leads;
  }

  async takeEpoch(): Promise<Cursor> {
    const [row] = await this.query<CursorRow>(relayStatements.takeEpoch);
    if (!row) throw new Error('The table relay_cursor has no row: the database is not migrated');
    return { epoch: row.epoch, era: row.era, xid: row.xid, outboxId: row.outbox_id, sequence: Number(row.sequence) };
  }

  /** Calls back on every commit with events, of any process. */
  async listen(onCommit: () => void): Promise<void> {
    this.client.on('notification', onCommit);
    await this.client.query(`LISTEN ${OUTBOX_CHANNEL}`);
  }

  /**
   * Settled rows behind the cursor, up to `limit` and what a page holds. Valid until the page after the next one is read: one
   * may be read while the one before it is sent.
   */
  async readPage(cursor: PagePlace, limit: number): Promise<OutboxPage> {
    this.pages.reverse();
    const page = this.pages[0]!.reset();
    this.assertConnected();
    await CopyOut.run(this.client, copyPage(cursor, limit), COLUMNS, (row, from) => page.add(row, from));
    page.full ||= page.size === limit;
    page.more ||= page.full;
    return page;
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

  private async query<R>(statement: { name: string; text: string }): Promise<R[]> {
    this.assertConnected();
    const { rows } = await this.client.query(statement);
    return rows as R[];
  }

  private assertConnected(): void {
    if (this.failure) throw this.failure;
  }
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
