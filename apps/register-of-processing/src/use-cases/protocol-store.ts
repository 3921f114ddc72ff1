import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DomainError, newId } from '@convenant/kernel';
import type { WriteTransaction } from '@convenant/messaging';
import type { ProtocolEvent } from '@convenant/protocol';
import {
  asRecorded,
  isEnding,
  roleOf,
  type HistoryEntry,
  type PartyIds,
  type RecordedEvent,
} from '../domain/protocol-history.js';
import { Protocol, ProtocolEnding, ProtocolEventRow } from '../db/protocol.entity.js';
import { publishProtocolEvent, type Publication } from './publish-protocol-event.js';

/** Protocols as the fold of their events: reads the history, and records new events in the table and the outbox at once. */
@Injectable()
export class ProtocolStore {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * The parties of a protocol, for one of them.
   * @throws DomainError NOT_FOUND for anyone else: that there is an agreement is confidential
   */
  async partiesFor(id: string, party: string | null): Promise<PartyIds> {
    const protocol = await this.dataSource.getRepository(Protocol).findOneBy({ id });
    if (protocol === null || roleOf(protocol, party ?? undefined) === null) {
      throw new DomainError('NOT_FOUND', `There is no protocol ${id}`);
    }
    return { sender: protocol.sender, receiver: protocol.receiver };
  }

  async history(id: string, manager: EntityManager = this.dataSource.manager): Promise<HistoryEntry[]> {
    const rows = await manager.find(ProtocolEventRow, {
      where: { protocolId: id },
      order: { aggregateVersion: 'ASC' },
    });
    return rows.map(({ aggregateVersion, type, data, factId, recordedAt }) => ({
      aggregateVersion,
      event: { type, data } as RecordedEvent,
      factId,
      recordedAt: recordedAt.getTime(),
    }));
  }

  /** Records events in order. @returns ids of what they made (opinion, decision, signature, ending), null for the rest */
  async record(
    tx: WriteTransaction,
    publication: Publication,
    events: readonly ProtocolEvent[],
  ): Promise<(string | null)[]> {
    const factIds: (string | null)[] = [];
    for (const event of events.map(asRecorded)) {
      const factId = event.type === 'protocol.drafted' || event.type === 'protocol.activated' ? null : newId();
      const { aggregateVersion } = await publishProtocolEvent(tx, publication, event, factId ?? publication.id);
      await tx.manager.insert(ProtocolEventRow, {
        protocolId: publication.id,
        aggregateVersion,
        type: event.type,
        data: event.data as never,
        factId,
        recordedAt: new Date(tx.now),
      });
      if (isEnding(event) && factId !== null) {
        await tx.manager.insert(ProtocolEnding, {
          id: factId,
          protocolId: publication.id,
          causedVersion: aggregateVersion,
          enforcedAt: null,
          latencyMs: null,
          unconfirmed: [],
        });
      }
      factIds.push(factId);
    }
    return factIds;
  }
}
