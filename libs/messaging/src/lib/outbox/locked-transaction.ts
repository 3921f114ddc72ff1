import type { EventDefinition } from '@convenant/contracts';
import type pg from 'pg';
import type { EntityManager } from 'typeorm';
import { outboxStatements } from '../db/outbox.statements.js';
import type { MessagingService } from '../settings.js';
import { AppendBuffer } from './append-buffer.js';
import { clashOf, inOneGo, queryOf, readyQueryOf } from './statements.js';
import type { NewEvent, Statement, WriteTransaction } from './write-transaction.js';

/** A transaction that is open and holds its locks. */
export class LockedTransaction implements WriteTransaction {
  /** The first of what was sent and failed: with it nothing is committed. */
  failure: unknown;
  private readonly buffer: AppendBuffer;
  /** Not sent yet: goes out with the next question, or before the commit. */
  private unsent: pg.QueryConfig[] = [];
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
    const [{ rows }] = await inOneGo(this.client, () => {
      this.sendAll();
      return [this.client.query(queryOf(statement, values))];
    });
    return rows as R[];
  }

  send(statement: Statement, values?: unknown[]): void {
    this.assertOpen();
    try {
      this.unsent.push(readyQueryOf(statement, values));
    } catch (error) {
      this.failure ??= error;
    }
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

  /**
   * Commits, with what was sent and appended, in one go. A write that fails at the server makes the commit behind it a rollback;
   * one that cannot even go out keeps it from being sent.
   * @returns how many events
   */
  async commit(): Promise<number> {
    if (this.buffer.size > 0) this.send(outboxStatements.append, this.buffer.parameters());
    this.assertOpen();
    this.over = true;
    const [{ command }] = await inOneGo(this.client, () => {
      this.sendAll();
      if (this.failure !== undefined) throw this.failure;
      return [this.client.query('COMMIT'), ...this.sent];
    });
    if (this.failure !== undefined) throw this.failure;
    if (command !== 'COMMIT') throw new Error('A statement of the transaction had failed: nothing was committed');
    return this.buffer.size;
  }

  private sendAll(): void {
    for (const query of this.unsent) {
      const clash = clashOf(this.client, query);
      if (clash) this.failure ??= clash;
      else this.sent.push(this.client.query(query).catch((error: unknown) => (this.failure ??= error)));
    }
    this.unsent = [];
  }

  private assertOpen(): void {
    if (this.over) throw new Error('The transaction has ended: await everything before its work returns');
  }
}
