import type { FactService } from '@convenant/contracts';
import type { BusReader } from '../bus/bus.js';
import type { MessagingSettings } from '../settings.js';
import { topicOf } from '../topics/topics.js';
import { decodeMessage, type Message } from '../wire/decode-event.js';
import { headerOf } from '../wire/attributes.js';
import type { ReceivedEvent } from '../wire/received-event.js';
import { ownRecord } from './own-record.js';

/** An event of this service as its topic has it. */
export interface OwnEvent {
  event: ReceivedEvent;
  /** The data exactly as sent. */
  data: string;
  classification: string;
}

/** The service's own topic, read in order of `sequence`: each event once, doubles and foreign records passed over. */
export class OwnTopic {
  private readonly topic: string;

  constructor(
    private readonly reader: BusReader,
    private readonly settings: MessagingSettings,
  ) {
    this.topic = topicOf(settings.installation, settings.service as FactService);
  }

  /**
   * Events behind this sequence, dense.
   * @throws Error when one is missing from the topic, or cannot be read by this program
   */
  async *after(sequence: number): AsyncGenerator<OwnEvent> {
    await this.reader.connect(this.topic);
    try {
      const partitions: PartitionStream[] = [];
      for (const [partition, bounds] of await this.reader.bounds()) {
        partitions.push(new PartitionStream(this.reader, this.settings, this.topic, partition, bounds, sequence));
      }
      for (let expected = sequence + 1; ; expected += 1) {
        const next = await nextOf(partitions);
        if (!next) return;
        if (next.head!.sequence !== expected) {
          throw new Error(
            `The topic ${this.topic} no longer has the event with sequence ${expected}: restore a later backup`,
          );
        }
        yield readable(next.take());
      }
    } finally {
      await this.reader.disconnect();
    }
  }
}

/** First occurrences stand in order of `sequence` within a partition, so what is not higher than before is a double. */
class PartitionStream {
  head: (Message & { sequence: number }) | undefined;
  private buffer: (Message & { sequence: number })[] = [];
  private next: bigint;

  constructor(
    private readonly reader: BusReader,
    private readonly settings: MessagingSettings,
    private readonly topic: string,
    private readonly partition: number,
    private readonly bounds: { start: bigint; end: bigint },
    private seen: number,
  ) {
    this.next = bounds.start;
  }

  /** Looks for the next event unless there is one already. */
  async fill(): Promise<void> {
    while (!this.head && (this.buffer.length > 0 || this.next < this.bounds.end)) {
      if (this.buffer.length === 0) await this.readOn();
      else {
        const candidate = this.buffer.shift()!;
        if (candidate.sequence > this.seen) this.head = candidate;
      }
    }
  }

  take(): Message {
    const taken = this.head!;
    this.seen = taken.sequence;
    this.head = undefined;
    return taken;
  }

  private async readOn(): Promise<void> {
    const records = await this.reader.read(this.partition, this.next);
    this.next = records.length > 0 ? records.at(-1)!.offset + 1n : this.bounds.end;
    for (const record of records) {
      const own = ownRecord(record, this.settings);
      if (!own || own.sequence <= this.seen) continue;
      const message = decodeMessage(record, this.settings.installation, this.topic, this.partition);
      this.buffer.push({ ...message, sequence: own.sequence });
    }
  }
}

async function nextOf(partitions: readonly PartitionStream[]): Promise<PartitionStream | undefined> {
  let first: PartitionStream | undefined;
  for (const partition of partitions) {
    await partition.fill();
    if (partition.head && (!first || partition.head.sequence < first.head!.sequence)) first = partition;
  }
  return first;
}

function readable({ event, fault, record, sequence }: Message): OwnEvent {
  if (!event) {
    throw new Error(
      `This program cannot read its own event with sequence ${sequence} (${fault?.failure}): start the one that wrote it`,
    );
  }
  return {
    event,
    data: record.value!.toString('utf8'),
    classification: String(record.headers[headerOf.dataclassification]),
  };
}
