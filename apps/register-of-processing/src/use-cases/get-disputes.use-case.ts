import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError, formatInstant } from '@convenant/kernel';
import type { DisputesView, DisputeView } from '@convenant/contracts';
import { Dispute } from '../db/dispute.entity.js';
import { ProtocolStore } from './protocol-store.js';

/** Most disputes that one answer shows. */
const SHOWN = 500;

/** Disputes about a protocol, for its two parties. */
@Injectable()
export class GetDisputes {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: ProtocolStore,
  ) {}

  /** @throws DomainError NOT_FOUND, also for a dispute about another protocol */
  async one(protocolId: string, id: string, party: string | null): Promise<DisputeView> {
    await this.store.partiesFor(protocolId, party);
    const dispute = await this.dataSource.getRepository(Dispute).findOneBy({ id, protocolId });
    if (dispute === null) throw new DomainError('NOT_FOUND', `There is no dispute ${id}`);
    return viewOf(dispute);
  }

  /** Open ones first. @throws DomainError NOT_FOUND */
  async all(protocolId: string, party: string | null): Promise<DisputesView> {
    await this.store.partiesFor(protocolId, party);
    const order = { closedAt: { direction: 'DESC', nulls: 'FIRST' }, id: 'DESC' } as const;
    const disputes = await this.dataSource.getRepository(Dispute).find({ where: { protocolId }, order, take: SHOWN });
    return { items: disputes.map(viewOf) };
  }
}

function viewOf(dispute: Dispute): DisputeView {
  const { id, protocolId, openedBy, disclosureId, subjectRef, ground, law, court, clause, writingHash } = dispute;
  const { openedAt, closedBy, outcome, documentHash, closedAt } = dispute;
  return {
    id,
    protocolId,
    party: openedBy,
    scope: {
      ...(disclosureId === null ? {} : { disclosureId }),
      ...(subjectRef === null ? {} : { subjectRef }),
      protocolId,
    },
    ground,
    ...(law === null ? {} : { law }),
    ...(court === null ? {} : { court }),
    ...(clause === null ? {} : { clause }),
    ...(writingHash === null ? {} : { writingHash }),
    state: closedAt === null ? 'open' : 'closed',
    openedAt: formatInstant(openedAt.getTime()),
    ...(closedAt === null
      ? {}
      : {
          closing: {
            party: closedBy!,
            outcome: outcome!,
            ...(documentHash === null ? {} : { documentHash }),
            closedAt: formatInstant(closedAt.getTime()),
          },
        }),
  };
}
