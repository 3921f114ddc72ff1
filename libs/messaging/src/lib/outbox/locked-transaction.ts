import type { EventDefinition } from '@convenant/contracts';
import type pg from 'pg';
import type { EntityManager } from 'typeorm';
import { outboxStatements } from '../db/outbox.statements.js';
import type { MessagingService } from '../settings.js';
import { AppendBuffer } from './append-buffer.js';
import { inOneGo, queryOf } from './statements.js';
import type { NewEvent, Statement, WriteTransaction } from './write-transaction.js';

/** A transaction that is open and holds its locks. */
export class LockedTransaction implements WriteTransaction {
  /** The first of what was sent and failed. */
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
    this.unsent.push(queryOf(statement, values));
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

  /** Writes what was sent and appended, and waits for it. @returns how many events */
  async finish(): Promise<number> {
    if (this.buffer.size > 0) this.send(outboxStatements.append, this.buffer.parameters());
    this.assertOpen();
    this.over = true;
    await inOneGo(this.client, () => {
      this.sendAll();
      return this.sent;
    });
    if (this.failure !== undefined) throw this.failure;
    return this.buffer.size;
  }

  private sendAll(): void {
    for (const query of this.unsent) {
      this.sent.push(this.client.query(query).catch((error: unknown) => (this.failure ??= error)));
    }
    this.unsent = [];
  }

  private assertOpen(): void {
    if (this.over) throw new Error('The transaction has ended: await everything before its work returns');
  }
}
