import { Injectable } from '@nestjs/common';
import { DomainError, formatInstant } from '@convenant/kernel';
import { type HoldView, type ReleaseHoldRequest } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { ProtocolFact } from '../db/facts.entity.js';
import { Hold } from '../db/hold.entity.js';
import { SweeperSignal } from '../sweeper/sweeper-signal.js';
import type { CommandCall } from './command-call.js';
import { GetHolds } from './get-holds.use-case.js';
import { releaseHold } from './write-hold.js';

/** Releases a hold, once. What became due meanwhile is purged at once, and not only at the next scheduled run. */
@Injectable()
export class ReleaseHold {
  constructor(
    private readonly commands: CommandRunner,
    private readonly getHolds: GetHolds,
    private readonly sweeper: SweeperSignal,
  ) {}

  /** @throws DomainError NOT_FOUND, CONFLICT (released before, or standing with its dispute or restriction) */
  async execute(id: string, request: ReleaseHoldRequest, call: CommandCall): Promise<CommandAnswer<HoldView>> {
    await this.getHolds.one(id, call.party);
    const { authority, reason } = request;
    const answer = await this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        const hold = await tx.manager.findOneByOrFail(Hold, { id });
        const protocol = await tx.manager.findOneByOrFail(ProtocolFact, { protocolId: hold.protocolId });
        const clause = protocol.model.governingLaw?.clause;
        const quoted = clause === undefined ? {} : { clause };
        if (hold.releasedAt !== null) {
          const at = formatInstant(hold.releasedAt.getTime());
          throw new DomainError('CONFLICT', `Hold ${id} was released at ${at}`, quoted);
        }
        if (hold.disputeId !== null) {
          throw new DomainError('CONFLICT', `Hold ${id} stands until dispute ${hold.disputeId} is closed`, quoted);
        }
        if (hold.restrictionId !== null) {
          throw new DomainError(
            'CONFLICT',
            `Hold ${id} stands until restriction ${hold.restrictionId} is lifted`,
            quoted,
          );
        }
        await releaseHold(tx, hold, protocol, { authority, reason }, call.context);
        return { status: 201, result: { id } };
      },
      answer: () => this.getHolds.one(id, call.party),
    });
    this.sweeper.wake();
    return answer;
  }
}
