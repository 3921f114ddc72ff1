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
  private readonly due = new Map<string, Offsets[number]>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly commit: (offsets: Offsets) => Promise<void>) {}

  reached({ topic, partition }: TopicPartition, next: bigint): void {
    this.due.set(`${topic}/${partition}`, { topic, partition, offset: String(next) });
    this.timer ??= setTimeout(() => void this.tell(), EVERY_MS).unref();
  }

  /** A new generation of the group: others may hold these partitions now. */
  forget(): void {
    this.due.clear();
  }

  /** Tells what is due. Never rejects: the next second says it again, or another member does. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.tell();
  }

  private async tell(): Promise<void> {
    this.timer = undefined;
    const offsets = [...this.due.values()];
    this.due.clear();
    if (offsets.length === 0) return;
    try {
      await this.commit(offsets);
    } catch (error) {
      this.log.warn(`Offsets of ${offsets.length} partitions are not displayed: ${safeWords(error)}`);
    }
  }
}
