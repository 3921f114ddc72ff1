import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { createTestDatabase, eventually, kafkaSettings, testInstallation, type TestDatabase } from '@convenant/testing';
import {
  ensureTopics,
  fixedTopics,
  KafkaJsProducer,
  messagingMigrations,
  topicOf,
  type BusMessage,
} from '../../index.js';
import {
  Effects1795478400100,
  Recorder,
  rows,
  startService,
  withdraw,
  type RunningService,
} from '../../../test/messaging-kit.js';
import { readTopic } from '../../../test/topic-reader.js';

/** A producer whose process can be put to sleep just before a send. */
class Sleepy extends KafkaJsProducer {
  private sleep: Promise<void> | undefined;
  wake!: () => void;
  asleep = false;

  fallAsleep(): void {
    this.sleep = new Promise((resolve) => (this.wake = resolve));
  }

  override async send(topic: string, messages: readonly BusMessage[]): Promise<void> {
    this.asleep = this.sleep !== undefined;
    await this.sleep;
    this.sleep = undefined;
    await super.send(topic, messages);
    this.asleep = false;
  }
}

describe('a relay that wakes up late', () => {
  const installation = testInstallation();
  const kafka = kafkaSettings();
  const migrations = [...messagingMigrations, Effects1795478400100];
  const running: RunningService[] = [];
  let writing: TestDatabase;
  let reading: TestDatabase;

  beforeAll(async () => {
    await ensureTopics({ kafka }, fixedTopics(installation));
    writing = await createTestDatabase({ service: 'consent', migrations });
    reading = await createTestDatabase({ service: 'transfer', migrations });
  });
  afterAll(async () => {
    await Promise.all(running.map((service) => service.close()));
    await Promise.all([writing?.drop(), reading?.drop()]);
  });

  const startRelay = async (producer: KafkaJsProducer) => {
    const options = { installation, service: 'consent' as const, databaseUrl: writing.runtimeUrl, kafka, relay: true };
    const service = await startService({ ...options, producer });
    running.push(service);
    return service;
  };
  const sent = async () =>
    Number((await rows<{ sequence: string }>(writing.ownerUrl, 'SELECT sequence FROM relay_cursor'))[0]!.sequence);

  it('M4 adds doubles only: no gap, first occurrences in order, the cursor is another one’s, no effect comes twice', async () => {
    const sleepy = new Sleepy(kafka, 'sleepy');
    const first = await startRelay(sleepy);
    running.push(
      await startService({
        installation,
        service: 'transfer',
        databaseUrl: reading.runtimeUrl,
        kafka,
        subscribes: ['consent'],
        controllers: [Recorder],
      }),
    );
    const aggregates = Array.from({ length: 8 }, () => newId());
    const write = async () => {
      for (const subject of aggregates) await first.outbox.transaction([subject], (tx) => withdraw(tx, subject));
    };
    await write();
    await eventually(async () => (await sent()) === 8, { what: 'the first relay sends' });

    sleepy.fallAsleep();
    await write();
    await eventually(() => sleepy.asleep, { what: 'it sleeps with a page in its hands' });
    await startRelay(new KafkaJsProducer(kafka, 'second'));
    // Its session ends, as it does when a machine stands still for long.
    await rows(
      String(process.env['TEST_DATABASE_URL']),
      `SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
        WHERE l.locktype = 'advisory' AND l.granted AND d.datname = $1`,
      [writing.name],
    );
    await eventually(async () => (await sent()) === 16, { what: 'the second relay sends it all' });
    await write();
    await eventually(async () => (await sent()) === 24, { what: 'and what comes after' });
    sleepy.wake();
    await eventually(() => !sleepy.asleep, { what: 'the first one has sent its page late' });
    await write();
    await eventually(async () => (await sent()) === 32, { what: 'the flow goes on' });

    const records = await readTopic(kafka, topicOf(installation, 'consent'));
    expect(records.length).toBeGreaterThan(32);
    const seen = new Map<string, string>();
    const last = new Map<number, number>();
    for (const { partition, headers } of records) {
      const [sequence, id] = [headers['ce_sequence']!, headers['ce_id']!];
      if (seen.has(sequence)) expect(seen.get(sequence)).toBe(id);
      else {
        expect(Number(sequence)).toBeGreaterThan(last.get(partition) ?? 0);
        last.set(partition, Number(sequence));
        seen.set(sequence, id);
      }
    }
    expect([...seen.keys()].map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 32 }, (_, i) => i + 1));
    const effects = () => rows<{ version: number }>(reading.ownerUrl, 'SELECT version FROM effect');
    await eventually(async () => (await effects()).length >= 32, { what: 'all is handled' });
    expect(await effects()).toHaveLength(32);
  }, 60_000);
});
