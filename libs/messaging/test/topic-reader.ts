import { randomBytes } from 'node:crypto';
import { Kafka, logLevel, type KafkaMessage } from 'kafkajs';
import type { KafkaSettings } from '../src/index.js';

export interface TopicRecord {
  partition: number;
  offset: number;
  key: string;
  headers: Record<string, string>;
  value: string;
}

/** Every record that is in the topic now, by an independent client, in offset order per partition. */
export async function readTopic(settings: KafkaSettings, topic: string): Promise<TopicRecord[]> {
  const kafka = plainKafka(settings);
  const admin = kafka.admin();
  await admin.connect();
  const bounds = await admin.fetchTopicOffsets(topic);
  const ends = new Map(bounds.map(({ partition, high }) => [partition, Number(high)]));
  const groupId = `reader-${randomBytes(6).toString('hex')}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
  // By place: a member that had to join again reads from the start. What comes behind the ends does not count for them.
  const found = new Map<string, TopicRecord>();
  const all = bounds.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  if (all > 0) {
    await new Promise<void>((resolve, reject) => {
      const giveUp = () => reject(new Error(`${all - found.size} records of ${topic} were not read`));
      const deadline = setTimeout(giveUp, 20_000);
      void consumer.run({
        autoCommit: false,
        eachMessage: async ({ partition, message }) => {
          const record = recordOf(partition, message);
          if (record.offset < ends.get(partition)!) found.set(`${partition}/${record.offset}`, record);
          if (found.size < all) return;
          clearTimeout(deadline);
          resolve();
        },
      });
    });
  }
  await consumer.disconnect();
  await admin.deleteGroups([groupId]).catch(() => undefined);
  await admin.disconnect();
  return [...found.values()].sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}

export function plainKafka({ brokers, sasl }: KafkaSettings): Kafka {
  return new Kafka({
    brokers,
    ...(sasl ? { sasl: { mechanism: 'scram-sha-512' as const, ...sasl } } : {}),
    logLevel: logLevel.NOTHING,
  });
}

function recordOf(partition: number, message: KafkaMessage): TopicRecord {
  const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]);
  return {
    partition,
    offset: Number(message.offset),
    key: String(message.key),
    headers: Object.fromEntries(headers) as Record<string, string>,
    value: String(message.value),
  };
}
