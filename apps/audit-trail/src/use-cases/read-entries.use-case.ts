import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ReadEntriesQuery, TrailPage } from '@convenant/contracts';
import type { Clock } from '@convenant/kernel';
import { CLOCK, type CallerIdentity } from '@convenant/platform';
import { cursorBehind } from '../db/entry-row.js';
import { knownCursor, pageFor, readerOf } from '../db/read-page.js';
import { recordRead } from '../db/record-read.js';
import { formatCursor } from '../domain/reading-cursor.js';

/**
 * Gives a reader what its party may see, in the order in which it became visible, and records who read which interval
 * before it answers: a reading that cannot be recorded does not happen.
 */
@Injectable()
export class ReadEntries {
  constructor(
    private readonly source: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute(caller: CallerIdentity, query: ReadEntriesQuery): Promise<TrailPage> {
    const { after: place, limit = 100, ...filters } = query;
    const reader = readerOf(caller);
    return this.source.transaction(async (manager) => {
      const after = await knownCursor(manager, reader, place, { in: 'query', name: 'after' });
      const { items, more } = await pageFor(manager, reader, after, limit, filters);
      const last = items.at(-1);
      await recordRead(manager, {
        readAt: this.clock.now(),
        caller,
        what: 'entries',
        after: after.since,
        through: last?.visibleFrom,
        shown: items.length,
        filters,
      });
      return { items, ...(more && { next: formatCursor(cursorBehind(last!)) }) };
    });
  }
}
