import type { Admin } from 'kafkajs';
import { createKafka } from '../bus/kafkajs-client.js';
import type { KafkaSettings } from '../settings.js';
import type { TopicSpec } from './topics.js';

/**
 * Makes the topics that are missing and leaves the others as they are. Idempotent; parallel calls do no harm.
 * @throws Error when a topic exists with another number of partitions: order per key would break
 */
export async function ensureTopics(settings: { kafka: KafkaSettings }, topics: readonly TopicSpec[]): Promise<void> {
  await withAdmin(settings.kafka, async (admin) => {
    const existing = new Set(await admin.listTopics());
    const missing = topics.filter((spec) => !existing.has(spec.topic));
    if (missing.length > 0) {
      await admin.createTopics({
        waitForLeaders: true,
        topics: missing.map((spec) => ({
          topic: spec.topic,
          numPartitions: spec.partitions,
          replicationFactor: spec.replication ?? 1,
          configEntries: Object.entries(spec.configs).map(([name, value]) => ({ name, value })),
        })),
      });
    }
    await assertPartitions(admin, topics);
  });
}

/** Refuses topics that are missing or have another number of partitions than this program counts on. */
export async function assertTopics(
  settings: { kafka: KafkaSettings },
  topics: readonly Pick<TopicSpec, 'topic' | 'partitions'>[],
): Promise<void> {
  await withAdmin(settings.kafka, (admin) => assertPartitions(admin, topics));
}

async function assertPartitions(
  admin: Admin,
  topics: readonly Pick<TopicSpec, 'topic' | 'partitions'>[],
): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const absent = topics.find((spec) => !existing.has(spec.topic));
  if (absent) throw new Error(`The topic ${absent.topic} does not exist: make the installation's topics first`);
  const described = await admin.fetchTopicMetadata({ topics: topics.map((spec) => spec.topic) });
  for (const { topic, partitions } of topics) {
    const found = described.topics.find((candidate) => candidate.name === topic)?.partitions.length;
    if (found !== partitions) {
      throw new Error(
        `The topic ${topic} has ${found} partitions and must have ${partitions}: the number is fixed at installation; ` +
          'more partitions means a new topic and a cut-over',
      );
    }
  }
}

async function withAdmin<T>(kafka: KafkaSettings, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = createKafka(kafka, 'convenant-admin').admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
