import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import {
  createTestDatabase,
  eventually,
  kafkaApi,
  startOwnKafka,
  TcpProxy,
  testInstallation,
  type OwnKafka,
  type TestDatabase,
} from '@convenant/testing';
import { assertTopics, ensureTopics, fixedTopics, messagingMigrations, topicOf } from '../../index.js';
import {
  Effects1795478400100,
  Recorder,
  rows,
  startService,
  withdraw,
  type RunningService,
} from '../../../test/messaging-kit.js';
import { readTopic } from '../../../test/topic-reader.js';

/** Milliseconds without a broker; the messaging issue's figure is 30 s. */
const WITHOUT_BROKER_MS = Number(process.env['M3_WITHOUT_BROKER_MS'] ?? 1_000);

describe('the relay before a broker whose answers get lost', () => {
  const installation = testInstallation();
  const topic = topicOf(installation, 'consent');
  let proxy: TcpProxy;
  let broker: OwnKafka;
  let writing: TestDatabase;
  let reading: TestDatabase;
  let writer: RunningService;
  let reader: RunningService;

  beforeAll(async () => {
    proxy = await TcpProxy.start({ protocol: 'kafka' });
    broker = await startOwnKafka({ behind: proxy });
    const { kafka } = broker;
    await ensureTopics({ kafka }, fixedTopics(installation));
    writing = await createTestDatabase({ service: 'consent', migrations: messagingMigrations });
    reading = await createTestDatabase({
      service: 'transfer',
      migrations: [...messagingMigrations, Effects1795478400100],
    });
    writer = await startService({
      installation,
      service: 'consent',
      databaseUrl: writing.runtimeUrl,
      kafka,
      relay: true,
    });
    reader = await startService({
      installation,
      service: 'transfer',
      databaseUrl: reading.runtimeUrl,
      kafka,
      subscribes: ['consent'],
      controllers: [Recorder],
    });
  }, 120_000);
  afterAll(async () => {
    proxy?.heal();
    await writer?.close();
    await reader?.close();
    await broker?.dispose();
    await proxy?.close();
    await Promise.all([writing?.drop(), reading?.drop()]);
  }, 60_000);

  const effects = () => rows<{ sequence: string }>(reading.ownerUrl, 'SELECT sequence FROM effect ORDER BY sequence');
  const handled = (count: number) =>
    eventually(async () => (await effects()).length >= count, {
      what: `${count} events are handled`,
      deadlineMs: 30_000,
    });

  it('M2 loses nothing when produce answers are lost; the doubles on the topic have no effect', async () => {
    const aggregates = Array.from({ length: 20 }, () => newId());
    const rounds = 10;
    for (let round = 0; round < rounds; round += 1) {
      proxy.loseAnswers({ when: ({ apiKey }) => apiKey === kafkaApi.produce });
      await Promise.all(
        aggregates.map((subject) => writer.outbox.transaction([subject], (tx) => withdraw(tx, subject))),
      );
      await handled((round + 1) * aggregates.length);
    }
    const count = rounds * aggregates.length;
    expect((await effects()).map(({ sequence }) => Number(sequence))).toEqual(
      Array.from({ length: count }, (_, index) => index + 1),
    );

    const records = await readTopic(broker.kafka, topic);
    expect(proxy.lost).toBeGreaterThanOrEqual(rounds);
    expect(records.length).toBeGreaterThan(count);
    expect(new Set(records.map(({ headers }) => headers['ce_id'])).size).toBe(count);
    // First occurrences stand in the order of `sequence`; a double is the same record again.
    for (let partition = 0; partition < 6; partition += 1) {
      const seen = new Map<string, string>();
      let last = 0;
      for (const record of records.filter((each) => each.partition === partition)) {
        const content = JSON.stringify([record.key, record.headers, record.value]);
        const sequence = record.headers['ce_sequence']!;
        if (seen.has(sequence)) expect(content).toBe(seen.get(sequence));
        else {
          expect(Number(sequence)).toBeGreaterThan(last);
          last = Number(sequence);
          seen.set(sequence, content);
        }
      }
    }
  }, 120_000);

  it('has its topics all the same when the answer to making them gets lost', async () => {
    const other = testInstallation();
    const lost = proxy.lost;
    proxy.loseAnswers({ when: ({ apiKey }) => apiKey === kafkaApi.createTopics });
    await ensureTopics({ kafka: broker.kafka }, fixedTopics(other));
    expect(proxy.lost).toBe(lost + 1);
    await assertTopics({ kafka: broker.kafka }, fixedTopics(other));
  });

  it('M3 accepts commands while the broker is gone (kill -9); afterwards all flows, once and in order', async () => {
    const before = (await effects()).length;
    const aggregates = Array.from({ length: 10 }, () => newId());
    // Half before, so that the kill comes in the middle of the flow.
    const write = async (rounds: number) => {
      for (let round = 0; round < rounds; round += 1) {
        for (const subject of aggregates) await writer.outbox.transaction([subject], (tx) => withdraw(tx, subject));
      }
    };
    const half = write(5);
    await broker.kill();
    await half;
    const asked = performance.now();
    await write(5);
    expect(performance.now() - asked).toBeLessThan(20_000);
    const without = performance.now() + WITHOUT_BROKER_MS;
    await eventually(() => performance.now() > without, { what: 'time has passed', deadlineMs: 2 * WITHOUT_BROKER_MS });
    await broker.restart();
    const count = aggregates.length * 10;
    await handled(before + count);
    const all = await rows<{ subject: string; version: number; sequence: string }>(
      reading.ownerUrl,
      'SELECT subject, version, sequence FROM effect ORDER BY id',
    );
    expect(all.map(({ sequence }) => Number(sequence)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: before + count }, (_, index) => index + 1),
    );
    for (const subject of aggregates) {
      const versions = all.filter((each) => each.subject === subject).map(({ version }) => version);
      expect(versions).toEqual(Array.from({ length: 10 }, (_, index) => index + 1));
    }
  }, 120_000);

  it('M9 shuts down within 10 s also when the broker is gone', async () => {
    await broker.kill();
    const subject = newId();
    await writer.outbox.transaction([subject], (tx) => withdraw(tx, subject));
    for (const service of [writer, reader]) {
      const asked = performance.now();
      await service.close();
      expect(performance.now() - asked).toBeLessThan(10_000);
    }
  }, 60_000);
});
