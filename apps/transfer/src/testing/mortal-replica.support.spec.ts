import { AsyncLocalStorage } from 'node:async_hooks';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Outbox, type WriteTransaction } from '@convenant/messaging';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { Database } from '../db/database.js';
import { ApplyBarriers } from '../use-cases/apply-barriers.use-case.js';
import { DeliverDisclosure } from '../use-cases/deliver-disclosure.use-case.js';

/** Every await of a barrier at which the replica that works it off may end, in order. */
export const barrierSteps = [
  'when its cause is committed, before anybody took it',
  'when it has taken it',
  'when it has listed the open transactions',
  'while it waits for them',
  'while it waits for deliveries under way',
  'when nothing is under way any more',
  'before the commit of barrier.applied',
  'after the commit of barrier.applied',
] as const;
export type BarrierStep = (typeof barrierSteps)[number];

const [UNTAKEN, TAKEN, LISTED, TRANSACTIONS, DELIVERIES, STOPPED, BEFORE_COMMIT, AFTER_COMMIT] = barrierSteps;

interface Victim {
  readonly step: BarrierStep;
  /** Consent or protocol of the barrier. */
  readonly subject: string;
  readonly died: (replica: MortalReplica) => void;
}

/**
 * A replica that can be ended at one await of a barrier: its database connections break there and it gets no other. Nothing
 * else of it is stopped, so a delivery under way goes on sending, as that of a process that only lost its network would.
 */
export class MortalReplica {
  dead = false;
  private victim: Victim | undefined;
  /** Set within a pass over the victim's barrier. */
  private readonly pass = new AsyncLocalStorage<{ barrierId: string }>();
  private readonly source: DataSource;

  constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
  ) {
    this.source = app.get(DataSource);
    this.watchStatements(app.get(Database));
    this.watchTransactions(app.get(Outbox));
    const barriers = app.get(ApplyBarriers);
    const workOff = barriers.workOff.bind(barriers);
    barriers.workOff = (claimed) => {
      const barrier = claimed.find(({ subject }) => subject === this.victim?.subject);
      return barrier ? this.pass.run({ barrierId: barrier.barrier_id }, () => workOff(claimed)) : workOff(claimed);
    };
  }

  /** The name under which its delivery attempts are. */
  get deliversAs(): string {
    return (this.app.get(DeliverDisclosure) as unknown as { owner: string }).owner;
  }

  /** Ends when it comes to that step of that barrier, if it does. */
  arm(victim: Victim | undefined): void {
    this.victim = victim;
  }

  die(): void {
    if (this.dead) return;
    this.dead = true;
    const pool = (this.source.driver as unknown as { master: pg.Pool }).master;
    const error = new Error('This replica is dead');
    pool.connect = ((callback?: (error: Error) => void) =>
      callback ? void process.nextTick(callback, error) : Promise.reject(error)) as typeof pool.connect;
    const { _clients } = pool as unknown as { _clients: { connection: { stream: { destroy(): void } } }[] };
    for (const { connection } of [..._clients]) connection.stream.destroy();
    this.victim?.died(this);
  }

  private watchStatements(database: Database): void {
    const query = database.query.bind(database);
    database.query = async <R>(statement: Parameters<Database['query']>[0]): Promise<R[]> => {
      const { name } = statement;
      if (name === 'claim_barriers' && this.victim?.step === UNTAKEN) {
        if (await this.isCommitted()) this.end(UNTAKEN);
        // Between the look and the claim it could be committed, and be taken after all.
        return [];
      }
      const rows = await query<R>(statement);
      if (name === 'claim_barriers') {
        const took = (rows as { subject?: string }[]).some(({ subject }) => subject === this.victim?.subject);
        if (took) this.end(TAKEN);
      }
      if (!this.pass.getStore()) return rows;
      if (name === 'list_open_transactions') this.end(LISTED);
      if (name === 'still_open_transactions') this.end(TRANSACTIONS);
      if (name === 'select_open_attempts_under' && rows.length > 0) this.end(DELIVERIES);
      return rows;
    };
  }

  private watchTransactions(outbox: Outbox): void {
    const transaction = outbox.transaction.bind(outbox);
    outbox.transaction = async <T>(aggregates: readonly string[], work: (tx: WriteTransaction) => Promise<T>) => {
      const pass = this.pass.getStore();
      if (pass && aggregates.includes(pass.barrierId)) this.end(STOPPED);
      let applies = false;
      const result = await transaction(aggregates, async (tx) => {
        const query = tx.query.bind(tx);
        tx.query = async <R>(...statement: Parameters<WriteTransaction['query']>): Promise<R[]> => {
          const rows = await query<R>(...statement);
          const [what] = statement;
          applies ||= typeof what !== 'string' && what.name === 'delete_barriers';
          return rows;
        };
        const done = await work(tx);
        if (applies && pass) this.end(BEFORE_COMMIT);
        return done;
      });
      if (applies && pass) this.end(AFTER_COMMIT);
      return result;
    };
  }

  private async isCommitted(): Promise<boolean> {
    const rows = await this.source.query('SELECT FROM pending_barrier WHERE subject = $1 AND owner IS NULL', [
      this.victim!.subject,
    ]);
    return rows.length > 0;
  }

  private end(step: BarrierStep): void {
    if (this.victim?.step !== step) return;
    this.die();
    throw new Error('This replica is dead');
  }
}
