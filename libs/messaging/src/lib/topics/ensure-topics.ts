import { setTimeout as delay } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { createKafka } from '../bus/kafkajs-client.js';
import type { KafkaSettings } from '../settings.js';
import type { TopicSpec } from './topics.js';

// Milliseconds of real time. A broker that has just started, or just made a topic, does not lead its partitions yet.
const LONGEST_SETTLING = 30_000;
const SETTLING_PAUSE = { first: 50, longest: 1_000 };
const settling: ReadonlySet<unknown> = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
]);
// No answer came: what was asked for may have been done, and asking again does no harm.
const unanswered: ReadonlySet<unknown> = new Set([
  'KafkaJSRequestTimeoutError',
  'KafkaJSConnectionClosedError',
  'KafkaJSConnectionError',
]);

/**
 * Makes the topics that are missing and leaves the others as they are. Idempotent; parallel calls do no harm.
 * @throws Error when a topic exists with another number of partitions: order per key would break
 */
export async function ensureTopics(settings: { kafka: KafkaSettings }, topics: readonly TopicSpec[]): Promise<void> {
  await withAdmin(settings.kafka, (admin) =>
    settled(async () => {
      await makeMissing(admin, topics);
      await assertPartitions(admin, topics, true);
    }),
  );
}

async function makeMissing(admin: Admin, topics: readonly TopicSpec[]): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = topics.filter((spec) => !existing.has(spec.topic));
  if (missing.length === 0) return;
  // Without waiting for leaders, which gives up at the broker's first "not yet": that is waited for later.
  await admin.createTopics({
    waitForLeaders: false,
    topics: missing.map((spec) => ({
      topic: spec.topic,
      numPartitions: spec.partitions,
      replicationFactor: spec.replication ?? 1,
      configEntries: Object.entries(spec.configs).map(([name, value]) => ({ name, value })),
    })),
  });
}

/** Refuses topics that are missing or have another number of partitions than this program counts on. */
export async function assertTopics(
  settings: { kafka: KafkaSettings },
  topics: readonly Pick<TopicSpec, 'topic' | 'partitions'>[],
): Promise<void> {
  await withAdmin(settings.kafka, (admin) => settled(() => assertPartitions(admin, topics)));
}

/** Tries again while the broker does not know its own partitions yet or does not answer, for 30 s. */
async function settled(work: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + LONGEST_SETTLING;
  for (let pause = SETTLING_PAUSE.first; ; pause = Math.min(pause * 2, SETTLING_PAUSE.longest)) {
    try {
      return await work();
    } catch (error) {
      if (!isSettling(error) || performance.now() > deadline) throw error;
    }
    await delay(pause);
  }
}

function isSettling(error: unknown): boolean {
  const { type, name, cause } = error as { type?: unknown; name?: unknown; cause?: unknown };
  if (error instanceof NotLedYet || settling.has(type) || unanswered.has(name)) return true;
  return cause !== undefined && isSettling(cause);
}

class NotLedYet extends Error {}

async function assertPartitions(
  admin: Admin,
  topics: readonly Pick<TopicSpec, 'topic' | 'partitions'>[],
  justMade = false,
): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const absent = topics.find((spec) => !existing.has(spec.topic));
  if (absent && justMade) throw new NotLedYet(`The topic ${absent.topic} has been made and is not listed yet`);
  if (absent) throw new Error(`The topic ${absent.topic} does not exist: make the installation's topics first`);
  const described = await admin.fetchTopicMetadata({ topics: topics.map((spec) => spec.topic) });
  for (const { topic, partitions } of topics) {
    const present = described.topics.find((candidate) => candidate.name === topic)?.partitions ?? [];
    if (present.some(({ leader }) => leader < 0))
      throw new NotLedYet(`The topic ${topic} has a partition without leader`);
    const found = present.length;
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
