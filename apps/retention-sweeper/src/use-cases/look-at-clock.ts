import { Injectable } from '@nestjs/common';
import { addPeriod, formatInstant } from '@convenant/kernel';
import { clockDue, clockOverdue, clockRestarted, clockStarted } from '@convenant/contracts';
import type { CommandContext, WriteTransaction } from '@convenant/messaging';
import { retentionStatus, type RetentionStatus, type TriggerFact } from '@convenant/protocol';
import { RecordedTrigger, RetentionClock } from '../db/clock.entity.js';
import { beginSchedule, runSoon } from '../db/clock.statements.js';
import { protocolInForce } from './protocol-in-force.js';
import { EarlyErasure } from '../db/early-erasure.entity.js';
import { clockIdOf } from '../domain/clock-id.js';
import { dueReason } from '../domain/reported-trigger.js';
import { BY_RIGHT, dueByRight, lookAtClock, type ClockHappening, type ClockState } from '../domain/retention-clock.js';
import { RetentionOptions } from './retention-options.js';

/**
 * Looks at one clock with the rules of now, and records what follows: started, restarted, overdue, due. The one way in which
 * a clock moves, whether a delivery, a trigger, a decision of the party or time made it move.
 *
 * A declined referral is not kept until the next scheduled run, nor is one whose missing decision has just been taken, nor
 * what goes by right of the person.
 */
@Injectable()
export class LookAtClock {
  constructor(private readonly options: RetentionOptions) {}

  /**
   * The transaction must hold the lock of the clock's aggregate. Does nothing while the protocol is not known here, and once
   * the erasure has begun.
   * @param deliveredAt of the delivery that makes it look, epoch milliseconds UTC
   */
  async execute(
    tx: WriteTransaction,
    disclosureId: string,
    context: CommandContext,
    deliveredAt?: number,
  ): Promise<void> {
    const clock = await lockedClock(tx, disclosureId);
    if (clock === null || clock.state === 'erasing' || clock.state === 'erased') return;
    const protocol = await protocolInForce(tx.manager, clock.protocolId, tx.now);
    if (protocol === null) return;
    const triggers = await triggersOf(tx, disclosureId);
    const before = stateOf(clock);
    const early = await tx.manager.findOneBy(EarlyErasure, { disclosureId });
    const ruled = retentionStatus(protocol.rules, triggers);
    const reckoned = early === null ? ruled : dueByRight(ruled, protocol.rules, early.grantedAt.getTime());
    const { state, happened, nextLookAt } = lookAtClock(before, reckoned, tx.now);
    const status = state.status!;
    const reason = early === null ? dueReason(triggers) : BY_RIGHT;
    for (const happening of happened) {
      await append(tx, clock, happening, { status, reason, deliveredAt }, protocol.version, context);
    }
    await tx.manager.update(
      RetentionClock,
      { disclosureId },
      {
        state: state.due ? 'due' : 'running',
        assessedRevision: protocol.revision,
        rule: status.rule,
        clause: status.clause,
        dueAt: date(status.dueAt),
        ceilingAt: date(status.ceilingAt),
        gap: status.gap,
        reason: state.due ? reason : null,
        alertedCeilingAt: date(state.alertedCeiling),
        nextLookAt: date(nextLookAt),
      },
    );
    if (happened.includes('started')) {
      await tx.query(beginSchedule, [clock.protocolId, formatInstant(addPeriod(tx.now, this.options.purgeEvery))]);
    }
    if (happened.includes('due') && status.gap === null && (reason !== 'period-over' || before.due)) {
      await tx.query(runSoon, [clock.protocolId, formatInstant(tx.now), 0]);
    }
  }
}

/** The row, held to the commit: a purge that takes it at the same moment comes before or after, never between. */
export function lockedClock(tx: WriteTransaction, disclosureId: string): Promise<RetentionClock | null> {
  return tx.manager.findOne(RetentionClock, { where: { disclosureId }, lock: { mode: 'pessimistic_write' } });
}

/** What happened to the client, in order. */
export async function triggersOf(tx: Pick<WriteTransaction, 'manager'>, disclosureId: string): Promise<TriggerFact[]> {
  const rows = await tx.manager.find(RecordedTrigger, { where: { disclosureId }, order: { position: 'ASC' } });
  return rows.map(({ kind, wanted, occurredAt }) => ({
    trigger: kind,
    at: occurredAt.getTime(),
    ...(wanted === null ? {} : { wanted }),
  }));
}

function stateOf(clock: RetentionClock): ClockState {
  const { rule, clause, gap } = clock;
  const status = {
    rule,
    clause,
    gap,
    dueAt: clock.dueAt?.getTime() ?? null,
    ceilingAt: clock.ceilingAt?.getTime() ?? null,
  };
  return {
    status: clock.assessedRevision === 0 ? null : status,
    due: clock.state === 'due',
    alertedCeiling: clock.alertedCeilingAt?.getTime() ?? null,
  };
}

async function append(
  tx: WriteTransaction,
  clock: RetentionClock,
  happening: ClockHappening,
  { status, reason, deliveredAt }: { status: RetentionStatus; reason: string; deliveredAt: number | undefined },
  protocolVersion: number,
  context: CommandContext,
): Promise<void> {
  const { disclosureId, protocolId, subjectRef } = clock;
  const clockId = clockIdOf(disclosureId);
  const ids = { clockId, disclosureId, protocolId, subjectRef };
  const now = formatInstant(tx.now);
  const delivered = deliveredAt === undefined ? {} : { deliveredAt: formatInstant(deliveredAt) };
  const envelope = {
    subject: clockId,
    context,
    protocolId,
    protocolVersion,
    ...(status.clause === null ? {} : { clause: status.clause }),
  };
  switch (happening) {
    case 'started':
      await tx.append(clockStarted, {
        ...envelope,
        data: { ...ids, ...reckoningOf(status), ...delivered, startedAt: now },
      });
      return;
    case 'restarted':
      await tx.append(clockRestarted, {
        ...envelope,
        data: { ...ids, ...reckoningOf(status), ...delivered, restartedAt: now },
      });
      return;
    case 'overdue': {
      const { rule, clause, ceilingAt } = reckoningOf(status);
      const data = { ...ids, rule: rule!, clause: clause!, ceilingAt: ceilingAt!, noticedAt: now };
      await tx.append(clockOverdue, { ...envelope, data, occurredAt: status.ceilingAt! });
      return;
    }
    case 'due': {
      const { rule, clause, dueAt, gap } = reckoningOf(status);
      const data = { ...ids, rule: rule!, clause: clause!, reason, dueAt: dueAt!, ...(gap ? { gap } : {}) };
      await tx.append(clockDue, { ...envelope, data, occurredAt: status.dueAt! });
      return;
    }
  }
}

/** A status as events and answers carry it: what is not known is absent. */
export function reckoningOf({ rule, clause, dueAt, ceilingAt, gap }: RetentionStatus) {
  return {
    ...(rule === null ? {} : { rule }),
    ...(clause === null ? {} : { clause }),
    ...(dueAt === null ? {} : { dueAt: formatInstant(dueAt) }),
    ...(ceilingAt === null ? {} : { ceilingAt: formatInstant(ceilingAt) }),
    ...(gap === null ? {} : { gap }),
  };
}

function date(instant: number | null): Date | null {
  return instant === null ? null : new Date(instant);
}
