import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, eventually, kafkaSettings, testInstallation, type TestDatabase } from '@convenant/testing';
import { ensureTopics, fixedTopics, Losses, messagingMigrations, topicOf } from '../../index.js';
import {
  Effects1795478400100,
  Reactor,
  Recorder,
  rows,
  startService,
  type RunningService,
} from '../../../test/messaging-kit.js';
import { aggregateIn, TopicWriter } from '../../../test/records.js';
import { plainKafka } from '../../../test/topic-reader.js';

describe('the partitions of a consumer', () => {
  const installation = testInstallation();
  const kafka = kafkaSettings();
  const writer = new TopicWriter(installation, kafka);
  const topic = topicOf(installation, 'consent');
  const services: RunningService[] = [];
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase({
      service: 'transfer',
      migrations: [...messagingMigrations, Effects1795478400100],
    });
    await ensureTopics({ kafka }, fixedTopics(installation));
    await writer.connect();
  });
  afterEach(async () => {
    await Promise.all(services.splice(0).map((service) => service.close()));
  });
  afterAll(async () => {
    await writer.disconnect();
    await database?.drop();
  });

  async function start(): Promise<RunningService> {
    const service = await startService({
      installation,
      service: 'transfer',
      databaseUrl: database.runtimeUrl,
      kafka,
      subscribes: ['consent'],
      controllers: [Recorder, Reactor],
    });
    services.push(service);
    return service;
  }
  const effectsOf = (subjects: string[]) =>
    rows<{ handler: string; subject: string; version: number }>(
      database.ownerUrl,
      'SELECT handler, subject, version FROM effect WHERE subject = ANY($1::uuid[]) ORDER BY subject, handler, version',
      [subjects],
    );
  const handled = (subjects: string[], count: number) =>
    eventually(async () => (await effectsOf(subjects)).length >= count, {
      what: `${count} effects`,
      deadlineMs: 30_000,
    });
  const expectOnce = async (subjects: string[], versions: number) => {
    const effects = await effectsOf(subjects);
    expect(effects).toHaveLength(subjects.length * versions * 2);
    expect(new Set(effects.map((effect) => JSON.stringify(effect))).size).toBe(effects.length);
  };

  it('M6 move between replicas that come and go, with every effect once', async () => {
    const subjects = Array.from({ length: 6 }, (_, partition) => aggregateIn(partition));
    const first = await start();
    const rounds = 40;
    const sending = (async () => {
      for (let round = 0; round < rounds; round += 1) {
        await writer.send(...subjects.map((subject) => writer.next(subject)));
        if (round === 5) await start();
        if (round === 20) await services.splice(services.indexOf(first), 1)[0]!.close();
      }
    })();
    await sending;
    await handled(subjects, subjects.length * rounds * 2);
    await expectOnce(subjects, rounds);
  }, 60_000);

  it('M6 are fenced: work under an epoch that another has taken since is void, and is done again', async () => {
    const subject = aggregateIn(0);
    await start();
    await writer.send(writer.next(subject));
    await handled([subject], 2);
    await rows(database.ownerUrl, 'UPDATE inbox_partition SET owner_epoch = owner_epoch + 1');
    await writer.send(writer.next(subject));
    await handled([subject], 4);
    await expectOnce([subject], 2);
  }, 60_000);

  it('stand still at a loss, on record, until an operator skips it; the others go on', async () => {
    const [gone, kept, other] = [aggregateIn(4), aggregateIn(4), aggregateIn(5)];
    await writer.send(writer.next(gone), writer.next(gone));
    const admin = plainKafka(kafka).admin();
    await admin.connect();
    const end = (await admin.fetchTopicOffsets(topic)).find(({ partition }) => partition === 4)!.high;
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 4, offset: end }] });
    await admin.disconnect();

    const service = await start();
    await writer.send(writer.next(kept), writer.next(other));
    await handled([other], 2);
    const losses = () => rows<Record<string, string>>(database.ownerUrl, 'SELECT * FROM inbox_loss');
    await eventually(async () => (await losses()).length === 1, { what: 'the loss is recorded' });
    expect((await losses())[0]).toMatchObject({
      topic,
      partition: 4,
      from_offset: String(Number(end) - 2),
      to_offset: end,
    });
    expect(await effectsOf([kept])).toEqual([]);

    const operator = service.get(Losses);
    expect(await operator.skip({ topic, partition: 5 })).toBe(false);
    expect(await operator.skip({ topic, partition: 4 })).toBe(true);
    await handled([kept], 2);
    await expectOnce([kept, other], 1);
    expect((await losses())[0]!['skipped_at']).not.toBeNull();
  }, 60_000);

  it('are those the installation was made with: another number is refused', async () => {
    const elsewhere = testInstallation();
    await ensureTopics({ kafka }, [{ topic: topicOf(elsewhere, 'consent'), partitions: 3, configs: {} }]);
    await expect(ensureTopics({ kafka }, fixedTopics(elsewhere))).rejects.toThrow(/has 3 partitions and must have 6/);
  });
});
