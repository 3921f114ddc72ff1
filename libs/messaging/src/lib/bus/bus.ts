/**
 * The thin port to the message log. Services, relay and inbox know only this, so that the client can be replaced; its
 * contract is tested once for every implementation.
 */

/** One record to send. The partition follows from the key (murmur2, as Kafka's own clients compute it). */
export interface BusMessage {
  readonly key: string | Buffer;
  /** In this order; undefined is no header. */
  readonly headers: Record<string, string | undefined>;
  readonly value: string;
}

export interface BusProducer {
  connect(): Promise<void>;
  /**
   * Resolves when every in-sync replica has the messages, in the order given per partition. Rejects when that is not known:
   * some or all of them may be there, so the caller sends the same ones again. Only one send at a time.
   */
  send(topic: string, messages: readonly BusMessage[]): Promise<void>;
  disconnect(): Promise<void>;
}

/** One record as received. Header values that occur more than once are given as a list. */
export interface BusRecord {
  offset: bigint;
  key: Buffer | null;
  value: Buffer | null;
  headers: Record<string, Buffer | Buffer[] | undefined>;
  /** When the broker appended it, epoch milliseconds of real time: for lag displays only. */
  timestamp?: number;
}

/** Consecutive records of one partition; never empty. */
export interface BusBatch {
  topic: string;
  partition: number;
  records: BusRecord[];
}

export interface TopicPartition {
  topic: string;
  partition: number;
}

/** What the handler of a batch can do while it works. */
export interface BatchControl {
  /** Keeps the membership alive; rejects when it is lost. Cheap: sends only when one is due. */
  heartbeat(): Promise<void>;
  /** True once the consumer has been told to stop: give up waiting. */
  readonly stopping: boolean;
}

/**
 * How to go on in the partition: from `next` (which is committed for lag displays), not at all until `resume` (`pause`), or
 * with the same batch again (`again`).
 */
export type BatchOutcome = { next: bigint } | 'pause' | 'again';

export interface BusSubscription {
  groupId: string;
  topics: string[];
  /** After each join of the group, with what is now ours. Not awaited before the first batch. */
  onAssigned(partitions: TopicPartition[]): void;
  /** One batch of a partition at a time, of several partitions side by side. A rejection lets the member join anew. */
  onBatch(batch: BusBatch, control: BatchControl): Promise<BatchOutcome>;
}

/** Reads a topic without belonging to a group. */
export interface BusReader {
  connect(topic: string): Promise<void>;
  /** First and next offset of each partition of the topic. */
  bounds(): Promise<Map<number, { start: bigint; end: bigint }>>;
  /** Records from this offset on, at least one unless the log ends there. */
  read(partition: number, from: bigint): Promise<BusRecord[]>;
  disconnect(): Promise<void>;
}

export interface BusConsumer {
  /** Joins the group and stays in it, whatever happens to the brokers, until `stop`. */
  start(subscription: BusSubscription): Promise<void>;
  /** Goes on from this offset with the next fetch. */
  seek(position: TopicPartition, offset: bigint): void;
  /** Ends a `pause`. */
  resume(position: TopicPartition): void;
  /** First and next offset of each partition of a topic. */
  logBounds(topic: string): Promise<Map<number, { start: bigint; end: bigint }>>;
  /** Finishes the batch under way and leaves the group. */
  stop(): Promise<void>;
}
