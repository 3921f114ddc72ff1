import { Inject, Injectable } from '@nestjs/common';
import { formatInstant, type Clock } from '@convenant/kernel';
import { CLOCK, Outbox } from '@convenant/messaging';
import { Database } from '../db/database.js';
import { selectToEscalate } from '../db/notice.statements.js';
import { Escalation } from './escalation.js';

const BATCH = 50;

/** Escalates what nobody acknowledged in time and what nobody can be written to; bounded, idempotent, safe in parallel. */
@Injectable()
export class EscalateNotices {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Escalation) private readonly escalation: Escalation,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(): Promise<void> {
    const due = await this.database.query<{ id: string; no_contact: boolean }>(
      selectToEscalate(formatInstant(this.clock.now()), BATCH),
    );
    for (const { id, no_contact: noContact } of due) {
      await this.outbox.transaction([id], (tx) =>
        this.escalation.execute(tx, id, noContact ? 'noContact' : 'notAcknowledged'),
      );
    }
  }
}
