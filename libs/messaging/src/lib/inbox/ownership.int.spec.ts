import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, eventually, kafkaSettings, testInstallation, type TestDatabase } from '@convenant/testing';
import { ensureTopics, fixedTopics, Losses, messagingMigrations, topicOf, type BusMessage } from '../../index.js';
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

/** How often a replica comes or goes. */
const MOVES = Number(process.env['M6_MOVES'] ?? 4);

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
  const countOf = async (subjects: string[]) => {
    const [row] = await rows<{ count: number }>(
      database.ownerUrl,
      'SELECT count(*)::int FROM effect WHERE subject = ANY($1::uuid[])',
      [subjects],
    );
    return row!.count;
  };
  const handled = (subjects: string[], count: number) =>
    eventually(async () => (await countOf(subjects)) >= count, {
      what: `${count} effects`,
      deadlineMs: 30_000,
    });
  const expectOnce = async (subjects: string[], versions: number) => {
    const effects = await effectsOf(subjects);
    expect(effects).toHaveLength(subjects.length * versions * 2);
    expect(new Set(effects.map((effect) => JSON.stringify(effect))).size).toBe(effects.length);
  };

  it(
    'M6 move between one, two and three replicas under load, with doubles of all ages: every effect once and in order',
    async () => {
      const subjects = Array.from({ length: 6 }, (_, partition) => aggregateIn(partition));
      const rounds: BusMessage[][] = [];
      let moving = true;
      await start();
      const sending = (async () => {
        while (moving) {
          const round = subjects.map((subject) => writer.next(subject));
          const { length } = rounds;
          // The round before, one from the middle and the first, latest first.
          const again = length === 0 ? [] : [length - 1, length >> 1, 0].flatMap((index) => rounds[index]!);
          rounds.push(round);
          await writer.send(...round, ...again);
        }
      })();
      try {
        for (let move = 0; move < MOVES; move += 1) {
          const seen = await countOf(subjects);
          if (move % 4 < 2) await start();
          else await services.shift()!.close();
          await eventually(async () => (await countOf(subjects)) > seen, {
            what: `work goes on after move ${move}`,
            deadlineMs: 60_000,
          });
        }
      } finally {
        moving = false;
        await sending;
      }
      await eventually(async () => (await countOf(subjects)) >= subjects.length * rounds.length * 2, {
        what: 'everything is handled',
        deadlineMs: 60_000 + rounds.length * 100,
      });
      const versions = Array.from({ length: rounds.length }, (_, index) => index + 1);
      const inOrder = await rows<{ subject: string; versions: number[] }>(
        database.ownerUrl,
        'SELECT subject, array_agg(version ORDER BY id) AS versions FROM effect WHERE subject = ANY($1::uuid[]) GROUP BY subject, handler',
        [subjects],
      );
      expect(inOrder).toHaveLength(subjects.length * 2);
      for (const one of inOrder) expect(one.versions).toEqual(versions);
    },
    120_000 + MOVES * 20_000,
  );

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
