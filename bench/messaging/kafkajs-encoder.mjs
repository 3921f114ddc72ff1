import kafkajs from 'kafkajs';
import { partitionFor } from '@convenant/messaging';

/**
 * The baseline: the same `BusProducer` on kafkajs' own producer and encoder, with the same integer partitioner.
 * @implements {BusProducer}
 * @typedef {import('@convenant/messaging').BusProducer} BusProducer
 */
export class KafkaJsEncoder {
  /** @param {{ brokers: string[], sasl: { username: string, password: string } }} kafka */
  constructor({ brokers, sasl }) {
    const client = new kafkajs.Kafka({
      clientId: 'bench-baseline',
      brokers,
      sasl: { mechanism: 'scram-sha-512', ...sasl },
      logLevel: kafkajs.logLevel.ERROR,
    });
    this.producer = client.producer({
      idempotent: false,
      allowAutoTopicCreation: false,
      maxInFlightRequests: 1,
      createPartitioner:
        () =>
        ({ message, partitionMetadata }) =>
          partitionFor(/** @type {string} */ (message.key), partitionMetadata.length),
    });
  }

  connect() {
    return this.producer.connect();
  }

  /** @param {string} topic @param {readonly import('@convenant/messaging').BusMessage[]} messages */
  async send(topic, messages) {
    const given = messages.map(({ key, headers, value }) => {
      // It would write a header without a value as one whose value is null.
      for (const name in headers) if (headers[name] === undefined) delete headers[name];
      return { key, headers, value };
    });
    await this.producer.send({ topic, acks: -1, messages: /** @type {any} */ (given) });
  }

  disconnect() {
    return this.producer.disconnect();
  }
}
