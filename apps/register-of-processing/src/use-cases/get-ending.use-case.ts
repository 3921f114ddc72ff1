import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError, formatInstant, type Clock } from '@convenant/kernel';
import type { EndingView } from '@convenant/contracts';
import { CLOCK } from '@convenant/platform';
import { endingKinds, endingState } from '../domain/ending-state.js';
import { isEnding } from '../domain/protocol-history.js';
import { ProtocolEnding } from '../db/protocol.entity.js';
import { ProtocolStore } from './protocol-store.js';

/** An ending and how far it is enforced, for one of the parties. */
@Injectable()
export class GetEnding {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: ProtocolStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND, also for an ending of another protocol */
  async execute(protocolId: string, id: string, party: string | null): Promise<EndingView> {
    await this.store.partiesFor(protocolId, party);
    const ending = await this.dataSource.getRepository(ProtocolEnding).findOneBy({ id, protocolId });
    const event = (await this.store.history(protocolId)).find(({ factId }) => factId === id)?.event;
    if (ending === null || event === undefined || !isEnding(event)) {
      throw new DomainError('NOT_FOUND', `There is no ending ${id}`);
    }
    const { endsAt, clause, dutiesAfter } = event.data;
    const enforcedAt = ending.enforcedAt?.getTime() ?? null;
    return {
      id,
      protocolId,
      kind: endingKinds[event.type],
      clause,
      state: endingState({ endsAt, enforcedAt }, this.clock.now()),
      endsAt: formatInstant(endsAt),
      ...(ending.latencyMs === null ? {} : { latencyMs: ending.latencyMs }),
      unconfirmed: ending.unconfirmed,
      dutiesAfter: [...dutiesAfter],
    };
  }
}
