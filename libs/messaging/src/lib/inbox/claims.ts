import { formatInstant, type Clock } from '@convenant/kernel';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { BusConsumer, TopicPartition } from '../bus/bus.js';
import { inboxStatements, lossStatements } from '../db/inbox.statements.js';
import { CLOCK, MESSAGING_SETTINGS, type MessagingSettings } from '../settings.js';
import { serviceOfTopic, sourceOf } from '../topics/topics.js';
import { INBOX_CONSUMER } from './inbox-consumer.token.js';

/** A partition as this member holds it: its owner epoch, and the offset that comes next. */
export interface Claim {
  epoch: string;
  next: bigint;
}

/**
 * Which partitions this member owns, and where each goes on. The offsets in the database are the truth; what the group has
 * committed to Kafka is for displays.
 */
@Injectable()
export class Claims {
  private readonly log = new Logger('inbox');
  private readonly held = new Map<string, Promise<Claim>>();

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(MESSAGING_SETTINGS) private readonly settings: MessagingSettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(INBOX_CONSUMER) private readonly consumer: BusConsumer,
  ) {}

  /** A new generation of the group: claims of the one before are void. */
  reset(): void {
    this.held.clear();
  }

  drop(position: TopicPartition): void {
    this.held.delete(keyOf(position));
  }

  /** The claim on a partition, made at the first call of this generation. */
  of(position: TopicPartition): Promise<Claim> {
    const key = keyOf(position);
    let claim = this.held.get(key);
    if (!claim) {
      claim = this.claim(position);
      this.held.set(key, claim);
      claim.catch(() => this.held.delete(key));
    }
    return claim;
  }

  /** Partitions held here that a replay has taken away since. */
  async replayed(): Promise<TopicPartition[]> {
    if (this.held.size === 0) return [];
    const rows = (await this.dataSource.query(inboxStatements.replayed.text)) as (TopicPartition & { epoch: string })[];
    const taken: TopicPartition[] = [];
    for (const { topic, partition, epoch } of rows) {
      const claim = await this.held.get(keyOf({ topic, partition }))?.catch(() => undefined);
      if (claim && claim.epoch !== epoch) taken.push({ topic, partition });
    }
    return taken;
  }

  /**
   * Whether the log still has the record at `next`. When its start has moved beyond, the loss is recorded and the partition must
   * stand still until an operator skips it: never a silent jump.
   * @throws Error when the log ends before `next`: it is another topic than the one this database was built from
   */
  async isReachable(position: TopicPartition, next: bigint): Promise<boolean> {
    const { topic, partition } = position;
    const { start, end } = await this.boundsOf(position);
    if (end < next) {
      throw new Error(
        `${topic}/${partition} ends at ${end}, before ${next} where this service stands: not the same log`,
      );
    }
    if (start <= next) return true;
    const noticedAt = formatInstant(this.clock.now());
    await this.dataSource.query(lossStatements.record, [topic, partition, String(next), String(start), noticedAt]);
    this.log.error(
      `Lost ${topic}/${partition} from ${next} to ${start}: the log no longer has them. Standing still until skipped`,
    );
    return false;
  }

  /** True while a recorded loss of the partition has not been skipped. */
  async hasOpenLoss({ topic, partition }: TopicPartition): Promise<boolean> {
    const rows = (await this.dataSource.query(lossStatements.open, [topic, partition])) as { open: boolean }[];
    return rows[0]!.open;
  }

  private async claim(position: TopicPartition): Promise<Claim> {
    const { topic, partition } = position;
    const { installation } = this.settings;
    const { start } = await this.boundsOf(position);
    const source = sourceOf(installation, serviceOfTopic(installation, topic));
    const rows = (await this.dataSource.query(inboxStatements.claim.text, [
      topic,
      partition,
      source,
      String(start),
    ])) as {
      next_offset: string;
      owner_epoch: string;
    }[];
    return { epoch: rows[0]!.owner_epoch, next: BigInt(rows[0]!.next_offset) };
  }

  private async boundsOf({ topic, partition }: TopicPartition): Promise<{ start: bigint; end: bigint }> {
    const bounds = (await this.consumer.logBounds(topic)).get(partition);
    if (!bounds) throw new Error(`${topic} has no partition ${partition}`);
    return bounds;
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
