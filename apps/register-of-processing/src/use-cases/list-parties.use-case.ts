import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { PartyList } from '@convenant/contracts';
import { Party } from '../db/party.entity.js';
import { Protocol } from '../db/protocol.entity.js';
import { Parties } from './parties.js';

/** The parties that a caller may know of: itself and those it has a protocol with; the operator sees every one. */
@Injectable()
export class ListParties {
  constructor(
    private readonly dataSource: DataSource,
    private readonly parties: Parties,
  ) {}

  /** @param party null for an installation-admin */
  async execute(party: string | null): Promise<PartyList> {
    const query = this.dataSource.getRepository(Party).createQueryBuilder('party').orderBy('party.id');
    if (party !== null) {
      const counterparties = query
        .subQuery()
        .select('CASE WHEN protocol.sender = :party THEN protocol.receiver ELSE protocol.sender END')
        .from(Protocol, 'protocol')
        .where('protocol.sender = :party OR protocol.receiver = :party')
        .getQuery();
      query.where(`party.id = :party OR party.id IN ${counterparties}`, { party });
    }
    return { items: await this.parties.views(await query.getMany()) };
  }
}
