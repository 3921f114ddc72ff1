import { catalogue } from '@convenant/contracts';
import { encodeEvent, formatSequence, type BusMessage } from '@convenant/messaging';
import type { EntryRow } from '../db/entry-row.js';

/** What the trail adds to the attributes that the event came with, as Kafka headers. */
export const trailHeaders = {
  /** The position of the entry, 19 digits: the same in every delivery, and as the API gives it. */
  position: 'ce_trailposition',
  /** The arrival that made it visible to the party, 19 digits: with the position it is the order of the topic. */
  visibleFrom: 'ce_trailvisiblefrom',
} as const;

/** The record of an entry: that of the event itself, byte for byte, and its place in the trail. */
export function encodeEntry(row: EntryRow): BusMessage {
  const definition = catalogue.get(row.type);
  const message = encodeEvent(
    {
      event_id: row.id,
      type: row.type,
      // An entry of an event that this program does not know any more is treated as what most of them are.
      classification: definition?.classification ?? 'pseudonymous',
      subject: row.subject,
      aggregate_version: String(row.aggregate_version),
      occurred_at: row.occurred_at,
      recorded_at: row.recorded_at,
      correlation_id: row.correlation_id!,
      causation_id: row.causation_id!,
      traceparent: row.traceparent,
      protocol_id: row.protocol_id,
      protocol_version: row.protocol_version,
      clause: row.clause,
      actor_party: row.actor_party,
      actor_ref: row.actor_ref,
      data: row.data,
    },
    row.source,
    Number(row.sequence),
  );
  message.headers[trailHeaders.position] = formatSequence(Number(row.position));
  message.headers[trailHeaders.visibleFrom] = formatSequence(Number(row.since));
  return message;
}
