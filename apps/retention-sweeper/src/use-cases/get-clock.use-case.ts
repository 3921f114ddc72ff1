import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { formatInstant } from '@convenant/kernel';
import type { ClockView } from '@convenant/contracts';
import { RecordedTrigger } from '../db/clock.entity.js';
import { DisclosureFact } from '../db/facts.entity.js';
import { standingHolds } from '../db/hold.statements.js';
import { Erasure } from '../db/purge.entity.js';
import { KnownFacts } from './known-facts.js';
import { reckoningOf } from './look-at-clock.js';

/** The clock of one disclosure with everything that moved it, for the receiving party. */
@Injectable()
export class GetClock {
  constructor(
    private readonly dataSource: DataSource,
    private readonly facts: KnownFacts,
  ) {}

  /** @throws DomainError NOT_FOUND, also for the sender of the disclosure */
  async execute(disclosureId: string, party: string): Promise<ClockView> {
    const { manager } = this.dataSource;
    const { clock } = await this.facts.receiversClock(disclosureId, party);
    const { protocolId, subjectRef } = clock;
    const { items } = await manager.findOneByOrFail(DisclosureFact, { disclosureId });
    const triggers = await manager.find(RecordedTrigger, { where: { disclosureId }, order: { position: 'ASC' } });
    const holds: { id: string }[] = await this.dataSource.query(standingHolds.text, [
      protocolId,
      disclosureId,
      subjectRef,
    ]);
    const erasure = await manager.findOneBy(Erasure, { disclosureId, state: 'erased' });
    return {
      disclosureId,
      subjectRef,
      protocolId,
      items,
      state: clock.state,
      ...reckoningOf({
        rule: clock.rule,
        clause: clock.clause,
        dueAt: clock.dueAt?.getTime() ?? null,
        ceilingAt: clock.ceilingAt?.getTime() ?? null,
        gap: clock.gap,
      }),
      overdue: clock.alertedCeilingAt !== null,
      holds: holds.map(({ id }) => id),
      triggers: triggers.map(({ kind, wanted, occurredAt }) => ({
        kind,
        ...(wanted === null ? {} : { outcome: wanted ? ('accepted' as const) : ('declined' as const) }),
        occurredAt: formatInstant(occurredAt.getTime()),
      })),
      ...(clock.erasedAt === null ? {} : { erasedAt: formatInstant(clock.erasedAt.getTime()) }),
      ...(erasure?.horizonAt ? { erasureHorizonAt: formatInstant(erasure.horizonAt.getTime()) } : {}),
      ...(erasure === null ? {} : { recipientErasure: erasure.declaredAt === null ? 'ordered' : 'declared' }),
    };
  }
}
