import { Inject, Injectable } from '@nestjs/common';
import { DataSource, LessThanOrEqual } from 'typeorm';
import { formatInstant, newId, type Clock } from '@convenant/kernel';
import { rightsRequestReminded } from '@convenant/contracts';
import { CLOCK, Outbox } from '@convenant/messaging';
import { reminderDue } from '@convenant/protocol';
import { RightsRequest } from '../db/rights-request.entity.js';
import { TellOfficers } from './officer-mail/tell-officers.js';
import { dueDates, factsOf, requestIds } from '../domain/rights-view.js';

/** Requests of one step. */
const AT_ONCE = 50;

/** Tells of each open request that its answer is due soon, that the cautious date has passed, or that it is overdue. */
@Injectable()
export class RemindOfRights {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
    private readonly officers: TellOfficers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns how many requests it looked at */
  async execute(): Promise<number> {
    const over = { state: 'open' as const, nextLookAt: LessThanOrEqual(new Date(this.clock.now())) };
    const due = await this.dataSource.manager.find(RightsRequest, { where: over, take: AT_ONCE });
    if (due.length === 0) return 0;
    const ids = due.map(({ id }) => id);
    await this.outbox.transaction(ids, async (tx) => {
      // Nobody commands it at this moment: the look itself is the cause.
      const look = newId();
      for (const id of ids) {
        const request = await tx.manager.findOneBy(RightsRequest, { id, ...over });
        if (request === null) continue;
        const { deadline } = dueDates(factsOf(request, true));
        const { stage, nextAt } = reminderDue(deadline, request.reminded, tx.now);
        const nextLookAt = nextAt === null ? null : new Date(nextAt);
        await tx.manager.update(RightsRequest, { id }, { nextLookAt, ...(stage === null ? {} : { reminded: stage }) });
        if (stage === null) continue;
        const dueAt = stage === 'overdue' ? deadline.regulationAt : deadline.cautiousAt;
        await this.officers.tell(tx, {
          ...{ party: request.party, topic: 'RIGHTS_REQUEST_DUE', protocolId: request.protocolId, at: dueAt },
          ...{ reference: id, path: `/register/v1/rights-requests/${id}` },
        });
        await tx.append(rightsRequestReminded, {
          subject: id,
          data: { ...requestIds(request), stage, dueAt: formatInstant(dueAt), noticedAt: formatInstant(tx.now) },
          context: { correlationId: look, causationId: look },
          protocolId: request.protocolId,
        });
      }
    });
    return due.length;
  }
}
