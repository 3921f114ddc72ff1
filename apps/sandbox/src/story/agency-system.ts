import { randomBytes, randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { accepted, until } from './installation-client.js';
import type { Story } from './story.js';
import { StoryMismatch, type StoryKafka } from './story.types.js';

/** What a party says of a disclosure on its own topic. */
export interface AgencyMessage {
  /** Short form: `contactOutcome.reported`. */
  type: string;
  disclosureId: string;
  data: Record<string, unknown>;
  /** The same again for a repeat. */
  id?: string;
}

interface PartyTopics {
  state: string;
  principal: string;
  in: string;
  audit: string;
}

/** A party's own software at the message broker: logs in as the party's principal and may do only what that may. */
export class AgencySystem {
  private constructor(
    private readonly kafka: kafkajs.Kafka,
    private readonly producer: kafkajs.Producer,
    readonly topics: PartyTopics,
  ) {}

  /** Has the operator make the principal, which takes some seconds, and logs in. */
  static async open({ client }: Story, broker: StoryKafka, persona: string, party: string): Promise<AgencySystem> {
    const made = await until(
      'the register has made the topics of the party',
      () => client.get<PartyTopics>(persona, `/register/v1/parties/${party}/topics`),
      ({ body }) => body?.state === 'made',
    );
    const topics = accepted(made, 'The topics', 200);
    const password = randomBytes(24).toString('base64url');
    await broker.makePrincipal(topics.principal, password);
    const kafka = new kafkajs.Kafka({
      clientId: `story-${persona}`,
      brokers: broker.brokers,
      ssl: broker.tls ?? false,
      sasl: { mechanism: 'scram-sha-512', username: topics.principal, password },
      retry: { initialRetryTime: 50, retries: 3 },
      logLevel: kafkajs.logLevel.NOTHING,
    });
    const producer = kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    return new AgencySystem(kafka, producer, topics);
  }

  /** On its own topic, unless another one is tried. @returns the offset */
  async say({ type, disclosureId, data, id = randomUUID() }: AgencyMessage, topic = this.topics.in): Promise<string> {
    const headers = {
      ce_specversion: '1.0',
      ce_id: id,
      ce_source: 'urn:story:client-files',
      ce_type: `be.convenant.agency.v1.${type}`,
      ce_subject: disclosureId,
      'content-type': 'application/json',
    };
    const messages = [{ key: disclosureId, value: JSON.stringify(data), headers }];
    const [sent] = await this.producer.send({ topic, messages, acks: -1 });
    return sent!.baseOffset!;
  }

  /**
   * Reads what the trail publishes for the party, from the beginning.
   * @param goOn called with the positions of the entries so far; false when it has seen enough
   * @throws StoryMismatch after 30 s
   */
  async readAudit(goOn: (positions: ReadonlySet<number>) => boolean): Promise<ReadonlySet<number>> {
    const groupId = `${this.topics.principal}.story-${randomBytes(3).toString('hex')}`;
    const consumer = this.kafka.consumer({ groupId });
    const positions = new Set<number>();
    let timer: NodeJS.Timeout | undefined;
    try {
      await consumer.connect();
      await consumer.subscribe({ topic: this.topics.audit, fromBeginning: true });
      await new Promise<void>((resolve, reject) => {
        timer = setTimeout(
          () => reject(new StoryMismatch('Not within 30 s: the topic of the party has it all')),
          30_000,
        );
        consumer
          .run({
            eachMessage: async ({ message }) => {
              positions.add(Number(message.headers?.['ce_trailposition']?.toString()));
              if (!goOn(positions)) resolve();
            },
          })
          .catch(reject);
      });
      return positions;
    } finally {
      clearTimeout(timer);
      await consumer.disconnect();
    }
  }

  async close(): Promise<void> {
    await this.producer.disconnect();
  }
}
