import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { formatInstant } from '@convenant/kernel';
import type { RetentionStatusView } from '@convenant/contracts';
import { gapsOfParty, statusOfParty, type GapRow, type StatusRow } from '../db/clock.statements.js';
import { gapCause } from '../domain/gap-cause.js';

/** Where the clocks of a party's protocols stand, and which decisions of the party are missing. */
@Injectable()
export class GetStatus {
  constructor(private readonly dataSource: DataSource) {}

  async execute(party: string): Promise<RetentionStatusView> {
    const rows: StatusRow[] = await this.dataSource.query(statusOfParty.text, [party]);
    const gaps: GapRow[] = await this.dataSource.query(gapsOfParty.text, [party]);
    return {
      items: rows.map(({ protocol_id: protocolId, next_run_at: nextRunAt, ...counts }) => ({
        protocolId,
        ...counts,
        gaps: gaps
          .filter((gap) => gap.protocol_id === protocolId)
          .map(({ rule, clause, gap, count }) => ({ rule, clause, gap, cause: gapCause[gap], count })),
        nextRunAt: formatInstant(nextRunAt.getTime()),
      })),
    };
  }
}
