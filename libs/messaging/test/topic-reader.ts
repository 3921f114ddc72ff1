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
  const ends = (await admin.fetchTopicOffsets(topic)).map(({ partition, high, low }) => ({
    partition,
    left: Number(high) - Number(low),
  }));
  const groupId = `reader-${randomBytes(6).toString('hex')}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
  const found: TopicRecord[] = [];
  let missing = ends.reduce((sum, { left }) => sum + left, 0);
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  if (missing > 0) {
    await new Promise<void>((resolve, reject) => {
      const deadline = setTimeout(() => reject(new Error(`${missing} records of ${topic} were not read`)), 20_000);
      void consumer.run({
        autoCommit: false,
        eachMessage: async ({ partition, message }) => {
          found.push(recordOf(partition, message));
          missing -= 1;
          if (missing > 0) return;
          clearTimeout(deadline);
          resolve();
        },
      });
    });
  }
  await consumer.disconnect();
  await admin.deleteGroups([groupId]).catch(() => undefined);
  await admin.disconnect();
  return found.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
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
