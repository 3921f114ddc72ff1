import { factServices, type EventDefinition } from '@convenant/contracts';
import { isUuid, type Clock } from '@convenant/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import { outboxStatements } from '../db/outbox.statements.js';
import { closedError, RELAYS, whyClosed, type StateRow } from '../opening/closed.js';
import { CLOCK, MESSAGING_SETTINGS, type MessagingService, type MessagingSettings } from '../settings.js';
import { AppendBuffer } from './append-buffer.js';
import { RelaySignal } from './relay-signal.js';
import type { NewEvent, Statement, WriteTransaction } from './write-transaction.js';

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
   * @throws DomainError UNAVAILABLE while the service is closed
   */
  async run<T>(locks: Locks, work: (tx: WriteTransaction, notFree: ReadonlySet<string>) => Promise<T>): Promise<T> {
    const aggregates = distinctSorted(locks.aggregates);
    assertAggregates(aggregates);
    const runner = this.dataSource.createQueryRunner();
    try {
      const client = (await runner.connect()) as pg.PoolClient;
      await runner.startTransaction();
      if (locks.timeoutMs !== undefined) await client.query(`SET LOCAL lock_timeout = ${Math.trunc(locks.timeoutMs)}`);
      const { versions, notFree } = await this.lock(client, aggregates, locks);
      const tx = new LockedTransaction(runner.manager, client, this.service, versions, this.clock.now());
      const result = await work(tx, notFree);
      const appended = await tx.finish();
      await runner.commitTransaction();
      if (appended > 0) this.relay.committed();
      return result;
    } catch (error) {
      // The connection may be what failed; then the server rolls back by itself.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
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
    const notFree = new Set<string>();
    if (wanted.length > 0) {
      const statement = ifFree ? outboxStatements.lockIfFree : outboxStatements.lock;
      const taken = await client.query<{ wanted: string }>({ ...statement, values: [wanted, this.seed] });
      if (ifFree) for (const row of taken.rows) notFree.add(row.wanted);
    }
    const { rows } = await client.query<StateRow & { unwritten: boolean; subject: string | null; version: string }>({
      ...outboxStatements.versions,
      values: [aggregates],
    });
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

class LockedTransaction implements WriteTransaction {
  private readonly buffer: AppendBuffer;
  private over = false;

  constructor(
    readonly manager: EntityManager,
    private readonly client: pg.PoolClient,
    service: MessagingService,
    versions: Map<string, number>,
    readonly now: number,
  ) {
    this.buffer = new AppendBuffer(service, versions, now);
  }

  async query<R>(statement: Statement, values?: unknown[]): Promise<R[]> {
    this.assertOpen();
    const config =
      typeof statement === 'string'
        ? { text: statement, values }
        : { ...statement, values: values ?? statement.values };
    const { rows } = await this.client.query(config);
    return rows as R[];
  }

  async append<D extends EventDefinition>(
    definition: D,
    event: NewEvent<D>,
  ): Promise<{ id: string; aggregateVersion: number; recordedAt: number }> {
    this.assertOpen();
    return { ...this.buffer.add(definition, event), recordedAt: this.now };
  }

  async versionOf(aggregate: string): Promise<number> {
    const locked = this.buffer.versionOf(aggregate);
    if (locked !== undefined) return locked;
    const [row] = await this.query<{ version: string }>(outboxStatements.version, [aggregate]);
    return row ? Number(row.version) : 0;
  }

  /** Writes what was appended. @returns how many events */
  async finish(): Promise<number> {
    this.assertOpen();
    this.over = true;
    if (this.buffer.size > 0) await this.client.query({ ...outboxStatements.append, values: this.buffer.parameters() });
    return this.buffer.size;
  }

  private assertOpen(): void {
    if (this.over) throw new Error('The transaction has ended: await everything before its work returns');
  }
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
