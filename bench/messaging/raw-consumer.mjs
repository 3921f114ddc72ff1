import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';

/**
 * The baseline of the inbox: kafkajs' `eachBatch`, which decodes every record and does nothing with it.
 * @param {{ brokers: string[], sasl: { username: string, password: string } }} kafka
 * @param {string} topic read from its start
 * @param {(count: number) => void} seen told after each batch how many records there were so far
 */
export async function consumeRaw({ brokers, sasl }, topic, seen) {
  const consumer = new kafkajs.Kafka({
    clientId: 'bench-raw',
    brokers,
    sasl: { mechanism: 'scram-sha-512', ...sasl },
    logLevel: kafkajs.logLevel.ERROR,
  }).consumer({ groupId: `bench-raw-${randomUUID()}`, maxWaitTimeInMs: 250 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  let count = 0;
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      count += batch.messages.length;
      seen(count);
    },
  });
}
