import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { formatInstant, newId, type Clock } from '@convenant/kernel';
import { CLOCK, Outbox } from '@convenant/messaging';
import { clocksToLookAt } from '../db/clock.statements.js';
import { clockIdOf } from '../domain/clock-id.js';
import { renewProtocols } from './protocol-in-force.js';
import { LookAtClock } from './look-at-clock.js';

const BATCH = 200;

/** Looks at the clocks that time or a decision of the party may have moved: what is due is marked, what is overdue told. */
@Injectable()
export class LookAtClocks {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
    private readonly lookAtClock: LookAtClock,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns how many it looked at; 0 when none was left */
  async execute(): Promise<number> {
    await this.dataSource.transaction((manager) => renewProtocols(manager, this.clock.now()));
    const now = formatInstant(this.clock.now());
    const rows: { disclosure_id: string }[] = await this.dataSource.query(clocksToLookAt.text, [now, BATCH]);
    if (rows.length === 0) return 0;
    const ids = rows.map(({ disclosure_id: id }) => id);
    const look = newId();
    await this.outbox.transaction(ids.map(clockIdOf), async (tx) => {
      for (const id of ids) await this.lookAtClock.execute(tx, id, { correlationId: look, causationId: look });
    });
    return ids.length;
  }
}
