import { Injectable } from '@nestjs/common';
import { parseInstant } from '@convenant/kernel';
import type { EventData, rightsRequestAnswered } from '@convenant/contracts';
import type { CommandContext, WriteTransaction } from '@convenant/messaging';
import { EarlyErasure } from '../db/early-erasure.entity.js';
import { LookAtClock } from './look-at-clock.js';

/**
 * Lets the values of a person fall due because the person asked for it and it was granted, whatever their term. They go the
 * way of everything that is due: a hold keeps them, the one gate erases them, the attestation says why. A disclosure that has
 * not arrived yet falls due when it does.
 *
 * @see GDPR Art. 17(1)
 */
@Injectable()
export class EraseEarly {
  constructor(private readonly lookAtClock: LookAtClock) {}

  /** The transaction holds the locks of the clocks. */
  async execute(
    tx: WriteTransaction,
    { requestId, party, answeredAt, erasure }: EventData<typeof rightsRequestAnswered>,
    context: CommandContext,
  ): Promise<void> {
    for (const disclosureId of erasure?.disclosureIds ?? []) {
      if (await tx.manager.existsBy(EarlyErasure, { disclosureId })) continue;
      const grantedAt = new Date(parseInstant(answeredAt));
      await tx.manager.insert(EarlyErasure, { disclosureId, requestId, party, grantedAt });
      await this.lookAtClock.execute(tx, disclosureId, context);
    }
  }
}
