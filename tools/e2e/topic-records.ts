import kafkajs from 'kafkajs';
import type { SystemUnderTest } from './start-system.js';

/** The headers of every record that a topic has now, by a client of its own. */
export async function headersIn(
  { kafka: { brokers, sasl }, installation }: SystemUnderTest,
  topic: string,
): Promise<Record<string, string>[]> {
  const client = new kafkajs.Kafka({
    clientId: 'record-reader',
    brokers,
    sasl: { mechanism: 'scram-sha-512', ...sasl },
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const admin = client.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  let missing = offsets.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
  const groupId = `${installation}.record-reader.${topic}`;
  const consumer = client.consumer({ groupId, maxWaitTimeInMs: 100 });
  const found: Record<string, string>[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    if (missing === 0) resolve();
    const run = consumer.run({
      eachMessage: async ({ message }) => {
        found.push(
          Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)])),
        );
        missing -= 1;
        if (missing === 0) resolve();
      },
    });
    run.catch(reject);
  });
  await consumer.disconnect();
  await admin.deleteGroups([groupId]);
  await admin.disconnect();
  return found;
}
