import { Logger } from '@nestjs/common';
import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { KafkaSettings } from '../settings.js';
import type { BatchOutcome, BusConsumer, BusSubscription, TopicPartition } from './bus.js';
import { safeWords } from '../telemetry/safe-words.js';
import { recordsOf, type Fetched } from './fetch-response.js';
import { DisplayedOffsets } from './displayed-offsets.js';
import { createKafka } from './kafkajs-client.js';
import { within } from './within.js';

// A dead member's partitions move after the session; with kafkajs' defaults (30 s) recovery takes as long.
const SESSION_MS = 6_000;
const HEARTBEAT_MS = 1_500;
// A fetch that finds nothing returns after this; leaving the group waits for it.
const LONGEST_FETCH_MS = 250;
// Bytes. Batches of many records share a transaction's fixed costs.
const LARGEST_OF_PARTITION = 2 * 1024 * 1024;
const LARGEST_FETCH = 4 * 1024 * 1024;
// While PostgreSQL works for one partition, this process decodes for another. Other members do so anyhow.
const PARTITIONS_AT_ONCE = 2;
const REBUILD_AFTER_MS = 1_000;
// The batch under way ends first: its statements are bounded, and its waiting ends at once.
const LONGEST_STOP_MS = 4_000;
const LONGEST_DISCONNECT_MS = 500;
const LONGEST_LAST_COMMIT_MS = 500;

/**
 * Consumes by kafkajs' `eachBatch` with auto-commit off. A crash that kafkajs does not restart from gets a new client, so the
 * member comes back whatever happened to the brokers.
 */
export class KafkaJsConsumer implements BusConsumer {
  private readonly log = new Logger('kafka');
  private readonly kafka: Kafka;
  private consumer: Consumer | undefined;
  private admin: Promise<Admin> | undefined;
  private subscription: BusSubscription | undefined;
  private rebuild: NodeJS.Timeout | undefined;
  private stopping = false;
  private readonly displayed = new DisplayedOffsets(async (offsets) => this.consumer?.commitOffsets(offsets));

  constructor(settings: KafkaSettings, clientId: string) {
    this.kafka = createKafka(settings, clientId);
  }

  async start(subscription: BusSubscription): Promise<void> {
    this.subscription = subscription;
    await this.join(subscription);
  }

  seek({ topic, partition }: TopicPartition, offset: bigint): void {
    this.consumer?.seek({ topic, partition, offset: String(offset) });
  }

  resume({ topic, partition }: TopicPartition): void {
    this.consumer?.resume([{ topic, partitions: [partition] }]);
  }

  async logBounds(topic: string): Promise<Map<number, { start: bigint; end: bigint }>> {
    const admin = await this.connectedAdmin();
    const offsets = await admin.fetchTopicOffsets(topic);
    return new Map(offsets.map((each) => [each.partition, { start: BigInt(each.low), end: BigInt(each.high) }]));
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.rebuild);
    await within(LONGEST_LAST_COMMIT_MS, this.displayed.close());
    // A broker that is gone cannot be told goodbye; its group notices by the session.
    await within(LONGEST_STOP_MS, this.consumer?.disconnect() ?? Promise.resolve());
    await within(LONGEST_DISCONNECT_MS, this.admin?.then((admin) => admin.disconnect()) ?? Promise.resolve());
  }

  private async join(subscription: BusSubscription): Promise<void> {
    const consumer = this.kafka.consumer({
      groupId: subscription.groupId,
      sessionTimeout: SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
      maxWaitTimeInMs: LONGEST_FETCH_MS,
      maxBytesPerPartition: LARGEST_OF_PARTITION,
      maxBytes: LARGEST_FETCH,
      allowAutoTopicCreation: false,
      retry: {
        initialRetryTime: 100,
        maxRetryTime: 2_000,
        retries: 8,
        restartOnFailure: () => Promise.resolve(!this.stopping),
      },
    });
    this.consumer = consumer;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      // Told to stop while kafkajs was coming back from a crash: it has joined all the same and must leave again.
      if (this.stopping) return void consumer.disconnect();
      this.displayed.forget();
      const assigned = Object.entries(payload.memberAssignment);
      subscription.onAssigned(
        assigned.flatMap(([topic, partitions]) => partitions.map((partition) => ({ topic, partition }))),
      );
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart && !this.stopping) this.rejoinLater(subscription);
    });
    await consumer.connect();
    await consumer.subscribe({ topics: subscription.topics, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
      eachBatch: (payload) => this.handle(subscription, payload),
    });
  }

  private rejoinLater(subscription: BusSubscription): void {
    this.rebuild = setTimeout(() => {
      this.join(subscription).catch((error: Error) => {
        this.log.error(`The consumer could not start again: ${safeWords(error)}`);
        if (!this.stopping) this.rejoinLater(subscription);
      });
    }, REBUILD_AFTER_MS);
  }

  private async handle(subscription: BusSubscription, payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    // A seek that came between the fetch and now: these records are not the ones asked for.
    if (payload.isStale() || this.stopping) return;
    const { topic, partition } = batch;
    const records = recordsOf(batch.messages as unknown as Fetched[], BigInt(fetchedOffset(batch)));
    if (records.length === 0) return payload.resolveOffset(batch.lastOffset());
    const stopping = () => this.stopping || !payload.isRunning();
    const outcome = await subscription.onBatch(
      { topic, partition, records },
      {
        heartbeat: () => payload.heartbeat(),
        get stopping() {
          return stopping();
        },
      },
    );
    this.goOn(outcome, payload, records.at(-1)!.offset);
  }

  private goOn(outcome: BatchOutcome, payload: EachBatchPayload, lastOffset: bigint): void {
    if (outcome === 'again') return;
    if (outcome === 'pause') {
      payload.pause();
      return;
    }
    const { topic, partition } = payload.batch;
    if (outcome.next === lastOffset + 1n) payload.resolveOffset(String(lastOffset));
    else this.seek({ topic, partition }, outcome.next);
    this.displayed.reached({ topic, partition }, outcome.next);
  }

  private connectedAdmin(): Promise<Admin> {
    this.admin ??= (async () => {
      const admin = this.kafka.admin();
      await admin.connect();
      return admin;
    })().catch((error: unknown) => {
      this.admin = undefined;
      throw error;
    });
    return this.admin;
  }
}

/** Where the fetch began: the log gives whole batches, which may begin before. kafkajs knows it and does not say so in its types. */
function fetchedOffset(batch: EachBatchPayload['batch']): string {
  return (batch as unknown as { fetchedOffset: string }).fetchedOffset;
}
