import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { addPeriod, formatInstant, newId, type Clock } from '@convenant/kernel';
import { Blocks, CLOCK, Outbox, type CommandContext, type WriteTransaction } from '@convenant/messaging';
import { runSoon, schedulesDue, setNextRun, takeSchedule } from '../db/clock.statements.js';
import type { ProtocolFact } from '../db/facts.entity.js';
import { lastFailure, readDueGaps, type DueRow } from '../db/purge.statements.js';
import { gapCause, type RetentionGapKind } from '../domain/gap-cause.js';
import { protocolInForce } from './protocol-in-force.js';
import { readPurgeSet } from './purge-set.js';
import { blockedSet, failPurge, planPurge, startPurge } from './purge-steps.js';
import { RetentionOptions } from './retention-options.js';

/** How long a protocol with an unreadable message waits for its next try, in real milliseconds. */
const BLOCKED_PAUSE_MS = 5_000;

/**
 * Runs the purge of every protocol whose time has come: the same plan and start as by command, in one transaction, approved by
 * the standing schedule. What waits for a decision of the party is a purge that fails, once for each set and cause: it tells
 * the data protection officer, again only when something has changed.
 */
@Injectable()
export class RunSchedules {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
    private readonly blocks: Blocks,
    private readonly options: RetentionOptions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns how many purges it started or failed */
  async execute(): Promise<number> {
    const now = formatInstant(this.clock.now());
    const due: { protocol_id: string }[] = await this.dataSource.query(schedulesDue.text, [now]);
    let purges = 0;
    for (const { protocol_id: protocolId } of due) purges += await this.run(protocolId);
    return purges;
  }

  private async run(protocolId: string): Promise<number> {
    const [purgeId, failureId] = [newId(), newId()];
    return this.outbox.transaction([purgeId, failureId], async (tx) => {
      const now = formatInstant(tx.now);
      if ((await tx.query(takeSchedule, [protocolId, now])).length === 0) return 0;
      if (await this.blocks.isBlocked(tx, protocolId)) {
        await tx.query(runSoon, [protocolId, now, BLOCKED_PAUSE_MS]);
        return 0;
      }
      const protocol = (await protocolInForce(tx.manager, protocolId, tx.now))!;
      const failed = await this.tellGaps(tx, failureId, protocol);
      const set = await readPurgeSet(tx, protocolId, { take: true });
      if (set.members.length > 0) {
        const purge = { id: purgeId, protocol, origin: 'schedule' as const, context: contextOf(purgeId) };
        await planPurge(tx, purge, set);
        await startPurge(tx, purge, set, 'schedule');
      }
      const next = set.later > 0 ? tx.now : addPeriod(tx.now, this.options.purgeEvery);
      await tx.query(setNextRun, [protocolId, formatInstant(next)]);
      return failed + (set.members.length > 0 ? 1 : 0);
    });
  }

  private async tellGaps(tx: WriteTransaction, id: string, protocol: ProtocolFact): Promise<number> {
    const blocked = await tx.query<DueRow & { gap: RetentionGapKind }>(readDueGaps, [protocol.protocolId]);
    if (blocked.length === 0) return 0;
    const set = blockedSet(blocked);
    const cause = gapCause[blocked[0]!.gap];
    const [told] = await tx.query<{ set_hash: string }>(lastFailure, [protocol.protocolId, cause]);
    if (told?.set_hash === set.hash) return 0;
    const purge = { id, protocol, origin: 'schedule' as const, context: contextOf(id) };
    await planPurge(tx, purge, set);
    await failPurge(tx, purge, { cause, blocked });
    return 1;
  }
}

/** No command asked for it: the purge is its own beginning. */
function contextOf(purgeId: string): CommandContext {
  return { correlationId: purgeId, causationId: purgeId };
}
