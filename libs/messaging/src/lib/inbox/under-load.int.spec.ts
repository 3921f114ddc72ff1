import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, eventually, kafkaSettings, testInstallation, type TestDatabase } from '@convenant/testing';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import {
  ensureTopics,
  fixedTopics,
  KafkaJsConsumer,
  messagingMigrations,
  Projects,
  type BusBatch,
  type HandlerContext,
  type ReceivedEvent,
} from '../../index.js';
import {
  Effects1795478400100,
  Reactor,
  recordEffect,
  rows,
  startService,
  type RunningService,
} from '../../../test/messaging-kit.js';
import { aggregateIn, TopicWriter } from '../../../test/records.js';

/** Records of some 8 KiB waiting on the topic; more in a long run. */
const RECORDS = Number(process.env['M10_RECORDS'] ?? 3_200);
const PADDING = 'x'.repeat(8 * 1024);

@Controller()
class Held {
  static gate: Promise<void> | undefined;
  @Projects()
  @EventPattern<string>('consent.withdrawn')
  async project(@Payload() event: ReceivedEvent, @Ctx() context: HandlerContext): Promise<void> {
    await Held.gate;
    await recordEffect('project', event, context);
  }
}

/** Counts what the bus has handed over and not got back. */
class Counting extends KafkaJsConsumer {
  largest = 0;
  batches = 0;
  override start(subscription: Parameters<KafkaJsConsumer['start']>[0]): Promise<void> {
    const onBatch = (batch: BusBatch, ...rest: [never]) => {
      this.batches += 1;
      const bytes = batch.records.reduce((sum, { headers, value }) => {
        const padding = headers['padding'];
        return sum + (value?.length ?? 0) + (Buffer.isBuffer(padding) ? padding.length : 0);
      }, 0);
      this.largest = Math.max(this.largest, bytes);
      return subscription.onBatch(batch, ...rest);
    };
    return super.start({ ...subscription, onBatch: onBatch as typeof subscription.onBatch });
  }
}

describe('the inbox under load', () => {
  const installation = testInstallation();
  const kafka = kafkaSettings();
  const writer = new TopicWriter(installation, kafka);
  const running: RunningService[] = [];
  let database: TestDatabase;
  let sent = 0;

  beforeAll(async () => {
    database = await createTestDatabase({
      service: 'transfer',
      migrations: [...messagingMigrations, Effects1795478400100],
    });
    await ensureTopics({ kafka }, fixedTopics(installation));
    await writer.connect();
  });
  afterEach(async () => {
    Held.gate = undefined;
    await Promise.all(running.splice(0).map((service) => service.close()));
  });
  afterAll(async () => {
    await writer.disconnect();
    await database?.drop();
  });

  async function start(consumer?: KafkaJsConsumer): Promise<RunningService> {
    const service = await startService({
      installation,
      service: 'transfer',
      databaseUrl: database.runtimeUrl,
      kafka,
      subscribes: ['consent'],
      controllers: [Held, Reactor],
      relay: true,
      ...(consumer ? { consumer } : {}),
    });
    running.push(service);
    return service;
  }
  const subjects = Array.from({ length: 12 }, (_, index) => aggregateIn(index % 6));
  async function send(count: number, padding?: string): Promise<void> {
    for (let done = 0; done < count; done += 200) {
      const headers = padding === undefined ? {} : { padding };
      await writer.send(
        ...Array.from({ length: 200 }, (_, index) => writer.next(subjects[index % subjects.length]!, { headers })),
      );
      sent += 200;
    }
  }
  const handled = async () => {
    const [row] = await rows<{ effects: number; distinct: number }>(
      database.ownerUrl,
      `SELECT count(*)::int AS effects, count(DISTINCT (handler, event_id))::int AS distinct FROM effect`,
    );
    return row!;
  };
  const allOnce = async () => {
    await eventually(async () => (await handled()).effects >= 2 * sent, {
      what: `${sent} events are projected and reacted to`,
      deadlineMs: 60_000 + RECORDS * 20,
    });
    expect(await handled()).toEqual({ effects: 2 * sent, distinct: 2 * sent });
  };

  it('M9 shuts down within 10 s; the batch under way is finished or rolled back, and every effect is there once', async () => {
    for (let round = 0; round < 2; round += 1) {
      const service = await start();
      const before = await handled();
      const load = send(600);
      await eventually(async () => (await handled()).effects > before.effects, { what: 'the work has begun' });
      running.pop();
      const asked = performance.now();
      await service.close();
      expect(performance.now() - asked).toBeLessThan(10_000);
      await load;
    }
    await start();
    await allOnce();
  }, 120_000);

  it(
    'M10 takes no more than it can handle: while the handler stands still nothing more is handed over, and the rest stays with the broker',
    async () => {
      let go!: () => void;
      Held.gate = new Promise((resolve) => (go = resolve));
      await send(RECORDS, PADDING);
      const consumer = new Counting(kafka, `${installation}.counting`);
      await start(consumer);
      await eventually(() => consumer.batches > 0, { what: 'a batch has come' });
      const rest = performance.now() + 1_000;
      const before = memory();
      let most = 0;
      await eventually(() => performance.now() > rest, { what: 'the handler has stood still for a while' });
      // Of two partitions at a time.
      expect(consumer.batches).toBeLessThanOrEqual(2);
      Held.gate = undefined;
      go();
      const watch = setInterval(() => (most = Math.max(most, memory() - before)), 20);
      await allOnce();
      clearInterval(watch);
      // One fetch of a partition is at most 2 MiB; a backlog of any length makes it no larger.
      expect(consumer.largest).toBeLessThan(3 * 1024 * 1024);
      if (process.env['M10_RECORDS']) expect(most).toBeLessThan(150 * 1024 * 1024);
    },
    120_000 + RECORDS * 30,
  );

  /** Bytes on the heap and beside it. */
  function memory(): number {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  }
});
