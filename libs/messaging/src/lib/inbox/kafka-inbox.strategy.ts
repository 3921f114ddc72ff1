import type { FactService } from '@convenant/contracts';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import type { BatchControl, BatchOutcome, BusBatch, BusConsumer, TopicPartition } from '../bus/bus.js';
import { MESSAGING_SETTINGS, type MessagingSettings } from '../settings.js';
import { InboxLag } from '../telemetry/inbox-lag.js';
import { safeFrames, safeWords } from '../telemetry/safe-words.js';
import { assertTopics } from '../topics/ensure-topics.js';
import { groupOf, partitionsOf, topicOf } from '../topics/topics.js';
import { Claims } from './claims.js';
import { InboxPaused, isConnectionLoss, OwnershipLost, ReplayElsewhere } from './failure-kind.js';
import { INBOX_CONSUMER } from './inbox-consumer.token.js';
import { InboxProcessor } from './inbox-processor.js';
import { SUBSCRIBES } from './subscribes.token.js';
import { MessageApplier } from './message-applier.js';
import { interruptibleDelay, withHeartbeats } from './waiting.js';

// Milliseconds.
const RETRY = { first: 100, longest: 5_000 };
const LOSS_POLL = 2_000;
const PAUSED_GLANCE = 500;
const REPLAY_TURN = 50;
const REPLAY_GLANCE = 500;

/**
 * Nest's transport for fact topics: dispatches by event name, hands whole batches to `InboxProcessor`, and never lets a failed
 * message pass for a handled one. A transient failure waits in place, in the group, until it has passed.
 *
 * `app.connectMicroservice({ strategy: app.get(KafkaInboxStrategy) })`, then `app.startAllMicroservices()`.
 */
@Injectable()
export class KafkaInboxStrategy extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true;
  private readonly log = new Logger('inbox');
  private readonly lossTimers = new Set<NodeJS.Timeout>();
  private replayTimer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(MESSAGING_SETTINGS) private readonly settings: MessagingSettings,
    @Inject(SUBSCRIBES) private readonly subscribes: readonly FactService[],
    @Inject(InboxProcessor) private readonly processor: InboxProcessor,
    @Inject(MessageApplier) private readonly applier: MessageApplier,
    @Inject(InboxLag) private readonly lag: InboxLag,
    @Inject(Claims) private readonly claims: Claims,
    @Inject(INBOX_CONSUMER) private readonly consumer: BusConsumer,
  ) {
    super();
  }

  /** Nest would chain handlers of one pattern and run them side by side; here projections come before reactions. */
  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    isEventHandler = false,
    extras: Record<string, unknown> = {},
  ): void {
    if (!isEventHandler) throw new Error(`${String(pattern)}: fact topics carry events, not requests`);
    this.applier.handlers.add(String(pattern), callback, extras);
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      this.applier.handlers.assertReachable(this.subscribes);
      if (this.subscribes.length > 0) await this.join();
      callback();
    } catch (error) {
      callback(error);
    }
  }

  async close(): Promise<void> {
    for (const timer of [this.replayTimer, ...this.lossTimers]) clearInterval(timer);
    await this.consumer.stop();
  }

  on(): never {
    throw new Error('The inbox emits no events of its own');
  }

  unwrap<T>(): T {
    return this.consumer as T;
  }

  private async join(): Promise<void> {
    const { installation, service } = this.settings;
    const topics = this.subscribes.map((each) => ({
      topic: topicOf(installation, each),
      partitions: partitionsOf(each),
    }));
    await assertTopics(this.settings, topics);
    await this.consumer.start({
      groupId: groupOf(installation, service),
      topics: topics.map(({ topic }) => topic),
      onAssigned: (partitions) => this.takeOver(partitions),
      onBatch: (batch, control) => this.handleBatch(batch, control),
    });
    this.replayTimer = setInterval(() => {
      this.followReplays().catch((error: Error) => {
        this.log.warn(`Whether a replay has begun was not looked at: ${safeWords(error)}`);
      });
    }, REPLAY_GLANCE);
  }

  /**
   * Goes to where the database stands. Not awaited by the group, so the first fetch may come before: every batch is checked
   * again. Without this a consumer whose group is committed beyond the database would wait for a next record.
   */
  private takeOver(partitions: TopicPartition[]): void {
    this.claims.reset();
    this.lag.assigned(partitions);
    for (const position of partitions) {
      this.goToClaim(position).catch((error: Error) => {
        this.log.warn(`${position.topic}/${position.partition} not claimed yet: ${safeWords(error)}`);
      });
    }
  }

  private async goToClaim(position: TopicPartition): Promise<void> {
    const { next } = await this.claims.of(position);
    this.consumer.seek(position, next);
  }

  /** A replay begins by taking our partitions away: without a next record nobody would notice. */
  private async followReplays(): Promise<void> {
    for (const position of await this.claims.replayed()) {
      this.claims.drop(position);
      await this.goToClaim(position);
    }
  }

  private async handleBatch(batch: BusBatch, control: BatchControl): Promise<BatchOutcome> {
    this.lag.working({ topic: batch.topic, partition: batch.partition }, batch.records[0]!.timestamp);
    return withHeartbeats(control, async (membership) => {
      for (let wait = RETRY.first; !control.stopping; wait = Math.min(wait * 2, RETRY.longest)) {
        membership.assertHeld();
        try {
          return await this.attempt(batch);
        } catch (error) {
          if (error instanceof OwnershipLost) this.claims.drop(batch);
          if (error instanceof ReplayElsewhere) {
            // Waiting in place would keep the other partitions of this member from ending it.
            await interruptibleDelay(REPLAY_TURN, () => control.stopping || membership.lost);
            return 'again';
          }
          if (error instanceof InboxPaused) wait = PAUSED_GLANCE;
          else this.report(batch, error as Error, wait);
          await interruptibleDelay(wait, () => control.stopping || membership.lost);
        }
      }
      return 'again';
    });
  }

  /** A fault in the program waits like everything transient, since it passes with the next release; it says where it is. */
  private report({ topic, partition, records }: BusBatch, error: Error, wait: number): void {
    const text = `Batch at ${topic}/${partition}/${records[0]!.offset} is tried again in ${wait} ms: ${safeWords(error)}`;
    const expected =
      isConnectionLoss(error) || error instanceof OwnershipLost || 'code' in error || 'driverError' in error;
    if (expected) this.log.warn(text);
    else this.log.error(text, safeFrames(error));
  }

  private async attempt(batch: BusBatch): Promise<BatchOutcome> {
    const { epoch } = await this.claims.of(batch);
    const next = await this.processor.process(batch, epoch);
    const first = batch.records[0]!.offset;
    const behind = batch.records.at(-1)!.offset + 1n;
    if (next === behind || (next > first && next < behind)) return { next };
    if (await this.claims.isReachable(batch, next)) return { next };
    this.watchLoss({ topic: batch.topic, partition: batch.partition });
    return 'pause';
  }

  /** Stands still until the loss is skipped by command, then goes on where that says. */
  private watchLoss(position: TopicPartition): void {
    const timer = setInterval(() => {
      this.goOnOnceSkipped(position, timer).catch((error: Error) => {
        this.log.warn(`The loss of ${position.topic}/${position.partition} was not looked at: ${safeWords(error)}`);
      });
    }, LOSS_POLL);
    this.lossTimers.add(timer);
  }

  private async goOnOnceSkipped(position: TopicPartition, timer: NodeJS.Timeout): Promise<void> {
    if (await this.claims.hasOpenLoss(position)) return;
    if (!this.lossTimers.delete(timer)) return;
    clearInterval(timer);
    this.claims.drop(position);
    await this.goToClaim(position);
    this.consumer.resume(position);
  }
}
