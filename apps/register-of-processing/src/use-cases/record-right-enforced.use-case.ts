import { Injectable } from '@nestjs/common';
import { formatInstant } from '@convenant/kernel';
import { rightsRequestEnforced, type barrierApplied, type EventData } from '@convenant/contracts';
import { PermanentFailure, type CommandContext, type WriteTransaction } from '@convenant/messaging';
import { RightsRequest } from '../db/rights-request.entity.js';
import { endBarrier } from '../db/rights.statements.js';
import { requestIds } from '../domain/rights-view.js';

/**
 * Records that transfer has durably stopped everything about a person, for an objection or a restriction, with the latency;
 * also when the objection was refused meanwhile. The same barrier again changes nothing.
 */
@Injectable()
export class RecordRightEnforced {
  /** @throws PermanentFailure for a request that stops nothing at that version */
  async execute(
    tx: WriteTransaction,
    { cause, unconfirmed }: EventData<typeof barrierApplied>,
    context: CommandContext,
  ): Promise<void> {
    const { subject: id, aggregateversion } = cause;
    const request = await tx.manager.findOneBy(RightsRequest, { id, causedVersion: aggregateversion });
    if (request === null) {
      throw new PermanentFailure('causeUnknown', `Rights request ${id} stops nothing at version ${aggregateversion}`);
    }
    const enforcedAt = formatInstant(tx.now);
    const [enforced] = await tx.query<{ latencyMs: number }>(endBarrier, [
      id,
      aggregateversion,
      enforcedAt,
      unconfirmed,
    ]);
    if (enforced === undefined) return;
    await tx.append(rightsRequestEnforced, {
      subject: id,
      data: { ...requestIds(request), enforcedAt, latencyMs: enforced.latencyMs, unconfirmed },
      context,
      protocolId: request.protocolId,
    });
  }
}
