import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, type EntityManager } from 'typeorm';
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
import { ProtocolSuspension } from '../db/suspension.entity.js';
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
    const { sender, receiver } = await this.protocolFor(id, party);
    return { sender, receiver };
  }

  /**
   * A protocol, for one of its parties.
   * @throws DomainError NOT_FOUND for anyone else
   */
  async protocolFor(id: string, party: string | null): Promise<Protocol> {
    const protocol = await this.dataSource.getRepository(Protocol).findOneBy({ id });
    if (protocol === null || roleOf(protocol, party ?? undefined) === null) {
      throw new DomainError('NOT_FOUND', `There is no protocol ${id}`);
    }
    return protocol;
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

  /** Records events in order. @returns of each its id, and the id of what it made or concluded (an opinion, an ending, …) or null */
  async record(tx: WriteTransaction, publication: Publication, events: readonly ProtocolEvent[]): Promise<Recorded[]> {
    const recorded: Recorded[] = [];
    for (const event of events.map(asRecorded)) {
      const concluded = await this.concludedBy(tx, publication.id, event);
      const factId = concluded !== null || makesNothing.some((type) => type === event.type) ? null : newId();
      const id = factId ?? concluded;
      const { id: eventId, aggregateVersion } = await publishProtocolEvent(
        tx,
        publication,
        event,
        id ?? publication.id,
      );
      await tx.manager.insert(ProtocolEventRow, {
        protocolId: publication.id,
        aggregateVersion,
        type: event.type,
        data: event.data as never,
        factId,
        recordedAt: new Date(tx.now),
      });
      if (factId !== null)
        await this.awaitBarrier(tx, event, { id: factId, protocolId: publication.id, aggregateVersion });
      if (event.type === 'protocol.resumed') {
        await tx.manager.update(ProtocolSuspension, { id: concluded! }, { resumedAt: new Date(event.data.resumedAt) });
      }
      recorded.push({ eventId, madeId: id });
    }
    return recorded;
  }

  /** The suspension that is lifted, or the ending whose date has come. */
  private async concludedBy({ manager }: WriteTransaction, protocolId: string, event: RecordedEvent) {
    if (event.type === 'protocol.resumed') {
      return (await manager.findOneByOrFail(ProtocolSuspension, { protocolId, resumedAt: IsNull() })).id;
    }
    if (event.type !== 'protocol.ended') return null;
    // The last one: a later ending is recorded only when it ends the protocol earlier.
    const order = { causedVersion: 'DESC' } as const;
    return (await manager.findOneOrFail(ProtocolEnding, { where: { protocolId }, order })).id;
  }

  /** What transfer has to confirm: that nothing flows any more. */
  private async awaitBarrier(
    { manager }: WriteTransaction,
    event: RecordedEvent,
    { id, protocolId, aggregateVersion }: { id: string; protocolId: string; aggregateVersion: number },
  ): Promise<void> {
    const pending = { causedVersion: aggregateVersion, enforcedAt: null, latencyMs: null, unconfirmed: [] };
    if (isEnding(event)) await manager.insert(ProtocolEnding, { id, protocolId, ...pending });
    if (event.type === 'protocol.suspended') {
      await manager.insert(ProtocolSuspension, { id, protocolId, ...pending, resumedAt: null });
    }
  }
}

export interface Recorded {
  readonly eventId: string;
  readonly madeId: string | null;
}

const makesNothing = ['protocol.drafted', 'protocol.amended', 'protocol.activated'] as const;
