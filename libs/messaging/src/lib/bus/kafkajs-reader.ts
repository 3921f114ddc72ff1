import type { KafkaSettings } from '../settings.js';
import type { BusReader, BusRecord } from './bus.js';
import { recordsOf, type Fetched } from './fetch-response.js';
import { createCluster, type Cluster } from './kafkajs-cluster.js';

// Bytes; a larger record comes alone.
const LARGEST_ANSWER = 8 * 1024 * 1024;
const LONGEST_FETCH_MS = 500;
const READ_COMMITTED = 1;

interface Broker {
  fetch(request: object): Promise<{ responses: { partitions: { messages: Fetched[] }[] }[] }>;
}

/**
 * Reads one topic straight from the leaders of its partitions. kafkajs itself reads only as a member of a group, whose making
 * takes as long as the broker delays rebalances.
 */
export class KafkaJsReader implements BusReader {
  private cluster: Cluster<Broker> | undefined;
  private topic = '';

  constructor(
    private readonly settings: KafkaSettings,
    private readonly clientId: string,
  ) {}

  async connect(topic: string): Promise<void> {
    await this.disconnect();
    const cluster = createCluster<Broker>(this.settings, this.clientId);
    this.cluster = cluster;
    this.topic = topic;
    await cluster.connect();
    await cluster.addTargetTopic(topic);
  }

  async bounds(): Promise<Map<number, { start: bigint; end: bigint }>> {
    const cluster = this.connected();
    const partitions = cluster
      .findTopicPartitionMetadata(this.topic)
      .map(({ partitionId }) => ({ partition: partitionId }));
    const offsets = async (fromBeginning: boolean): Promise<Map<number, bigint>> => {
      const [found] = await cluster.fetchTopicsOffset([{ topic: this.topic, partitions, fromBeginning }]);
      return new Map(found?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
    };
    const [starts, ends] = [await offsets(true), await offsets(false)];
    return new Map(partitions.map(({ partition }) => [partition, bound(starts, ends, partition)]));
  }

  async read(partition: number, from: bigint): Promise<BusRecord[]> {
    const cluster = this.connected();
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(this.topic, [partition]));
    const broker = await cluster.findBroker({ nodeId: nodeId! });
    const { responses } = await broker.fetch({
      replicaId: -1,
      isolationLevel: READ_COMMITTED,
      maxWaitTime: LONGEST_FETCH_MS,
      minBytes: 1,
      maxBytes: LARGEST_ANSWER,
      topics: [
        {
          topic: this.topic,
          partitions: [{ partition, fetchOffset: String(from), maxBytes: LARGEST_ANSWER }],
        },
      ],
    });
    return recordsOf(
      responses.flatMap((response) => response.partitions.flatMap(({ messages }) => messages)),
      from,
    );
  }

  async disconnect(): Promise<void> {
    await this.cluster?.disconnect();
    this.cluster = undefined;
  }

  private connected(): Cluster<Broker> {
    if (!this.cluster) throw new Error('The reader is not connected');
    return this.cluster;
  }
}

function bound(starts: Map<number, bigint>, ends: Map<number, bigint>, partition: number) {
  const [start, end] = [starts.get(partition), ends.get(partition)];
  if (start === undefined || end === undefined) throw new Error(`The bounds of partition ${partition} are not known`);
  return { start, end };
}
