import type { Producer } from 'kafkajs';
import type { KafkaSettings } from '../settings.js';
import type { BusMessage, BusProducer } from './bus.js';
import { createKafka } from './kafkajs-client.js';
import { partitionFor } from './murmur2.js';

/**
 * Sends with `acks: -1` and without kafkajs' idempotent producer: when an answer is lost, that one drops other messages
 * silently (measured), while this one doubles the batch, which every inbox recognises.
 */
export class KafkaJsProducer implements BusProducer {
  private readonly producer: Producer;

  constructor(settings: KafkaSettings, clientId: string) {
    this.producer = createKafka(settings, clientId).producer({
      idempotent: false,
      allowAutoTopicCreation: false,
      maxInFlightRequests: 1,
      createPartitioner:
        () =>
        ({ message, partitionMetadata }) =>
          partitionFor(message.key as string, partitionMetadata.length),
    });
  }

  connect(): Promise<void> {
    return this.producer.connect();
  }

  async send(topic: string, messages: readonly BusMessage[]): Promise<void> {
    await this.producer.send({ topic, acks: -1, messages: [...messages] });
  }

  disconnect(): Promise<void> {
    return this.producer.disconnect();
  }
}
