import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError, formatInstant } from '@convenant/kernel';
import type { SuspensionView } from '@convenant/contracts';
import { ProtocolSuspension } from '../db/suspension.entity.js';
import { ProtocolStore } from './protocol-store.js';

/** A suspension and how far it is enforced, for one of the parties. */
@Injectable()
export class GetSuspension {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: ProtocolStore,
  ) {}

  /** @throws DomainError NOT_FOUND, also for a suspension of another protocol */
  async execute(protocolId: string, id: string, party: string | null): Promise<SuspensionView> {
    const parties = await this.store.partiesFor(protocolId, party);
    const suspension = await this.dataSource.getRepository(ProtocolSuspension).findOneBy({ id, protocolId });
    const event = (await this.store.history(protocolId)).find(({ factId }) => factId === id)?.event;
    if (suspension === null || event?.type !== 'protocol.suspended') {
      throw new DomainError('NOT_FOUND', `There is no suspension ${id}`);
    }
    const { enforcedAt, latencyMs, unconfirmed, resumedAt } = suspension;
    const { by, clause, suspendedAt } = event.data;
    return {
      id,
      protocolId,
      party: parties[by],
      clause,
      state: resumedAt !== null ? 'resumed' : enforcedAt !== null ? 'enforced' : 'enforcing',
      suspendedAt: formatInstant(suspendedAt),
      ...(enforcedAt === null ? {} : { enforcedAt: formatInstant(enforcedAt.getTime()) }),
      ...(latencyMs === null ? {} : { latencyMs }),
      unconfirmed,
      ...(resumedAt === null ? {} : { resumedAt: formatInstant(resumedAt.getTime()) }),
    };
  }
}
