import { randomBytes } from 'node:crypto';
import { encodeAgencyMessage, inTopicOf, principalOf, type BusMessage } from '@convenant/messaging';
import type { AgencyMessageDefinition } from '@convenant/contracts';
import kafkajs, { type Kafka, type Producer } from 'kafkajs';
// The same recipe by which the sandbox makes the principals of its agencies.
import { makeKafkaPrincipal } from '../../../../tools/lib/kafka-principals.mjs';
import { kafkaSettings } from './installation.js';

/** A party's own system: logs in at the broker as the principal of that party, and may do only what it may. */
export class TestAgency {
  private constructor(
    readonly kafka: Kafka,
    private readonly producer: Producer,
    readonly topic: string,
  ) {}

  /** Makes the principal, some two seconds. Its rights are whatever has been granted to it. */
  static async start(installation: string, party: string): Promise<TestAgency> {
    const name = principalOf(installation, party);
    const password = randomBytes(24).toString('base64url');
    await makeKafkaPrincipal({ kafka: kafkaSettings(), name, password });
    const kafka = new kafkajs.Kafka({
      clientId: 'agency',
      brokers: kafkaSettings().brokers,
      sasl: { mechanism: 'scram-sha-512', username: name, password },
      retry: { initialRetryTime: 50, retries: 3 },
      logLevel: kafkajs.logLevel.NOTHING,
    });
    const producer = kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    return new TestAgency(kafka, producer, inTopicOf(installation, party));
  }

  /** Sends records as they are; to another topic too, if the broker lets it. @returns the offset of the first */
  async send(messages: BusMessage[], topic = this.topic): Promise<string> {
    const [sent] = await this.producer.send({ topic, messages, acks: -1 });
    return sent!.baseOffset!;
  }

  /** Says something of a disclosure, as a party's system would. */
  say<D extends AgencyMessageDefinition>(
    definition: D,
    message: Parameters<typeof encodeAgencyMessage<D>>[1],
  ): Promise<string> {
    return this.send([encodeAgencyMessage(definition, message)]);
  }

  stop(): Promise<void> {
    return this.producer.disconnect();
  }
}
