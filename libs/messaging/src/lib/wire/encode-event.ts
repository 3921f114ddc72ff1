import { formatInstant } from '@convenant/kernel';
import type { BusMessage } from '../bus/bus.js';
import { CONTENT_TYPE, formatSequence, headerOf, SPEC_VERSION } from './attributes.js';

/** What of an outbox row goes on the wire; `bigint` columns as text. */
export interface EncodableEvent {
  event_id: string;
  type: string;
  classification: string;
  subject: string;
  aggregate_version: string;
  /** As text: RFC 3339 in UTC with milliseconds. */
  occurred_at: Date | string;
  recorded_at: Date | string;
  correlation_id: string;
  causation_id: string;
  traceparent: string | null;
  protocol_id: string | null;
  protocol_version: number | null;
  clause: string | null;
  actor_party: string | null;
  actor_ref: string | null;
  data: string;
}

/** The record of an outbox row at its position: the same row at the same `sequence` gives the same bytes on every resend. */
export function encodeEvent(row: EncodableEvent, source: string, sequence: number): BusMessage {
  // All of them in every record, also those without a value: objects of one shape.
  const headers: BusMessage['headers'] = {
    [headerOf.specversion]: SPEC_VERSION,
    [headerOf.id]: row.event_id,
    [headerOf.source]: source,
    [headerOf.type]: row.type,
    [headerOf.subject]: row.subject,
    [headerOf.time]: instantOf(row.occurred_at),
    [headerOf.contentType]: CONTENT_TYPE,
    [headerOf.partitionkey]: row.subject,
    [headerOf.sequence]: formatSequence(sequence),
    [headerOf.aggregateversion]: row.aggregate_version,
    [headerOf.recordedtime]: instantOf(row.recorded_at),
    [headerOf.correlationid]: row.correlation_id,
    [headerOf.causationid]: row.causation_id,
    [headerOf.dataclassification]: row.classification,
    [headerOf.traceparent]: row.traceparent ?? undefined,
    [headerOf.protocolid]: row.protocol_id ?? undefined,
    [headerOf.protocolversion]: row.protocol_version === null ? undefined : String(row.protocol_version),
    [headerOf.clauseref]: row.clause ?? undefined,
    [headerOf.actorparty]: row.actor_party ?? undefined,
    [headerOf.actorref]: row.actor_ref ?? undefined,
  };
  return { key: row.subject, headers, value: row.data };
}

function instantOf(instant: Date | string): string {
  return typeof instant === 'string' ? instant : formatInstant(instant.getTime());
}
