import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, kafkaSettings, testInstallation, type TestDatabase } from '@convenant/testing';
import { ensureTopics, fixedTopics, messagingMigrations, Opening, Operations, type OwnEventFold } from '../../index.js';
import { rows, startService, withdraw, type RunningService } from '../../../test/messaging-kit.js';
import { aggregateIn, TopicWriter } from '../../../test/records.js';

const request = { reason: 'the database is new, the topic is not', actorRef: 'u_operator' };

describe('a rebase', () => {
  const kafka = kafkaSettings();
  const learnt: number[] = [];
  const fold: OwnEventFold = { fold: async (_tx, event) => void learnt.push(event.sequence) };
  let installation: string;
  let writer: TopicWriter;
  let database: TestDatabase;
  const running: RunningService[] = [];

  beforeEach(async () => {
    learnt.length = 0;
    installation = testInstallation();
    writer = new TopicWriter(installation, kafka);
    await ensureTopics({ kafka }, fixedTopics(installation));
    await writer.connect();
    database = await createTestDatabase({ service: 'consent', migrations: messagingMigrations });
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((service) => service.close()));
    await writer.disconnect();
    await database.drop();
  });

  async function start(options: { fold?: OwnEventFold; relay?: boolean } = {}): Promise<RunningService> {
    const service = await startService({
      installation,
      service: 'consent',
      databaseUrl: database.runtimeUrl,
      kafka,
      relay: true,
      ...options,
    });
    running.push(service);
    return service;
  }
  const nothingWritten = async () => expect(await rows(database.ownerUrl, 'SELECT FROM outbox_rebased')).toEqual([]);

  it('M14 reads a topic with doubles in several partitions in order, and begins where nothing was known', async () => {
    const messages = Array.from({ length: 450 }, (_, index) => writer.next(aggregateIn(index % 6)));
    await writer.send(...messages.slice(0, 300));
    await writer.send(...messages.slice(250, 300), ...messages.slice(300));
    const service = await start({ fold });
    expect(await service.get(Opening).whyClosed()).toMatchObject({ because: 'behind' });
    const report = await service.get(Operations).rebase(request);
    expect(report).toMatchObject({ appended: 450, known: 0, unsent: 0, sequence: 450 });
    expect(learnt).toEqual(Array.from({ length: 450 }, (_, index) => index + 1));
    expect(await service.get(Opening).whyClosed()).toBeUndefined();
  });

  it('M14 is refused, with nothing written, by an app that cannot learn its events again', async () => {
    await writer.send(writer.next(aggregateIn(0)));
    const service = await start();
    await expect(service.get(Operations).rebase(request)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/consent\.withdrawn.*OWN_EVENT_FOLD/),
    });
    await nothingWritten();
  });

  it('M14 is refused, with nothing written, where the topic has a hole', async () => {
    await writer.send(writer.next(aggregateIn(0)));
    writer.next(aggregateIn(1));
    await writer.send(writer.next(aggregateIn(2)));
    const service = await start({ fold });
    await expect(service.get(Operations).rebase(request)).rejects.toThrow(/no longer has the event with sequence 2/);
    await nothingWritten();
  });

  it('M14 is refused, with nothing written, where database and topic tell two stories of one aggregate', async () => {
    const subject = aggregateIn(0);
    await writer.send(writer.next(subject));
    const unguarded = await start({ relay: false });
    await unguarded.outbox.transaction([subject], (tx) => withdraw(tx, subject));
    const service = await start({ fold });
    await expect(service.get(Operations).rebase(request)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(`Version 1 of ${subject} is another event`),
    });
    await nothingWritten();
  });

  it('M14 goes on after an interruption, and folds nothing twice', async () => {
    const messages = Array.from({ length: 450 }, (_, index) => writer.next(aggregateIn(index % 6)));
    await writer.send(...messages);
    let failing = true;
    const service = await start({
      fold: {
        fold: async (tx, event) => {
          if (failing && event.sequence === 300) throw new Error('the process ends here');
          await tx.query(`INSERT INTO inbox_reaction VALUES ('folded', $1, now())`, [event.id]);
        },
      },
    });
    await expect(service.get(Operations).rebase(request)).rejects.toThrow('the process ends here');
    expect(await service.get(Opening).whyClosed()).toMatchObject({ because: 'behind' });
    expect(await rows(database.ownerUrl, 'SELECT FROM outbox_rebased')).toHaveLength(200);
    failing = false;
    // The first 200 stand already; a second fold of one would break the key.
    expect(await service.get(Operations).rebase(request)).toMatchObject({ appended: 250, sequence: 450 });
    expect(await rows(database.ownerUrl, 'SELECT FROM inbox_reaction')).toHaveLength(450);
  });
});
