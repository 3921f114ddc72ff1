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
import type { NewEvent, Reads, Statement, WriteTransaction } from './write-transaction.js';

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
    let tx: LockedTransaction | undefined;
    try {
      const client = (await runner.connect()) as pg.PoolClient;
      await runner.startTransaction();
      const [, { versions, notFree }, seen] = await answersOf([
        client.query(settingsOf(locks)),
        this.lock(client, aggregates, locks),
        look?.({ query: async (statement, values) => (await client.query(queryOf(statement, values))).rows as never }),
      ]);
      tx = new LockedTransaction(runner.manager, client, this.service, versions, this.clock.now());
      const result = await work(tx, notFree, seen as L);
      const appended = await tx.finish();
      await runner.commitTransaction();
      if (appended > 0) this.relay.committed();
      return result;
    } catch (error) {
      // The connection may be what failed; then the server rolls back by itself.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
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
    const [taken, { rows }] = await answersOf([
      wanted.length > 0 ? client.query<{ wanted: string }>({ ...statement, values: [wanted, this.seed] }) : undefined,
      client.query<StateRow & { unwritten: boolean; subject: string | null; version: string }>({
        ...outboxStatements.versions,
        values: [aggregates],
      }),
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

class LockedTransaction implements WriteTransaction {
  /** The first of what was sent and failed. */
  failure: unknown;
  private readonly buffer: AppendBuffer;
  private readonly sent: Promise<unknown>[] = [];
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
    return (await this.client.query(queryOf(statement, values))).rows as R[];
  }

  send(statement: Statement, values?: unknown[]): void {
    this.assertOpen();
    this.sent.push(
      this.client.query(queryOf(statement, values)).catch((error: unknown) => {
        this.failure ??= error;
      }),
    );
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
    if (this.buffer.size > 0) this.send(outboxStatements.append, this.buffer.parameters());
    this.over = true;
    // Before the commit is asked for: one that never reached the server would not keep it from committing the others.
    await Promise.all(this.sent);
    if (this.failure !== undefined) throw this.failure;
    return this.buffer.size;
  }

  private assertOpen(): void {
    if (this.over) throw new Error('The transaction has ended: await everything before its work returns');
  }
}

/**
 * Everything here is found by its key. A plan is made once per connection and statement, those of foreign keys included, and one
 * that was made while a table had a few rows would go on reading the whole of it (measured: 19 ms per disclosure instead
 * of 0.2 after a minute's load on an empty database).
 */
function settingsOf({ timeoutMs }: Locks): string {
  const timeout = timeoutMs === undefined ? '' : `; SET LOCAL lock_timeout = ${Math.trunc(timeoutMs)}`;
  return `SET LOCAL enable_seqscan = off${timeout}`;
}

function queryOf(statement: Statement, values: unknown[] | undefined): pg.QueryConfig {
  return typeof statement === 'string'
    ? { text: statement, ...(values ? { values } : null) }
    : { name: statement.name, text: statement.text, values: values ?? statement.values ?? [] };
}

/** Of statements sent together, in that order. The first that failed says why; those behind it only that the transaction had. */
async function answersOf<T extends readonly unknown[]>(
  asked: readonly [...T],
): Promise<{ -readonly [Place in keyof T]: Awaited<T[Place]> }> {
  const settled = await Promise.allSettled(asked);
  for (const outcome of settled) if (outcome.status === 'rejected') throw outcome.reason;
  return settled.map((outcome) => (outcome as PromiseFulfilledResult<unknown>).value) as never;
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
