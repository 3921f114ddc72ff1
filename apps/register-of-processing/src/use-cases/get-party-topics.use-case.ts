import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError, formatInstant } from '@convenant/kernel';
import type { PartyTopicsView } from '@convenant/contracts';
import { inTopicOf, partyAuditTopicOf, principalOf } from '@convenant/messaging';
import { PartyTopics } from '../db/party.entity.js';
import { PartyTopicsOptions } from './make-party-topics.use-case.js';

/** What a party's own systems connect with, and whether it is ready. */
@Injectable()
export class GetPartyTopics {
  constructor(
    private readonly dataSource: DataSource,
    private readonly options: PartyTopicsOptions,
  ) {}

  /**
   * @param party who asks; null for an installation-admin
   * @throws DomainError NOT_FOUND, also for another party
   */
  async execute(partyId: string, party: string | null): Promise<PartyTopicsView> {
    const mayKnow = party === null || party === partyId;
    const row = mayKnow && (await this.dataSource.getRepository(PartyTopics).findOneBy({ partyId }));
    if (!row) throw new DomainError('NOT_FOUND', `There is no party ${partyId}`);
    const { installation } = this.options;
    return {
      partyId,
      state: row.madeAt === null ? 'pending' : 'made',
      principal: principalOf(installation, partyId),
      in: inTopicOf(installation, partyId),
      audit: partyAuditTopicOf(installation, partyId),
      ...(row.madeAt === null ? {} : { madeAt: formatInstant(row.madeAt.getTime()) }),
    };
  }
}
