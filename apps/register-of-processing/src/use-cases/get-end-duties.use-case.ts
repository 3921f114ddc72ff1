import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { formatInstant } from '@convenant/kernel';
import type { EndDutiesView } from '@convenant/contracts';
import { bearersOf, type EndDutyKind } from '@convenant/protocol';
import { EndDuty } from '../db/end-duty.entity.js';
import { KnownEnding } from './known-ending.js';

/** What the parties still owe after an ending, and what is done. */
@Injectable()
export class GetEndDuties {
  constructor(
    private readonly dataSource: DataSource,
    private readonly endings: KnownEnding,
  ) {}

  /** @throws DomainError NOT_FOUND, also for an ending of another protocol */
  async execute(protocolId: string, endingId: string, party: string | null): Promise<EndDutiesView> {
    const { event, row } = await this.endings.of(protocolId, endingId, party);
    const done = await this.dataSource.getRepository(EndDuty).findBy({ endingId });
    const { clause, dutiesAfter } = event.data;
    return {
      endingId,
      items: dutiesAfter.map((duty) => {
        if (bearersOf(duty as EndDutyKind).length === 0) {
          return row.enforcedAt === null
            ? { duty, clause, state: 'open' }
            : { duty, clause, state: 'completed', completedAt: formatInstant(row.enforcedAt.getTime()) };
        }
        const completed = done.find((one) => one.duty === duty);
        if (completed === undefined) return { duty, clause, state: 'open' };
        return {
          duty,
          clause,
          state: 'completed',
          party: completed.party,
          ...(completed.evidenceHash === null ? {} : { evidenceHash: completed.evidenceHash }),
          completedAt: formatInstant(completed.completedAt.getTime()),
        };
      }),
    };
  }
}
