import type { TrailEntry } from '@convenant/contracts';
import { formatInstant } from '@convenant/kernel';
import type { ReadingCursor } from '../domain/reading-cursor.js';

/** An entry as a reader's page gives it. `bigint` columns come as text. */
export interface EntryRow {
  since: string;
  position: string;
  source: string;
  service: string;
  sequence: string;
  id: string;
  type: string;
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
  traceparent: string | null;
  data: string;
  /** Rows of the page before its bytes were counted. */
  found: string;
}

/** The entry as a reader of the API gets it. */
export function entryOf(row: EntryRow): TrailEntry {
  return {
    position: Number(row.position),
    visibleFrom: Number(row.since),
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

/** Behind this entry. */
export function cursorBehind(entry: Pick<TrailEntry, 'position' | 'visibleFrom'>): ReadingCursor {
  return { since: entry.visibleFrom, position: entry.position };
}
