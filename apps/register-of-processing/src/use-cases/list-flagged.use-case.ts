import { Injectable } from '@nestjs/common';
import { DataSource, MoreThan, MoreThanOrEqual } from 'typeorm';
import { formatInstant } from '@convenant/kernel';
import type { FlaggedDisclosures } from '@convenant/contracts';
import { flaggedSince } from '../domain/protocol-history.js';
import { DisclosureFact } from '../db/disclosure-fact.entity.js';
import { KnownEnding } from './known-ending.js';

/**
 * What was disclosed after a protocol had ended by law and before anybody said so: without a legal ground, so each party has
 * to look at it. Also what only now arrives here from transfer is listed at the next look.
 */
@Injectable()
export class ListFlagged {
  constructor(
    private readonly dataSource: DataSource,
    private readonly endings: KnownEnding,
  ) {}

  /** @throws DomainError NOT_FOUND, also for an ending of another protocol */
  async execute(
    { protocolId, endingId }: { protocolId: string; endingId: string },
    page: { after?: string | undefined; limit: number },
    party: string | null,
  ): Promise<FlaggedDisclosures> {
    const { event } = await this.endings.of(protocolId, endingId, party);
    const since = flaggedSince(event);
    if (since === null) return { endingId, items: [] };
    const found = await this.dataSource.getRepository(DisclosureFact).find({
      where: {
        protocolId,
        requestedAt: MoreThanOrEqual(new Date(since)),
        ...(page.after === undefined ? {} : { disclosureId: MoreThan(page.after) }),
      },
      order: { disclosureId: 'ASC' },
      take: page.limit + 1,
    });
    const shown = found.slice(0, page.limit);
    return {
      endingId,
      flaggedSince: formatInstant(since),
      items: shown.map(({ disclosureId, subjectRef, requestedAt, items }) => ({
        disclosureId,
        subjectRef,
        requestedAt: formatInstant(requestedAt.getTime()),
        items,
      })),
      ...(found.length > page.limit ? { next: shown.at(-1)!.disclosureId } : {}),
    };
  }
}
