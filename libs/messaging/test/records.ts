import { consentWithdrawn } from '@convenant/contracts';
import { newId } from '@convenant/kernel';
import {
  KafkaJsProducer,
  partitionFor,
  partitionsOf,
  sourceOf,
  topicOf,
  type BusMessage,
  type KafkaSettings,
} from '../src/index.js';
import { encodeEvent } from '../src/lib/wire/encode-event.js';
import { withdrawal } from './messaging-kit.js';

/** Writes to the consent topic as its relay would, and what a relay never would. */
export class TopicWriter {
  private sequence = 0;
  private readonly versions = new Map<string, number>();
  private readonly producer: KafkaJsProducer;

  constructor(
    private readonly installation: string,
    kafka: KafkaSettings,
  ) {
    this.producer = new KafkaJsProducer(kafka, 'topic-writer');
  }

  connect(): Promise<void> {
    return this.producer.connect();
  }

  disconnect(): Promise<void> {
    return this.producer.disconnect();
  }

  /** The next withdrawal of the aggregate, with whatever is to be wrong about it. */
  next(
    subject: string,
    wrong: { headers?: Record<string, string | undefined>; value?: string; key?: string } = {},
  ): BusMessage {
    this.sequence += 1;
    const version = (this.versions.get(subject) ?? 0) + 1;
    this.versions.set(subject, version);
    const at = new Date('2026-03-02T09:00:00Z');
    const message = encodeEvent(
      {
        event_id: newId(),
        type: consentWithdrawn.type,
        classification: 'pseudonymous',
        subject,
        aggregate_version: String(version),
        occurred_at: at,
        recorded_at: at,
        correlation_id: newId(),
        causation_id: newId(),
        traceparent: null,
        protocol_id: null,
        protocol_version: null,
        clause: null,
        actor_party: null,
        actor_ref: null,
        data: JSON.stringify(withdrawal(subject)),
      },
      sourceOf(this.installation, 'consent'),
      this.sequence,
    );
    const headers = Object.entries({ ...message.headers, ...wrong.headers }).filter(([, value]) => value !== undefined);
    return {
      key: wrong.key ?? message.key,
      value: wrong.value ?? message.value,
      headers: Object.fromEntries(headers) as Record<string, string>,
    };
  }

  send(...messages: BusMessage[]): Promise<void> {
    return this.producer.send(topicOf(this.installation, 'consent'), messages);
  }
}

/** An aggregate whose events go to this partition of the consent topic. */
export function aggregateIn(partition: number): string {
  for (;;) {
    const id = newId();
    if (partitionFor(id, partitionsOf('consent')) === partition) return id;
  }
}
