import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError, formatInstant, type Clock } from '@convenant/kernel';
import type { LawChangesView, LawChangeView } from '@convenant/contracts';
import { CLOCK } from '@convenant/platform';
import type { PartyIds } from '../../domain/protocol-history.js';
import { LawChange } from '../../db/governance.entities.js';
import { GovernedProtocol } from '../governance/governed-protocol.js';

/** Most notices that one answer shows. */
const SHOWN = 500;

/** Changes of the law that the parties of a protocol told each other. */
@Injectable()
export class GetLawChanges {
  constructor(
    private readonly dataSource: DataSource,
    private readonly governed: GovernedProtocol,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND, also for a notice under another protocol */
  async one(protocolId: string, id: string, party: string | null): Promise<LawChangeView> {
    const { parties } = await this.governed.sides(protocolId, party);
    const change = await this.dataSource.getRepository(LawChange).findOneBy({ id, protocolId });
    if (change === null) throw new DomainError('NOT_FOUND', `There is no notice ${id}`);
    return this.viewOf(change, parties);
  }

  /** Open ones first. @throws DomainError NOT_FOUND */
  async all(protocolId: string, party: string | null): Promise<LawChangesView> {
    const { parties } = await this.governed.sides(protocolId, party);
    const order = { reviewedAt: { direction: 'DESC', nulls: 'FIRST' }, id: 'DESC' } as const;
    const changes = await this.dataSource.getRepository(LawChange).find({ where: { protocolId }, order, take: SHOWN });
    return { items: changes.map((change) => this.viewOf(change, parties)) };
  }

  private viewOf(change: LawChange, { sender, receiver }: PartyIds): LawChangeView {
    const { id, protocolId, party, instrument, inForceOn, impact, documentHash, clause } = change;
    const { notifiedAt, reviewBy, outcome, reviewImpact, reviewDocumentHash, reviewedAt } = change;
    return {
      id,
      protocolId,
      party,
      instrument,
      inForceOn,
      impact,
      ...(documentHash === null ? {} : { documentHash }),
      ...(clause === null ? {} : { clause }),
      state: reviewedAt !== null ? 'reviewed' : this.clock.now() >= reviewBy.getTime() ? 'overdue' : 'open',
      notifiedAt: formatInstant(notifiedAt.getTime()),
      reviewBy: formatInstant(reviewBy.getTime()),
      ...(reviewedAt === null
        ? {}
        : {
            review: {
              party: party === sender ? receiver : sender,
              outcome: outcome!,
              impact: reviewImpact!,
              ...(reviewDocumentHash === null ? {} : { documentHash: reviewDocumentHash }),
              reviewedAt: formatInstant(reviewedAt.getTime()),
            },
          }),
    };
  }
}
