import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { formatInstant, newId, type Clock } from '@convenant/kernel';
import { informationDutyOverdue } from '@convenant/contracts';
import { CLOCK, Outbox } from '@convenant/messaging';
import { InformationDuty } from '../db/information-duty.entity.js';
import { overdueDuties } from '../db/rights.statements.js';
import { dutyIds, isLateFor } from './information-duties.js';

/** Duties of one step. */
const AT_ONCE = 50;

/** Tells, once for each date, of every person who should have been informed by now. */
@Injectable()
export class AlertOfInformationDuties {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns how many duties it looked at */
  async execute(): Promise<number> {
    const now = formatInstant(this.clock.now());
    const due: { id: string }[] = await this.dataSource.query(overdueDuties.text, [now, AT_ONCE]);
    if (due.length === 0) return 0;
    const ids = due.map(({ id }) => id);
    await this.outbox.transaction(ids, async (tx) => {
      // Nobody commands it at this moment: the look itself is the cause.
      const look = newId();
      for (const id of ids) {
        const duty = await tx.manager.findOneByOrFail(InformationDuty, { id });
        const { state, dueAt, alertedDueAt } = duty;
        if (state !== 'open' || dueAt.getTime() === alertedDueAt?.getTime() || !isLateFor(duty, tx.now)) continue;
        await tx.manager.update(InformationDuty, { id }, { alertedDueAt: dueAt });
        await tx.append(informationDutyOverdue, {
          subject: id,
          data: { ...dutyIds(duty), dueAt: formatInstant(dueAt.getTime()), noticedAt: formatInstant(tx.now) },
          context: { correlationId: look, causationId: look },
          protocolId: duty.protocolId,
        });
      }
    });
    return due.length;
  }
}
