import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '@convenant/kernel';
import type { ProtocolView } from '@convenant/contracts';
import { CLOCK } from '@convenant/platform';
import { protocolView } from '../domain/protocol-view.js';
import { Frameworks } from './frameworks.js';
import { ProtocolStore } from './protocol-store.js';

/** A protocol as it stands now, for one of its parties. */
@Injectable()
export class GetProtocol {
  constructor(
    private readonly store: ProtocolStore,
    private readonly frameworks: Frameworks,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND, also for a protocol of others */
  async execute(id: string, party: string | null): Promise<ProtocolView> {
    const { sender, receiver, frameworkId } = await this.store.protocolFor(id, party);
    const now = this.clock.now();
    const framework = await this.frameworks.factsOf(frameworkId, now);
    return protocolView(id, { sender, receiver }, await this.store.history(id), now, framework);
  }
}
