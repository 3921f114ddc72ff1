import { Logger } from '@nestjs/common';
import { safeWords } from '../telemetry/safe-words.js';
import type { TopicPartition } from './bus.js';

const EVERY_MS = 1_000;

type Offsets = (TopicPartition & { offset: string })[];

/**
 * Tells Kafka where the group stands, at most once a second and beside the work: what counts is the inbox's own offset, and a
 * batch that waited for the answer would hold up the next one by as long as it takes itself. Lag displays of Kafka's own tools
 * live by it.
 */
export class DisplayedOffsets {
  private readonly log = new Logger('kafka');
  private due = new Map<string, Offsets[number]>();
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly commit: (offsets: Offsets) => Promise<void>,
    private readonly everyMs = EVERY_MS,
  ) {}

  reached({ topic, partition }: TopicPartition, next: bigint): void {
    this.due.set(`${topic}/${partition}`, { topic, partition, offset: String(next) });
    this.tellLater();
  }

  /** A new generation of the group: others may hold these partitions now. */
  forget(): void {
    this.due = new Map();
  }

  /** Tells what is due, and nothing any more after that. Never rejects. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.tell();
  }

  private tellLater(): void {
    if (!this.closed) this.timer ??= setTimeout(() => void this.tell(), this.everyMs).unref();
  }

  private async tell(): Promise<void> {
    this.timer = undefined;
    const generation = this.due;
    const told = new Map(generation);
    generation.clear();
    if (told.size === 0) return;
    try {
      await this.commit([...told.values()]);
    } catch (error) {
      this.log.warn(`Offsets of ${told.size} partitions are not displayed: ${safeWords(error)}`);
      // A partition where nothing more comes would stay behind in the displays for ever.
      for (const [key, offset] of told) if (!generation.has(key)) generation.set(key, offset);
      if (generation === this.due) this.tellLater();
    }
  }
}
