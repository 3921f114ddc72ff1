import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, kafkaSettings, testInstallation } from '@convenant/testing';
import type { Socket } from 'node:net';
import { ensureTopics, KafkaJsProducer } from '../../index.js';
import type { Fetched } from './fetch-response.js';
import { createCluster, type Cluster } from './kafkajs-cluster.js';
import { StoredBatch } from './stored-batch.js';

interface Broker {
  isConnected(): boolean;
  readonly connectionPool: { readonly pool: { readonly socket?: Socket }[] };
  fetch(request: object): Promise<{ responses: { partitions: { messages: Fetched[] }[] }[] }>;
}

describe('what a fetch brings', () => {
  const kafka = kafkaSettings();
  const topic = `${testInstallation()}.fetched`;
  let cluster: Cluster<Broker>;

  beforeAll(async () => {
    await ensureTopics({ kafka }, [{ topic, partitions: 1, configs: {} }]);
    const producer = new KafkaJsProducer(kafka, 'spec');
    await producer.connect();
    await producer.send(topic, [{ key: 'k', headers: { place: '1' }, value: 'v' }]);
    await producer.disconnect();
    cluster = createCluster<Broker>(kafka, 'spec');
    await cluster.connect();
    await cluster.addTargetTopic(topic);
  });
  afterAll(() => cluster?.disconnect());

  async function leader(): Promise<Broker> {
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [0]));
    return cluster.findBroker({ nodeId: nodeId! });
  }
  async function fetched(broker: Broker): Promise<Fetched[]> {
    const partitions = [{ partition: 0, fetchOffset: '0', maxBytes: 1_000_000 }];
    const request = { replicaId: -1, isolationLevel: 1, maxWaitTime: 500, minBytes: 1, maxBytes: 1_000_000 };
    const { responses } = await broker.fetch({ ...request, topics: [{ topic, partitions }] });
    return responses.flatMap((response) => response.partitions.flatMap(({ messages }) => messages));
  }

  it('are batches as the log keeps them, also over a connection that was made anew', async () => {
    const broker = await leader();
    expect(await fetched(broker)).toEqual([expect.any(StoredBatch)]);
    for (const { socket } of broker.connectionPool.pool) socket?.destroy(new Error('the connection broke'));
    await eventually(() => !broker.isConnected(), { what: 'the connections are gone' });
    const again = await leader();
    expect(again).toBe(broker);
    expect(await fetched(again)).toEqual([expect.any(StoredBatch)]);
  });
});
