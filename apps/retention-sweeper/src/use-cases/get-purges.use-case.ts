import { Injectable } from '@nestjs/common';
import { DataSource, LessThan } from 'typeorm';
import { formatInstant } from '@convenant/kernel';
import type { PurgePage, PurgeQuery, PurgeView } from '@convenant/contracts';
import { Purge } from '../db/purge.entity.js';
import { countErasures } from '../db/purge.statements.js';
import { notFound } from './known-facts.js';

const PAGE = 50;

interface Progress {
  asked: number;
  erased: number;
  held: number;
}

/** The purges of one party, with how far each is. */
@Injectable()
export class GetPurges {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws DomainError NOT_FOUND, also for a purge of another party */
  async one(id: string, party: string): Promise<PurgeView> {
    const purge = await this.dataSource.getRepository(Purge).findOneBy({ id, party });
    if (purge === null) throw notFound('purge', id);
    return viewOf(purge, await this.progressOf([purge]));
  }

  /** The newest first. */
  async page({ after, limit = PAGE }: PurgeQuery, party: string): Promise<PurgePage> {
    const purges = await this.dataSource
      .getRepository(Purge)
      .find({ where: { party, ...(after ? { id: LessThan(after) } : {}) }, order: { id: 'DESC' }, take: limit + 1 });
    const shown = purges.slice(0, limit);
    const progress = await this.progressOf(shown);
    return {
      items: shown.map((purge) => viewOf(purge, progress)),
      ...(purges.length > limit ? { next: shown.at(-1)!.id } : {}),
    };
  }

  private async progressOf(purges: readonly Purge[]): Promise<Map<string, Progress>> {
    const rows: ({ purge_id: string } & Progress)[] = await this.dataSource.query(countErasures.text, [
      purges.map(({ id }) => id),
    ]);
    return new Map(rows.map(({ purge_id: id, asked, erased, held }) => [id, { asked, erased, held }]));
  }
}

function viewOf(purge: Purge, progress: Map<string, Progress>): PurgeView {
  const { id, protocolId, origin, state, setHash, size, counts, held, gaps, later, cause, clause } = purge;
  return {
    id,
    protocolId,
    origin,
    state,
    setHash,
    size,
    counts,
    left: { held, gaps, later },
    progress: progress.get(id) ?? { asked: 0, erased: 0, held: 0 },
    ...(cause === null ? {} : { cause }),
    ...(clause === null ? {} : { clause }),
    plannedAt: formatInstant(purge.plannedAt.getTime()),
    ...(purge.startedAt === null ? {} : { startedAt: formatInstant(purge.startedAt.getTime()) }),
    ...(purge.endedAt === null ? {} : { endedAt: formatInstant(purge.endedAt.getTime()) }),
  };
}
