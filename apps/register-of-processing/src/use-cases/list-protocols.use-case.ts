import { Inject, Injectable } from '@nestjs/common';
import { DataSource, MoreThan } from 'typeorm';
import type { Clock } from '@convenant/kernel';
import type { ProtocolPage } from '@convenant/contracts';
import { CLOCK } from '@convenant/platform';
import { protocolSummary } from '../domain/protocol-view.js';
import { Protocol } from '../db/protocol.entity.js';
import { ProtocolStore } from './protocol-store.js';

/** The protocols of a party, oldest first, a page at a time. */
@Injectable()
export class ListProtocols {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: ProtocolStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @param page `after`: id of the last protocol of the page before */
  async execute(party: string, page: { after?: string; limit: number }): Promise<ProtocolPage> {
    const after = page.after === undefined ? {} : { id: MoreThan(page.after) };
    const found = await this.dataSource.getRepository(Protocol).find({
      where: [
        { sender: party, ...after },
        { receiver: party, ...after },
      ],
      order: { id: 'ASC' },
      take: page.limit + 1,
    });
    const shown = found.slice(0, page.limit);
    const now = this.clock.now();
    const items: ProtocolPage['items'] = [];
    for (const { id, sender, receiver } of shown) {
      items.push(protocolSummary(id, { sender, receiver }, await this.store.history(id), now));
    }
    return { items, ...(found.length > shown.length ? { next: shown.at(-1)!.id } : {}) };
  }
}
