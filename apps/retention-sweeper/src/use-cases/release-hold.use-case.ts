import { Injectable } from '@nestjs/common';
import { DomainError, formatInstant } from '@convenant/kernel';
import { holdReleased, type HoldView, type ReleaseHoldRequest } from '@convenant/contracts';
import { CommandRunner } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { runSoon } from '../db/clock.statements.js';
import { ProtocolFact } from '../db/facts.entity.js';
import { Hold } from '../db/hold.entity.js';
import { SweeperSignal } from '../sweeper/sweeper-signal.js';
import type { CommandCall } from './command-call.js';
import { GetHolds } from './get-holds.use-case.js';

/** Releases a hold, once. What became due meanwhile is purged at once, and not only at the next scheduled run. */
@Injectable()
export class ReleaseHold {
  constructor(
    private readonly commands: CommandRunner,
    private readonly getHolds: GetHolds,
    private readonly sweeper: SweeperSignal,
  ) {}

  /** @throws DomainError NOT_FOUND, CONFLICT (released before) */
  async execute(id: string, request: ReleaseHoldRequest, call: CommandCall): Promise<CommandAnswer<HoldView>> {
    await this.getHolds.one(id, call.party);
    const { authority, reason } = request;
    const answer = await this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        const { protocolId, releasedAt } = await tx.manager.findOneByOrFail(Hold, { id });
        const protocol = await tx.manager.findOneByOrFail(ProtocolFact, { protocolId });
        const clause = protocol.model.governingLaw?.clause;
        const quoted = clause === undefined ? {} : { clause };
        if (releasedAt !== null) {
          throw new DomainError(
            'CONFLICT',
            `Hold ${id} was released at ${formatInstant(releasedAt.getTime())}`,
            quoted,
          );
        }
        const now = formatInstant(tx.now);
        await tx.append(holdReleased, {
          subject: id,
          data: { holdId: id, protocolId, authority, reason, releasedAt: now },
          context: call.context,
          protocolId,
          protocolVersion: protocol.version,
          ...quoted,
        });
        await tx.manager.update(Hold, { id }, { releasedAt: new Date(tx.now) });
        await tx.query(runSoon, [protocolId, now, 0]);
        return { status: 201, result: { id } };
      },
      answer: () => this.getHolds.one(id, call.party),
    });
    this.sweeper.wake();
    return answer;
  }
}
