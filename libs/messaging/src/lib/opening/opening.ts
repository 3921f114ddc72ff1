import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { stateOfService } from '../db/outbox.statements.js';
import { closedError, RELAYS, sentenceOf, whyClosed, type Closed, type StateRow } from './closed.js';

const GLANCE_MS = 20;
const question = { name: 'opening_state', text: stateOfService };

/**
 * Whether the service may decide and show anything. Closed until the relay of one of its processes has found that the database
 * is no older than its topic, since the start of the PostgreSQL server; then again after a restore, on another cluster, and
 * while a replay builds its replicas anew.
 *
 * Write transactions ask by themselves. Whatever shows content asks here, since a restored database has values again that were
 * erased.
 */
@Injectable()
export class Opening {
  /** The question that is asked once the one under way is answered, for all who came meanwhile. */
  private next: Promise<StateRow> | undefined;
  private underWay: Promise<unknown> = Promise.resolve();

  private readonly pool: pg.Pool;

  constructor(
    @Inject(DataSource) source: DataSource,
    @Inject(RELAYS) private readonly relays: boolean,
  ) {
    // TypeORM's own pool: its `query` would have the server plan the question each time.
    this.pool = (source.driver as unknown as { master: pg.Pool }).master;
  }

  /**
   * Why the service is closed, in one sentence for operators; undefined when it is open. Asks the database, always after the
   * call: those who call while it is being asked share the next question.
   */
  async whyClosed(): Promise<{ because: Closed; detail: string } | undefined> {
    this.next ??= this.underWay.then(() => this.ask());
    const because = whyClosed(await this.next, this.relays);
    return because && { because, detail: sentenceOf(because) };
  }

  private ask(): Promise<StateRow> {
    this.next = undefined;
    const asked = this.pool.query<StateRow>(question).then(({ rows: [state] }) => state!);
    this.underWay = asked.catch(() => undefined);
    return asked;
  }

  /** @throws DomainError UNAVAILABLE while the service is closed */
  async assertOpen(): Promise<void> {
    const closed = await this.whyClosed();
    if (closed) throw closedError(closed.because);
  }

  /** Waits until the relay has compared database and topic, whatever it found; at most so many milliseconds of real time. */
  async untilCompared(milliseconds: number, givenUp: () => boolean): Promise<void> {
    const deadline = performance.now() + milliseconds;
    while (performance.now() < deadline && !givenUp()) {
      const closed = await this.whyClosed().catch(() => ({ because: 'unchecked' }));
      if (closed?.because !== 'unchecked') return;
      await delay(GLANCE_MS);
    }
  }
}
