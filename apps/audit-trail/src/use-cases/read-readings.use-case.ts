import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ReadReadingsQuery, ReadingsPage, TrailReading } from '@convenant/contracts';
import { formatInstant, type Clock } from '@convenant/kernel';
import { CLOCK, type CallerIdentity } from '@convenant/platform';
import { readerOf } from '../db/read-page.js';
import { recordRead } from '../db/record-read.js';
import { readReadings, type ReadingRow } from '../db/trail.statements.js';
import { OPERATOR } from '../db/visibility.statements.js';

const BEGINNING = '0.0';

/**
 * Shows a party who has read its side of the trail, in the order in which the readings were committed; the operator sees the
 * operator's own. To ask for it is a reading too, and is recorded before it is answered: the next page shows it.
 */
@Injectable()
export class ReadReadings {
  constructor(
    private readonly source: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute(caller: CallerIdentity, { after = BEGINNING, limit = 100 }: ReadReadingsQuery): Promise<ReadingsPage> {
    const reader = readerOf(caller);
    const party = reader === OPERATOR ? null : reader;
    return this.source.transaction(async (manager) => {
      const rows: ReadingRow[] = await manager.query(readReadings.text, [party, ...after.split('.'), limit + 1]);
      const shown = rows.slice(0, limit);
      await recordRead(manager, {
        readAt: this.clock.now(),
        caller: { ...caller, party: party ?? undefined },
        what: 'readings',
        shown: shown.length,
        filters: {},
      });
      const last = shown.at(-1);
      return {
        items: shown.map(readingOf),
        ...(last && rows.length > limit && { next: `${last.row_xid}.${last.row_no}` }),
      };
    });
  }
}

function readingOf(row: ReadingRow): TrailReading {
  const { id, reader, reader_roles: roles, what, shown, after_position: after, through_position: through } = row;
  return {
    id,
    readAt: formatInstant(row.read_at.getTime()),
    reader,
    roles,
    what,
    ...(after === null ? null : { after: Number(after) }),
    ...(through === null ? null : { through: Number(through) }),
    shown,
    filters: JSON.parse(row.filters) as Record<string, string>,
  };
}
