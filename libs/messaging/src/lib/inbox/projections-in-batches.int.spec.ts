import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { createTestDatabase, eventually, kafkaSettings, testInstallation, type TestDatabase } from '@convenant/testing';
import {
  ensureTopics,
  fixedTopics,
  messagingMigrations,
  PermanentFailure,
  ProjectsBatch,
  type HandlerContext,
  type ReceivedEvent,
} from '../../index.js';
import { Effects1795478400100, Reactor, recordEffect, rows, startService } from '../../../test/messaging-kit.js';
import { aggregateIn, TopicWriter } from '../../../test/records.js';

/** Sizes of the arrays that were given, also of those rolled back. */
const given: number[] = [];
let refused: string | undefined;

@Controller()
class Batches {
  @ProjectsBatch()
  @EventPattern<string>('consent.withdrawn')
  async project(
    @Payload() events: readonly ReceivedEvent[],
    @Ctx() context: Pick<HandlerContext, 'tx'>,
  ): Promise<void> {
    given.push(events.length);
    for (const event of events) {
      if (event.subject === refused) throw new PermanentFailure('spec.refused', 'Not this one');
      await recordEffect(`batch of ${events.length}`, event, context as HandlerContext);
    }
  }
}

describe('projections in batches', () => {
  const kafka = kafkaSettings();
  const migrations = [...messagingMigrations, Effects1795478400100];
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase({ service: 'transfer', migrations });
  });
  afterAll(() => database?.drop());

  /** Sends first and starts then, so that all of it comes in one poll. */
  async function handle(subjects: string[], controllers: (typeof Batches | typeof Reactor)[]): Promise<string[]> {
    const installation = testInstallation();
    await ensureTopics({ kafka }, fixedTopics(installation));
    await rows(database.ownerUrl, 'TRUNCATE effect, inbox_version, inbox_partition');
    given.length = 0;
    const writer = new TopicWriter(installation, kafka);
    await writer.connect();
    await writer.send(...subjects.map((subject) => writer.next(subject)));
    await writer.disconnect();
    const service = await startService({
      installation,
      service: 'transfer',
      databaseUrl: database.runtimeUrl,
      kafka,
      subscribes: ['consent'],
      relay: false,
      controllers,
    });
    try {
      const read = async () =>
        (
          await rows<{ read: string }>(
            database.ownerUrl,
            'SELECT coalesce(sum(next_offset), 0) AS read FROM inbox_partition',
          )
        )[0]!;
      await eventually(async () => Number((await read()).read) === subjects.length, { what: 'all is read' });
    } finally {
      await service.close();
    }
    const effects = await rows<{ handler: string; subject: string; version: number }>(
      database.ownerUrl,
      'SELECT handler, subject, version FROM effect ORDER BY id',
    );
    return effects.map(({ handler, subject, version }) => `${handler} ${subject} ${version}`);
  }

  it('gives consecutive events of one poll together, in order, each once', async () => {
    const [one, two] = [aggregateIn(0), aggregateIn(0)];
    const effects = await handle([one, two, one, one, two], [Batches]);
    expect(given).toEqual([5]);
    expect(effects).toEqual([
      `batch of 5 ${one} 1`,
      `batch of 5 ${two} 1`,
      `batch of 5 ${one} 2`,
      `batch of 5 ${one} 3`,
      `batch of 5 ${two} 2`,
    ]);
  });

  it('M7 buries the one that is refused for good, alone, and what follows it on its aggregate waits', async () => {
    const [fine, bad] = [aggregateIn(0), aggregateIn(0)];
    refused = bad;
    const effects = await handle([fine, bad, fine, bad], [Batches]);
    refused = undefined;
    expect(effects).toEqual([`batch of 1 ${fine} 1`, `batch of 1 ${fine} 2`]);
    const letters = await rows<{ cause: string; parked: string }>(
      database.ownerUrl,
      `SELECT cause, (SELECT count(*) FROM inbox_parked p WHERE p.block_id = d.id) AS parked FROM inbox_dead_letter d`,
    );
    expect(letters).toEqual([{ cause: 'spec.refused', parked: '1' }]);
  });

  it('gives an event alone that a reaction gets too, before that reaction', async () => {
    const [one, two] = [aggregateIn(0), aggregateIn(0)];
    const effects = await handle([one, two], [Reactor, Batches]);
    expect(effects).toEqual([`batch of 1 ${one} 1`, `react ${one} 1`, `batch of 1 ${two} 1`, `react ${two} 1`]);
  });
});
