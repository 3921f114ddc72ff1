import { Injectable } from '@nestjs/common';
import type { TopicPartition } from '../bus/bus.js';

/** What this member holds, and how old by the broker's own clock what it is at, or last was at, is. */
@Injectable()
export class InboxLag {
  private readonly at = new Map<string, { position: TopicPartition; timestamp: number | undefined }>();

  assigned(partitions: readonly TopicPartition[]): void {
    this.at.clear();
    for (const position of partitions) this.at.set(keyOf(position), { position, timestamp: undefined });
  }

  /** A batch is being handled whose first record is so old; a batch that is tried again stays where it is. */
  working(position: TopicPartition, timestamp: number | undefined): void {
    this.at.set(keyOf(position), { position, timestamp });
  }

  get held(): { position: TopicPartition; timestamp: number | undefined }[] {
    return [...this.at.values()];
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
