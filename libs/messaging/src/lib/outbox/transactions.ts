import { factServices } from '@convenant/contracts';
import { isUuid, type Clock } from '@convenant/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { outboxStatements } from '../db/outbox.statements.js';
import { closedError, RELAYS, whyClosed, type StateRow } from '../opening/closed.js';
import { CLOCK, MESSAGING_SETTINGS, type MessagingService, type MessagingSettings } from '../settings.js';
import { LockedTransaction } from './locked-transaction.js';
import { RelaySignal } from './relay-signal.js';
import { inOneGo, queryOf } from './statements.js';
import type { Reads, WriteTransaction } from './write-transaction.js';

/** Locks beyond this would exhaust the server's lock table when many such transactions meet. */
export const MAX_AGGREGATES = 500;

export interface Locks {
  /** Own aggregates, existing or to be created; also those of others whose messages are handled. */
  aggregates: readonly string[];
  /** Further names to lock in the same statement. */
  names?: readonly string[];
  /** Longest wait for any one lock, milliseconds of real time; default: as long as the transaction may last. */
  timeoutMs?: number;
  /** Takes what is free at this moment and waits for nothing; `work` is told what it did not get. */
  ifFree?: boolean;
  /**
   * What may be closed all the same: nothing (default), decisions during a `replay` (the inbox, which ends it), or `everything`
   * (the rebase).
   */
  evenDuring?: 'replay' | 'everything';
}

/**
 * Opens write transactions. Each takes its advisory locks, sorted, in a statement of its own before anything is written;
 * therefore the transaction ids of one aggregate's appends rise in the order of their locks, and the relay's cursor order is
 * the order of the versions.
 */
@Injectable()
export class Transactions {
  /** `hashtextextended` seed: services keep apart even when they share a database. */
  readonly seed: number;
  private readonly service: MessagingService;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(MESSAGING_SETTINGS) settings: MessagingSettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RelaySignal) private readonly relay: RelaySignal,
    @Inject(RELAYS) private readonly relays: boolean,
  ) {
    this.service = settings.service;
    this.seed = 1 + [...factServices, 'audit'].indexOf(settings.service);
  }

  /**
   * Runs `work` under its locks and commits; whatever it throws rolls everything back.
   * @param work gets, with `ifFree`, the aggregates and names whose locks others hold; nothing may be appended to those
   * @param look what `work` needs to read in any case: sent behind the locks in one go with them, so that no statement waits
   *   for the answer to another. It reads only; it is also asked for what turns out to be locked by others
   * @throws DomainError UNAVAILABLE while the service is closed
   */
  async run<T, L = undefined>(
    locks: Locks,
    work: (tx: WriteTransaction, notFree: ReadonlySet<string>, seen: L) => Promise<T>,
    look?: (reads: Reads) => Promise<L>,
  ): Promise<T> {
    const aggregates = distinctSorted(locks.aggregates);
    assertAggregates(aggregates);
    const runner = this.dataSource.createQueryRunner();
    let client: pg.PoolClient | undefined;
    let tx: LockedTransaction | undefined;
    try {
      const opened = (client = (await runner.connect()) as pg.PoolClient);
      const [, { versions, notFree }, seen] = await inOneGo(opened, () => [
        opened.query(beginning(locks)),
        this.lock(opened, aggregates, locks),
        look?.({ query: async (statement, values) => (await opened.query(queryOf(statement, values))).rows as never }),
      ]);
      // What TypeORM does on this connection is part of this transaction: it neither begins nor commits one of its own.
      Object.assign(runner, { isTransactionActive: true, transactionDepth: 1 });
      tx = new LockedTransaction(runner.manager, opened, this.service, versions, this.clock.now());
      const result = await work(tx, notFree, seen as L);
      const appended = await tx.commit();
      if (appended > 0) this.relay.committed();
      return result;
    } catch (error) {
      // The connection may be what failed; then the server rolls back by itself.
      await client?.query('ROLLBACK').catch(() => undefined);
      // What came after a write that failed says only that the transaction has failed.
      throw tx?.failure ?? error;
    } finally {
      await runner.release();
    }
  }

  private async lock(
    client: pg.PoolClient,
    aggregates: readonly string[],
    { names = [], ifFree = false, evenDuring }: Locks,
  ): Promise<{ versions: Map<string, number>; notFree: ReadonlySet<string> }> {
    const wanted = distinctSorted([...aggregates, ...names]);
    const statement = ifFree ? outboxStatements.lockIfFree : outboxStatements.lock;
    // The server takes them one after another: the versions are read under the locks.
    const [taken, { rows }] = await inOneGo(client, () => [
      wanted.length > 0 ? client.query<{ wanted: string }>(queryOf(statement, [wanted, this.seed])) : undefined,
      client.query<StateRow & { unwritten: boolean; subject: string | null; version: string }>(
        queryOf(outboxStatements.versions, [[...aggregates]]),
      ),
    ]);
    const notFree = new Set(ifFree ? taken?.rows.map((row) => row.wanted) : []);
    if (!rows[0]!.unwritten)
      throw new Error('The transaction had written before it held its locks: order would be lost');
    const why = whyClosed(rows[0]!, this.relays);
    if (why && evenDuring !== 'everything' && !(why === 'replaying' && evenDuring === 'replay')) throw closedError(why);
    const held = aggregates.filter((aggregate) => !notFree.has(aggregate));
    const versions = new Map(held.map((aggregate) => [aggregate, 0]));
    for (const row of rows) if (versions.has(row.subject!)) versions.set(row.subject!, Number(row.version));
    return { versions, notFree };
  }
}

/**
 * Everything here is found by its key. A plan is made once per connection and statement, those of foreign keys included, and one
 * that was made while a table had a few rows would go on reading the whole of it (measured: 19 ms per disclosure instead
 * of 0.2 after a minute's load on an empty database).
 */
function beginning({ timeoutMs }: Locks): string {
  const timeout = timeoutMs === undefined ? '' : `; SET LOCAL lock_timeout = ${Math.trunc(timeoutMs)}`;
  return `BEGIN; SET LOCAL enable_seqscan = off${timeout}`;
}

/** By code unit, the same in every process: the order in which all take their locks. */
function distinctSorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

function assertAggregates(aggregates: readonly string[]): void {
  const wrong = aggregates.find((aggregate) => !isUuid(aggregate));
  if (wrong !== undefined) throw new TypeError('An aggregate is named by a lower-case UUID');
  if (aggregates.length > MAX_AGGREGATES) {
    throw new RangeError(`${aggregates.length} aggregates in one transaction: at most ${MAX_AGGREGATES}`);
  }
}
