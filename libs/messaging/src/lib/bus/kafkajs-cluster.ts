import type { KafkaSettings } from '../settings.js';
import { clusterMaker, createKafka } from './kafkajs-client.js';

const READ_COMMITTED = 1;
const METADATA_AGE_MS = 300_000;

/** What kafkajs 2.2.4 keeps to itself: connections, login, metadata. The package is pinned. */
export interface Cluster<Broker> {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  isConnected(): boolean;
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadata(): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  removeBroker(address: { host: string; port: number }): void;
  findTopicPartitionMetadata(topic: string): { partitionId: number }[];
  findLeaderForPartitions(topic: string, partitions: number[]): Record<string, number[]>;
  findBroker(node: { nodeId: string }): Promise<Broker>;
  fetchTopicsOffset(
    topics: { topic: string; partitions: { partition: number }[]; fromBeginning: boolean }[],
  ): Promise<{ partitions: { partition: number; offset: string }[] }[]>;
}

/** @throws Error on another version than the pinned one */
export function createCluster<Broker>(settings: KafkaSettings, clientId: string): Cluster<Broker> {
  const kafka = createKafka(settings, clientId);
  const make = (kafka as unknown as Record<symbol, (options: object) => Cluster<Broker>>)[clusterMaker(kafka)]!;
  return make({
    metadataMaxAge: METADATA_AGE_MS,
    allowAutoTopicCreation: false,
    isolationLevel: READ_COMMITTED,
    maxInFlightRequests: 1,
  });
}
