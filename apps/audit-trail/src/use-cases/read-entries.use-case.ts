import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ReadEntriesQuery, TrailEntry, TrailPage } from '@convenant/contracts';
import { formatInstant, type Clock } from '@convenant/kernel';
import { CLOCK, type CallerIdentity } from '@convenant/platform';
import { recordRead } from '../db/record-read.js';
import { readEntries } from '../db/visibility.statements.js';

interface EntryRow {
  position: string;
  service: string;
  sequence: string;
  id: string;
  name: string;
  subject: string;
  aggregate_version: number;
  occurred_at: Date;
  recorded_at: Date;
  protocol_id: string | null;
  protocol_version: number | null;
  clause: string | null;
  actor_party: string | null;
  actor_ref: string | null;
  correlation_id: string | null;
  causation_id: string | null;
  data: string;
}

/**
 * Gives a reader what its party may see, in order of arrival, and records who read which interval before it answers: a
 * reading that cannot be recorded does not happen.
 */
@Injectable()
export class ReadEntries {
  constructor(
    private readonly source: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  execute(caller: CallerIdentity, query: ReadEntriesQuery): Promise<TrailPage> {
    const { after = 0, limit = 100, protocolId, service, type, correlationId } = query;
    return this.source.transaction(async (manager) => {
      const rows: EntryRow[] = await manager.query(readEntries.text, [
        caller.roles.includes('dpo') ? caller.party : undefined,
        caller.roles.includes('installation-admin'),
        after,
        limit + 1,
        protocolId,
        service,
        type,
        correlationId,
      ]);
      const items = rows.slice(0, limit).map(entryOf);
      const through = items.at(-1)?.position;
      await recordRead(manager, {
        readAt: this.clock.now(),
        caller,
        what: 'entries',
        after,
        through,
        shown: items.length,
        filters: { protocolId, service, type, correlationId },
      });
      return { items, ...(rows.length > limit && { next: through }) };
    });
  }
}

function entryOf(row: EntryRow): TrailEntry {
  return {
    position: Number(row.position),
    service: row.service,
    sequence: Number(row.sequence),
    id: row.id,
    type: row.name,
    subject: row.subject,
    aggregateVersion: row.aggregate_version,
    time: formatInstant(row.occurred_at.getTime()),
    recordedTime: formatInstant(row.recorded_at.getTime()),
    ...(row.protocol_id && { protocolId: row.protocol_id }),
    ...(row.protocol_version !== null && { protocolVersion: row.protocol_version }),
    ...(row.clause && { clause: row.clause }),
    ...(row.actor_party && { actorParty: row.actor_party }),
    ...(row.actor_ref && { actorRef: row.actor_ref }),
    ...(row.correlation_id && { correlationId: row.correlation_id }),
    ...(row.causation_id && { causationId: row.causation_id }),
    data: JSON.parse(row.data) as Record<string, unknown>,
  };
}
