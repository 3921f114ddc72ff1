import type { Admin } from 'kafkajs';
import { createKafka } from '../bus/kafkajs-client.js';
import type { KafkaSettings } from '../settings.js';
import { partyOfInTopic } from './party-topics.js';

/** Knows which `in` topics there are. Keeps one connection, and makes a new one after a failure. */
export class InTopics {
  private admin: Promise<Admin> | undefined;

  constructor(
    private readonly installation: string,
    private readonly kafka: KafkaSettings,
  ) {}

  /** Their names, sorted. */
  async list(): Promise<string[]> {
    this.admin ??= this.connect();
    try {
      const topics = await (await this.admin).listTopics();
      return topics.filter((topic) => partyOfInTopic(this.installation, topic) !== undefined).sort();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const admin = this.admin;
    this.admin = undefined;
    await (await admin?.catch(() => undefined))?.disconnect().catch(() => undefined);
  }

  private async connect(): Promise<Admin> {
    const admin = createKafka(this.kafka, `${this.installation}.in-topics`).admin();
    await admin.connect();
    return admin;
  }
}
