import { createRequire } from 'node:module';
import { Logger } from '@nestjs/common';
import type { KafkaSettings } from '../settings.js';
import { safeWords } from '../telemetry/safe-words.js';
import type { BusMessage, BusProducer } from './bus.js';
import { RETRY } from './kafkajs-client.js';
import { createCluster, type Cluster } from './kafkajs-cluster.js';
import { partitionFor } from './murmur2.js';
import { errorOf, produce, type PartitionRecords, type ProducingBroker } from './produce-request.js';
import { RecordBatchWriter } from './record-batch.js';

type Retrier = <T>(attempt: (bail: (error: unknown) => void) => Promise<T>) => Promise<T>;
const createRetrier = createRequire(import.meta.url)('kafkajs/src/retry') as (options: object) => Retrier;

/** An error of kafkajs, which says whether the same may go well later. */
interface KafkaError extends Error {
  retriable?: boolean;
  host?: string;
  port?: number;
}

/** Messages of one send whose leaders have not acknowledged them yet, by partition. */
type Pending = Map<number, BusMessage[]>;

/**
 * Sends record batches of our own making over kafkajs' connections: its own encoder takes three quarters of the time of a relay.
 * Login, metadata, leaders and retries are kafkajs' own, in the way its producer uses them.
 *
 * `acks: -1`, one request at a time for each broker, and not kafkajs' idempotent producer: when an answer is lost, that one
 * drops other messages silently (measured), while this one doubles the batch, which every inbox recognises.
 */
export class KafkaJsProducer implements BusProducer {
  private readonly log = new Logger('kafka');
  private readonly cluster: Cluster<ProducingBroker>;
  private readonly retrier = createRetrier(RETRY);
  // One per broker: requests to several leaders are under way at once, each with its own bytes.
  private readonly writers = new Map<string, RecordBatchWriter>();
  private connected = false;
  private sending = false;

  constructor(settings: KafkaSettings, clientId: string) {
    this.cluster = createCluster(settings, clientId);
  }

  async connect(): Promise<void> {
    await this.cluster.connect();
    this.connected = true;
  }

  async send(topic: string, messages: readonly BusMessage[]): Promise<void> {
    if (messages.length === 0) return;
    // Side by side they would write over each other's bytes, and their order would be nobody's.
    if (this.sending) throw new Error('Only one send at a time');
    this.sending = true;
    try {
      await this.sendUntilAcknowledged(topic, messages);
    } finally {
      this.sending = false;
    }
  }

  async disconnect(): Promise<void> {
    this.connected = false;
    await this.cluster.disconnect();
  }

  private async sendUntilAcknowledged(topic: string, messages: readonly BusMessage[]): Promise<void> {
    let pending: Pending | undefined;
    await this.retrier(async (bail) => {
      if (!this.connected) return bail(new Error('The producer is disconnected'));
      try {
        await this.cluster.addTargetTopic(topic);
        await this.cluster.refreshMetadataIfNecessary();
        pending ??= byPartition(messages, this.partitionsOf(topic));
        await this.sendPending(topic, pending);
      } catch (error) {
        await this.recover(error as KafkaError, bail);
      }
    });
  }

  private partitionsOf(topic: string): number {
    const { length } = this.cluster.findTopicPartitionMetadata(topic);
    if (length === 0) throw Object.assign(new Error(`Nothing is known of ${topic} yet`), { retriable: true });
    return length;
  }

  /** Asks every leader at once and forgets what they acknowledge. Rejects with the first failure once all have answered. */
  private async sendPending(topic: string, pending: Pending): Promise<void> {
    const leaders = this.cluster.findLeaderForPartitions(topic, [...pending.keys()]);
    const answers = await Promise.allSettled(
      Object.entries(leaders).map(([nodeId, partitions]) =>
        this.sendTo(
          nodeId,
          topic,
          pending,
          partitions.map((partition) => ({ partition, records: pending.get(partition)! })),
        ),
      ),
    );
    for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
    if (pending.size > 0)
      throw Object.assign(new Error(`${topic} has partitions without a leader`), { retriable: true });
  }

  private async sendTo(nodeId: string, topic: string, pending: Pending, partitions: PartitionRecords[]): Promise<void> {
    const broker = await this.cluster.findBroker({ nodeId });
    const writer = this.writers.get(nodeId) ?? new RecordBatchWriter();
    // Back when the answer has come: until then its bytes may be under way.
    this.writers.delete(nodeId);
    const answers = await produce(broker, topic, partitions, writer);
    this.writers.set(nodeId, writer);
    let failure: Error | undefined;
    for (const { partition, errorCode } of answers) {
      if (errorCode === 0) pending.delete(partition);
      else failure ??= errorOf(errorCode);
    }
    if (failure) throw failure;
  }

  /** Makes ready for the next attempt and throws again; ends the attempts when another one would fail as well. */
  private async recover(error: KafkaError, bail: (error: unknown) => void): Promise<void> {
    if (!this.connected) return bail(error);
    if (error.name === 'KafkaJSConnectionClosedError' && error.host !== undefined && error.port !== undefined)
      this.cluster.removeBroker({ host: error.host, port: error.port });
    if (!this.cluster.isConnected()) {
      await this.cluster.connect();
      await this.cluster.refreshMetadata();
      throw error;
    }
    const gone = error.name === 'KafkaJSConnectionError' || error.name === 'KafkaJSConnectionClosedError';
    if (!gone && !error.retriable) return bail(error);
    this.log.warn(`Sending is tried again: ${safeWords(error)}`);
    // Leaders may have changed, which a request that got no answer does not tell.
    await this.cluster.refreshMetadata();
    throw error;
  }
}

function byPartition(messages: readonly BusMessage[], partitions: number): Pending {
  const pending: Pending = new Map();
  for (const message of messages) {
    const partition = partitionFor(message.key, partitions);
    const others = pending.get(partition);
    if (others) others.push(message);
    else pending.set(partition, [message]);
  }
  return pending;
}
