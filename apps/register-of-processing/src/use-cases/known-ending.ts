import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError } from '@convenant/kernel';
import { isEnding, type EndingEvent, type PartyIds } from '../domain/protocol-history.js';
import { ProtocolEnding } from '../db/protocol.entity.js';
import { ProtocolStore } from './protocol-store.js';

/** An ending, for one of the parties of its protocol: what was said, and how far it is enforced. */
@Injectable()
export class KnownEnding {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: ProtocolStore,
  ) {}

  /** @throws DomainError NOT_FOUND, also for an ending of another protocol */
  async of(
    protocolId: string,
    id: string,
    party: string | null,
  ): Promise<{ event: EndingEvent; row: ProtocolEnding; parties: PartyIds }> {
    const parties = await this.store.partiesFor(protocolId, party);
    const row = await this.dataSource.getRepository(ProtocolEnding).findOneBy({ id, protocolId });
    const event = (await this.store.history(protocolId)).find(({ factId }) => factId === id)?.event;
    if (row === null || event === undefined || !isEnding(event)) {
      throw new DomainError('NOT_FOUND', `There is no ending ${id}`);
    }
    return { event, row, parties };
  }
}
