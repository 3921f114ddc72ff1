import { Injectable } from '@nestjs/common';
import { DomainError, formatInstant } from '@convenant/kernel';
import type { ApplyPurgeRequest, PurgeView } from '@convenant/contracts';
import { CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { Purge } from '../db/purge.entity.js';
import { readDueGaps, type DueRow } from '../db/purge.statements.js';
import { gapCause, type RetentionGapKind } from '../domain/gap-cause.js';
import { SweeperSignal } from '../sweeper/sweeper-signal.js';
import type { CommandCall } from './command-call.js';
import { GetPurges } from './get-purges.use-case.js';
import { KnownFacts, notFound } from './known-facts.js';
import { readPurgeSet } from './purge-set.js';
import { failPurge, startPurge } from './purge-steps.js';

/**
 * Erases what a plan showed, and nothing else: when the set is another one by now, nothing happens and a new plan is needed.
 * A plan of which everything waits for a decision of the party ends as failed, with that decision as its cause.
 */
@Injectable()
export class ApplyPurge {
  constructor(
    private readonly commands: CommandRunner,
    private readonly facts: KnownFacts,
    private readonly getPurges: GetPurges,
    private readonly sweeper: SweeperSignal,
  ) {}

  /** @throws DomainError NOT_FOUND (also for another party's), CONFLICT, UNAVAILABLE */
  async execute(id: string, { setHash }: ApplyPurgeRequest, call: CommandCall): Promise<CommandAnswer<PurgeView>> {
    const answer = await this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        await this.apply(tx, id, setHash, call);
        return { status: 201, result: { id } };
      },
      answer: () => this.getPurges.one(id, call.party),
    });
    this.sweeper.wake();
    return answer;
  }

  private async apply(tx: WriteTransaction, id: string, setHash: string, call: CommandCall): Promise<void> {
    const planned = await tx.manager.findOneBy(Purge, { id, party: call.party });
    if (planned === null) throw notFound('purge', id);
    const refuse = (detail: string) => new DomainError('CONFLICT', `Purge ${id} ${detail}`, clauseOf(planned));
    const { startedAt, endedAt } = planned;
    const appliedAt = startedAt ?? endedAt;
    if (appliedAt !== null) throw refuse(`was applied before, at ${formatInstant(appliedAt.getTime())}`);
    if (planned.setHash !== setHash) throw refuse('was planned with another set: this is not its hash');

    const protocol = await this.facts.receiversProtocol(planned.protocolId, call.party);
    await this.facts.assertReadable(tx, protocol.protocolId);
    const set = await readPurgeSet(tx, protocol.protocolId, { take: true });
    if (set.hash !== planned.setHash) throw refuse('cannot be applied: the set has changed; make a new plan');
    const purge = { id, protocol, origin: planned.origin, context: call.context };
    if (set.members.length > 0) {
      await startPurge(tx, purge, set, call.userRef);
      return;
    }
    const blocked = await tx.query<DueRow & { gap: RetentionGapKind }>(readDueGaps, [protocol.protocolId]);
    if (blocked.length === 0) throw refuse('has nothing to erase');
    await failPurge(tx, purge, { cause: gapCause[blocked[0]!.gap], blocked });
  }
}

function clauseOf({ counts }: Purge): { clause?: string } {
  return counts[0] === undefined ? {} : { clause: counts[0].clause };
}
