import { formatInstant } from '@convenant/kernel';
import type { BusMessage } from '../bus/bus.js';
import type { EncodableRecord, RecordBatchWriter } from '../bus/record-batch.js';
import { encodeEvent } from '../wire/encode-event.js';
import { columnOf, instantAt, placesOf, textOf } from './outbox-row.js';
import type { RecordForm } from './record-form.js';

const NOT_SAMPLED = '0'.charCodeAt(0);

/**
 * The record of an outbox row at its position: `encodeEvent` of the row, written from the bytes that the server sent, with no
 * text made of them. That text and its garbage were more than half of what a relay costs.
 */
export class OutboxRecord implements BusMessage, EncodableRecord {
  private event: BusMessage | undefined;

  /** @param at where the row begins in the bytes of its page */
  constructor(
    private readonly form: RecordForm,
    private readonly bytes: Buffer,
    private readonly at: number,
    private readonly sequence: number,
  ) {}

  get key(): Buffer {
    const places = placesOf(this.bytes, this.at);
    return this.bytes.subarray(places[2 * columnOf.subject], places[2 * columnOf.subject + 1]);
  }

  get value(): string {
    return this.asEvent().value;
  }

  get headers(): BusMessage['headers'] {
    return this.asEvent().headers;
  }

  writeTo(into: RecordBatchWriter): void {
    this.form.write(into, this.bytes, placesOf(this.bytes, this.at), this.sequence);
  }

  /** What a `send` span of it is called by; undefined unless its command is traced. */
  get traced(): { traceparent: string; id: string; type: string } | undefined {
    const { bytes } = this;
    const places = placesOf(bytes, this.at);
    const end = places[2 * columnOf.traceparent + 1]!;
    if (places[2 * columnOf.traceparent]! < 0 || bytes[end - 1] === NOT_SAMPLED) return undefined;
    const text = (column: number) => textOf(bytes, places, column)!;
    return {
      traceparent: text(columnOf.traceparent),
      id: text(columnOf.event_id),
      type: text(columnOf.type),
    };
  }

  private asEvent(): BusMessage {
    if (this.event) return this.event;
    const { bytes } = this;
    const places = placesOf(bytes, this.at);
    const text = (column: keyof typeof columnOf) => textOf(bytes, places, columnOf[column]);
    const instant = (column: keyof typeof columnOf) => formatInstant(instantAt(bytes, places[2 * columnOf[column]]!));
    const version = text('protocol_version');
    const row = {
      event_id: text('event_id')!,
      type: text('type')!,
      classification: text('classification')!,
      subject: text('subject')!,
      aggregate_version: text('aggregate_version')!,
      occurred_at: instant('occurred_at'),
      recorded_at: instant('recorded_at'),
      correlation_id: text('correlation_id')!,
      causation_id: text('causation_id')!,
      traceparent: text('traceparent'),
      protocol_id: text('protocol_id'),
      protocol_version: version === null ? null : Number(version),
      clause: text('clause'),
      actor_party: text('actor_party'),
      actor_ref: text('actor_ref'),
      data: text('data')!,
    };
    return (this.event = encodeEvent(row, this.form.source, this.sequence));
  }
}
