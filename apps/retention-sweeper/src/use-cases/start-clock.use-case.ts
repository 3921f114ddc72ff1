import { Injectable } from '@nestjs/common';
import { formatInstant } from '@convenant/kernel';
import { PermanentFailure, type CommandContext, type WriteTransaction } from '@convenant/messaging';
import { RecordedTrigger } from '../db/clock.entity.js';
import { DisclosureFact } from '../db/facts.entity.js';
import { LookAtClock, lockedClock } from './look-at-clock.js';

/** What transfer says of a delivery: certain, or cut off in transmission. */
export interface Delivery {
  readonly eventId: string;
  readonly disclosureId: string;
  /** Epoch milliseconds, UTC. */
  readonly at: number;
}

const insertClock = {
  name: 'retention-insert-clock',
  text: `INSERT INTO retention_clock (disclosure_id, protocol_id, subject_ref, state) VALUES ($1, $2, $3, 'running')
         ON CONFLICT (disclosure_id) DO NOTHING`,
};

/**
 * Starts the clock of a disclosure: no value at the receiver is without one. A delivery that was cut off starts it too, since
 * the values may have arrived; when it is made once more, the clock counts from there.
 *
 * @see GDPR Art. 5(1)(e)
 */
@Injectable()
export class StartClock {
  constructor(private readonly lookAtClock: LookAtClock) {}

  /** @throws PermanentFailure for a disclosure that was not authorised */
  async execute(tx: WriteTransaction, { eventId, disclosureId, at }: Delivery, context: CommandContext): Promise<void> {
    const fact = await tx.manager.findOneBy(DisclosureFact, { disclosureId });
    if (fact === null) {
      throw new PermanentFailure('disclosure.unknown', `Disclosure ${disclosureId} was delivered but never authorised`);
    }
    await tx.query(insertClock, [disclosureId, fact.protocolId, fact.subjectRef]);
    const clock = await lockedClock(tx, disclosureId);
    if (clock!.state === 'erasing' || clock!.state === 'erased') return;
    const position = await tx.manager.countBy(RecordedTrigger, { disclosureId });
    await tx.manager.insert(RecordedTrigger, {
      id: eventId,
      disclosureId,
      position,
      kind: 'delivered',
      wanted: null,
      occurredAt: new Date(at),
      recordedAt: new Date(tx.now),
      recordedBy: null,
    });
    await this.lookAtClock.execute(tx, disclosureId, context, at);
  }

  /** The values never reached the receiver, or transfer has erased all of them by itself: nothing is kept any more. */
  async close(tx: WriteTransaction, disclosureId: string, at: number): Promise<void> {
    await tx.query(
      `UPDATE retention_clock SET state = 'erased', erased_at = $2, next_look_at = NULL
        WHERE disclosure_id = $1 AND state IN ('running', 'due')`,
      [disclosureId, formatInstant(at)],
    );
  }
}
