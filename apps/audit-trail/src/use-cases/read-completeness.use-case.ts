import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { factServices, type CompletenessView } from '@convenant/contracts';
import { formatInstant, type Clock } from '@convenant/kernel';
import { CLOCK, type CallerIdentity } from '@convenant/platform';
import { recordRead } from '../db/record-read.js';
import { readProgress, readUnreadable } from '../db/trail.statements.js';
import { provenPosition, type SequenceGap } from '../domain/sequence-gap.js';

interface ProgressRow {
  service: string;
  highest: string;
  missing: string;
  gaps: SequenceGap[];
}

interface UnreadableRow {
  position: string;
  topic: string;
  partition: number;
  record_offset: string;
  length: number;
  digest: string;
  cause: string;
  recorded_at: Date;
}

/** Says per service up to which position nothing is missing, what is missing beyond it, and what could not be read. */
@Injectable()
export class ReadCompleteness {
  constructor(
    private readonly source: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute(caller: CallerIdentity): Promise<CompletenessView> {
    return this.source.transaction(async (manager) => {
      const progress: ProgressRow[] = await manager.query(readProgress.text);
      const unreadable: UnreadableRow[] = await manager.query(readUnreadable.text);
      const services = factServices.map((service) => serviceView(service, progress));
      await recordRead(manager, {
        readAt: this.clock.now(),
        caller,
        what: 'completeness',
        shown: services.length,
        filters: {},
      });
      return { services, unreadable: unreadable.map(unreadableView) };
    });
  }
}

function serviceView(service: string, progress: readonly ProgressRow[]): CompletenessView['services'][number] {
  const row = progress.find((candidate) => candidate.service === service);
  if (!row) return { service, proven: 0, highest: 0, missing: 0, gaps: [] };
  const highest = Number(row.highest);
  return { service, proven: provenPosition(highest, row.gaps), highest, missing: Number(row.missing), gaps: row.gaps };
}

function unreadableView(row: UnreadableRow): CompletenessView['unreadable'][number] {
  return {
    position: Number(row.position),
    topic: row.topic,
    partition: row.partition,
    offset: row.record_offset,
    length: row.length,
    digest: row.digest,
    cause: row.cause,
    recordedAt: formatInstant(row.recorded_at.getTime()),
  };
}
