import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import pg from 'pg';
import { safeError } from '@convenant/platform';
import { headPosition } from './visibility.statements.js';

/** DI token of the database URL of the runtime role, for connections beside the pool. */
export const TRAIL_DATABASE_URL = Symbol('TRAIL_DATABASE_URL');

// Milliseconds. A commit notifies; polling finds what a lost notification left.
const POLL = 1_000;
const AFTER_FAILURE = 1_000;

/**
 * Wakes whoever waits for the trail to grow, whichever process wrote: one connection that listens, however many wait. While
 * the database is away nobody is woken; when it is back everybody is, since something may have come meanwhile.
 */
@Injectable()
export class TrailSignal implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('trail');
  private readonly waiting = new Set<() => void>();
  private client: pg.Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private head = '';
  private growth = 0;
  private stopping = false;

  constructor(@Inject(TRAIL_DATABASE_URL) private readonly url: string) {}

  onApplicationBootstrap(): void {
    void this.connect();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    this.grown();
    await this.client?.end().catch(() => undefined);
  }

  /** How often the trail is known to have grown. Look at it, then read, then {@link wait} for more than it. */
  get seen(): number {
    return this.growth;
  }

  /** Resolves at once when the trail has grown since `seen`; else when it grows, on abort or after `milliseconds`. */
  async wait(seen: number, milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (this.growth !== seen || this.stopping || signal?.aborted) return;
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.waiting.delete(end);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      this.waiting.add(end);
      signal?.addEventListener('abort', end);
    });
  }

  private grown(): void {
    this.growth += 1;
    for (const end of [...this.waiting]) end();
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.url,
      connectionTimeoutMillis: 5_000,
      query_timeout: 10_000,
      keepAlive: true,
    });
    this.client = client;
    try {
      // Without a listener a broken idle connection would end the process; the next look at the head reports it.
      client.on('error', () => undefined);
      client.on('notification', () => this.grown());
      await client.connect();
      await client.query('LISTEN trail_grown');
      this.grown();
      await this.look(client);
    } catch (error) {
      await this.again(client, error);
    }
  }

  private async look(client: pg.Client): Promise<void> {
    const { rows } = await client.query<{ position: string }>(headPosition);
    const head = rows[0]!.position;
    if (head !== this.head) this.grown();
    this.head = head;
    this.later(POLL, () => this.look(client).catch((error: unknown) => this.again(client, error)));
  }

  private async again(client: pg.Client, error: unknown): Promise<void> {
    if (this.stopping) return;
    this.log.warn(`Listens again in ${AFTER_FAILURE} ms: ${JSON.stringify(safeError(error))}`);
    await client.end().catch(() => undefined);
    this.later(AFTER_FAILURE, () => this.connect());
  }

  private later(milliseconds: number, work: () => Promise<void>): void {
    if (!this.stopping) this.timer = setTimeout(() => void work(), milliseconds);
  }
}
