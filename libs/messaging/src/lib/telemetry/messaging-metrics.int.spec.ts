import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { metrics } from '@opentelemetry/api';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { createTestDatabase, eventually, kafkaSettings, testInstallation, type TestDatabase } from '@convenant/testing';
import { ensureTopics, fixedTopics, messagingMigrations, Operations, topicOf } from '../../index.js';
import {
  Effects1795478400100,
  Recorder,
  rows,
  startService,
  type RunningService,
} from '../../../test/messaging-kit.js';
import { aggregateIn, TopicWriter } from '../../../test/records.js';

/** Asks when the test does. */
class Asked extends MetricReader {
  async values(): Promise<Record<string, number>> {
    const { resourceMetrics } = await this.collect();
    const found = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    return Object.fromEntries(
      found.flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map((point): [string, number] => [
          [descriptor.name, ...Object.values(point.attributes)].join(' '),
          point.value as number,
        ]),
      ),
    );
  }
  protected async onForceFlush(): Promise<void> {}
  protected async onShutdown(): Promise<void> {}
}

const request = { reason: 'to see it', actorRef: 'u_operator' };

describe('the metrics', () => {
  const installation = testInstallation();
  const kafka = kafkaSettings();
  const topic = topicOf(installation, 'consent');
  const reader = new Asked();
  const writer = new TopicWriter(installation, kafka);
  let database: TestDatabase;
  let service: RunningService;

  beforeAll(async () => {
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
    database = await createTestDatabase({
      service: 'retention',
      migrations: [...messagingMigrations, Effects1795478400100],
    });
    await ensureTopics({ kafka }, fixedTopics(installation));
    await writer.connect();
    service = await startService({
      installation,
      service: 'retention',
      databaseUrl: database.runtimeUrl,
      kafka,
      subscribes: ['consent'],
      controllers: [Recorder],
      relay: true,
    });
  });
  afterAll(async () => {
    await service?.close();
    await writer.disconnect();
    await database?.drop();
    metrics.disable();
  });

  const shows = (what: string, holds: (values: Record<string, number>) => boolean) =>
    eventually(async () => holds(await reader.values()), { what });

  it('tell position, age of what is not sent, lag, dead letters, redeliveries and whether the service is open', async () => {
    const operations = service.get(Operations);
    const subject = aggregateIn(0);
    const message = writer.next(subject);
    await writer.send(message);
    await writer.send(message, writer.next(subject, { value: 'no json' }));
    await shows('a redelivery and a dead letter', (values) => {
      return values[`inbox.redeliveries ${topic}`] === 1 && values['inbox.dead_letters'] === 1;
    });
    await shows('all is handled and sent', (values) => {
      return values[`inbox.lag.messages ${topic}`] === 0 && values['outbox.position'] === 1;
    });
    expect(await reader.values()).toMatchObject({ 'service.open': 1, 'outbox.oldest_unsent_age': 0 });

    await operations.pause('inbox', request);
    await operations.pause('relay', request);
    await writer.send(writer.next(subject), writer.next(subject));
    await shows('two wait, and grow old', (values) => {
      return (
        values[`inbox.lag.messages ${topic}`] === 2 &&
        values[`inbox.lag.seconds ${topic}`]! > 0.3 &&
        values['outbox.oldest_unsent_age']! > 0.3
      );
    });
    await operations.resume('inbox', request);
    await operations.resume('relay', request);
  });

  it('M14 tell how long a write transaction left open elsewhere in the cluster holds the relay back; nothing is skipped', async () => {
    const before = (await reader.values())['outbox.position']!;
    let release!: () => void;
    const held = new Promise<void>((resolve) => (release = resolve));
    let begun!: () => void;
    const begins = new Promise<void>((resolve) => (begun = resolve));
    const forgotten = service.outbox.transaction([], async (tx) => {
      await tx.query('SELECT pg_current_xact_id()');
      begun();
      await held;
    });
    await begins;
    await eventually(async () => (await reader.values())['outbox.xmin_age']! > 0.3, { what: 'the age is seen' });
    await service.get(Operations).pause('inbox', request);
    await shows('what was committed waits', (values) => values['outbox.oldest_unsent_age']! > 0.2);
    release();
    await forgotten;
    await shows(
      'it is sent',
      (values) => values['outbox.oldest_unsent_age'] === 0 && values['outbox.position']! > before,
    );
    const [sent] = await rows<{ left: number }>(
      database.ownerUrl,
      'SELECT (SELECT count(*) FROM outbox)::int - (SELECT sequence FROM relay_cursor)::int AS left',
    );
    expect(sent!.left).toBe(0);
  });
});
