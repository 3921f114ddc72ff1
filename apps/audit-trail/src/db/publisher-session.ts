import pg from 'pg';
import type { ReadingCursor } from '../domain/reading-cursor.js';
import type { EntryRow } from './entry-row.js';
import { readPage } from './visibility.statements.js';

const statements = {
  /** One publisher, however many processes: a session lock, gone with the session. */
  lead: {
    name: 'publisher-lead',
    text: `SELECT pg_try_advisory_lock(hashtextextended('audit-topics', 0)) AS leads`,
  },
  /** Parties that may see more than is on their topic, by the index of the reading order. */
  behind: {
    name: 'publisher-behind',
    text: `SELECT t.party, t.since, t.position FROM audit_topic t
            WHERE EXISTS (SELECT FROM trail_sight s
                           WHERE s.reader = t.party::text AND (s.since, s.position) > (t.since, t.position))
            ORDER BY t.party`,
  },
  /** Forward only: a publisher that wakes up late must not take back what a later one has sent. */
  move: {
    name: 'publisher-move',
    text: `UPDATE audit_topic SET since = $2, position = $3
            WHERE party = $1 AND (since, position) < ($2::bigint, $3::bigint)`,
  },
};

/** A party and the last entry that is surely on its topic. */
export interface TopicCursor {
  party: string;
  cursor: ReadingCursor;
}

/** The publisher's own connection, outside the pool: its session lock is the leadership, so both end together. */
export class PublisherSession {
  private failure: Error | undefined;

  private constructor(private readonly client: pg.Client) {}

  static async open(url: string): Promise<PublisherSession> {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 5_000,
      statement_timeout: 10_000,
      query_timeout: 15_000,
      keepAlive: true,
    });
    const session = new PublisherSession(client);
    // Without a listener a broken idle connection would end the process; the next statement reports it.
    client.on('error', (error) => (session.failure = error));
    await client.connect();
    return session;
  }

  /** Becomes the publisher unless another session is. */
  async tryToLead(): Promise<boolean> {
    const [row] = await this.query<{ leads: boolean }>(statements.lead, []);
    return row!.leads;
  }

  async behind(): Promise<TopicCursor[]> {
    const rows = await this.query<{ party: string; since: string; position: string }>(statements.behind, []);
    return rows.map(({ party, since, position }) => ({
      party,
      cursor: { since: Number(since), position: Number(position) },
    }));
  }

  /** What comes next on the topic of a party: at most `limit` rows and, after the first, `bytes` of data. */
  page({ party, cursor }: TopicCursor, limit: number, bytes: number): Promise<EntryRow[]> {
    const noFilters = [null, null, null, null];
    return this.query<EntryRow>(readPage, [party, cursor.since, cursor.position, limit, bytes, ...noFilters]);
  }

  async move({ party, cursor }: TopicCursor): Promise<void> {
    await this.query(statements.move, [party, cursor.since, cursor.position]);
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }

  private async query<R>(statement: { name: string; text: string }, values: unknown[]): Promise<R[]> {
    if (this.failure) throw this.failure;
    const { rows } = await this.client.query({ ...statement, values });
    return rows as R[];
  }
}
