import { Inject, Injectable } from '@nestjs/common';
import { formatInstant, type Clock } from '@convenant/kernel';
import type { EndingView } from '@convenant/contracts';
import { CLOCK } from '@convenant/platform';
import { endingKinds, endingState } from '../domain/ending-state.js';
import { KnownEnding } from './known-ending.js';

/** An ending and how far it is enforced, for one of the parties. */
@Injectable()
export class GetEnding {
  constructor(
    private readonly endings: KnownEnding,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND, also for an ending of another protocol */
  async execute(protocolId: string, id: string, party: string | null): Promise<EndingView> {
    const { event, row } = await this.endings.of(protocolId, id, party);
    const { endsAt, clause, dutiesAfter } = event.data;
    const enforcedAt = row.enforcedAt?.getTime() ?? null;
    return {
      id,
      protocolId,
      kind: endingKinds[event.type],
      clause,
      state: endingState({ endsAt, enforcedAt }, this.clock.now()),
      endsAt: formatInstant(endsAt),
      ...(row.latencyMs === null ? {} : { latencyMs: row.latencyMs }),
      unconfirmed: row.unconfirmed,
      dutiesAfter: [...dutiesAfter],
    };
  }
}
