import { randomBytes } from 'node:crypto';
import kafkajs from 'kafkajs';
import { kafkaSettings } from '@convenant/testing';

/** A record of a topic; the first two are there on the topics of parties alone. */
export interface TopicRecord {
  position: number;
  visibleFrom: number;
  id: string;
  key: string;
  value: string;
  headers: Record<string, string>;
}

/** Every record of a topic now, by an independent client; none when there is no such topic. */
export async function readTopic(topic: string): Promise<TopicRecord[]> {
  const { brokers, sasl } = kafkaSettings();
  const client = new kafkajs.Kafka({
    brokers,
    sasl: { mechanism: 'scram-sha-512', ...sasl },
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const admin = client.admin();
  await admin.connect();
  const offsets = (await admin.listTopics()).includes(topic) ? await admin.fetchTopicOffsets(topic) : [];
  await admin.disconnect();
  const end = offsets.reduce((sum, { high }) => sum + Number(high), 0);
  const found: TopicRecord[] = [];
  if (end === 0) return found;
  const consumer = client.consumer({ groupId: `reader-${randomBytes(6).toString('hex')}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await new Promise<void>((resolve) => {
    void consumer.run({
      autoCommit: false,
      eachMessage: async ({ message }) => {
        found.push(recordOf(message));
        if (found.length === end) resolve();
      },
    });
  });
  await consumer.disconnect();
  return found.slice(0, end);
}

function recordOf(message: kafkajs.KafkaMessage): TopicRecord {
  const headers = Object.fromEntries(
    Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]),
  );
  return {
    position: Number(headers['ce_trailposition']),
    visibleFrom: Number(headers['ce_trailvisiblefrom']),
    id: headers['ce_id']!,
    key: String(message.key),
    value: String(message.value),
    headers,
  };
}
