import pg from 'pg';

/**
 * The right to do something in one process of a service at a time: a session lock in its database on a connection of its own,
 * so that it ends with the process. The connection is idle outside statements and holds no snapshot.
 *
 * Two leaders for a moment (one whose connection broke unnoticed) must do no harm: what each step takes, it takes under locks.
 */
export class Leadership {
  private client: pg.Client | undefined;
  private broken = false;

  /** @param task names the right, for example `retention.sweeper` */
  constructor(
    private readonly url: string,
    private readonly task: string,
  ) {}

  /** True while this process leads; becomes the leader when nobody is. */
  async held(): Promise<boolean> {
    if (this.client && !this.broken) {
      await this.client.query('SELECT 1');
      return true;
    }
    await this.release();
    const client = new pg.Client({
      connectionString: this.url,
      application_name: this.task,
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
      keepAlive: true,
    });
    this.broken = false;
    client.on('error', () => (this.broken = true));
    await client.connect();
    const { rows } = await client.query<{ leads: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS leads',
      [this.task],
    );
    if (rows[0]!.leads) {
      this.client = client;
      return true;
    }
    await client.end();
    return false;
  }

  async release(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }
}
