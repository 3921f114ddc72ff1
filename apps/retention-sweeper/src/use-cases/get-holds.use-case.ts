import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { formatInstant } from '@convenant/kernel';
import type { HoldsView, HoldView } from '@convenant/contracts';
import { Hold } from '../db/hold.entity.js';
import { notFound } from './known-facts.js';

/** The holds of one party, and how far each is enforced. */
@Injectable()
export class GetHolds {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws DomainError NOT_FOUND, also for a hold of another party */
  async one(id: string, party: string): Promise<HoldView> {
    const hold = await this.dataSource.getRepository(Hold).findOneBy({ id, party });
    if (hold === null) throw notFound('hold', id);
    return viewOf(hold);
  }

  async all(party: string): Promise<HoldsView> {
    const holds = await this.dataSource
      .getRepository(Hold)
      .find({ where: { party }, order: { releasedAt: { direction: 'DESC', nulls: 'FIRST' }, id: 'DESC' }, take: 500 });
    return { items: holds.map(viewOf) };
  }
}

function viewOf(hold: Hold): HoldView {
  const { id, protocolId, disclosureId, subjectRef, authority, reason, enforcedAt, latencyMs, releasedAt } = hold;
  return {
    id,
    scope: {
      protocolId,
      ...(disclosureId === null ? {} : { disclosureId }),
      ...(subjectRef === null ? {} : { subjectRef }),
    },
    authority,
    reason,
    ...(hold.disputeId === null ? {} : { disputeId: hold.disputeId }),
    ...(hold.restrictionId === null ? {} : { restrictionId: hold.restrictionId }),
    state: releasedAt !== null ? 'released' : enforcedAt !== null ? 'enforced' : 'enforcing',
    placedAt: formatInstant(hold.placedAt.getTime()),
    ...(enforcedAt === null ? {} : { enforcedAt: formatInstant(enforcedAt.getTime()) }),
    ...(latencyMs === null ? {} : { latencyMs }),
    ...(releasedAt === null ? {} : { releasedAt: formatInstant(releasedAt.getTime()) }),
  };
}
