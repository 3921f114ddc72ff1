import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { createTestDatabase, eventually, kafkaSettings, testInstallation, type TestDatabase } from '@convenant/testing';
import { context, trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { ensureTopics, fixedTopics, messagingMigrations } from '../../index.js';
import {
  Effects1795478400100,
  Reactor,
  rows,
  startService,
  withdraw,
  type RunningService,
} from '../../../test/messaging-kit.js';

describe('traces', () => {
  const installation = testInstallation();
  const kafka = kafkaSettings();
  const exporter = new InMemorySpanExporter();
  const sdk = new NodeSDK({ spanProcessors: [new SimpleSpanProcessor({ exporter })], instrumentations: [] });
  let databases: TestDatabase[];
  let services: RunningService[];

  beforeAll(async () => {
    sdk.start();
    const migrations = [...messagingMigrations, Effects1795478400100];
    const [writing, reading] = await Promise.all([
      createTestDatabase({ service: 'consent', migrations }),
      createTestDatabase({ service: 'transfer', migrations }),
    ]);
    databases = [writing, reading];
    await ensureTopics({ kafka }, fixedTopics(installation));
    const common = { installation, kafka };
    services = [
      await startService({ ...common, service: 'consent', databaseUrl: writing.runtimeUrl, relay: true }),
      await startService({
        ...common,
        service: 'transfer',
        databaseUrl: reading.runtimeUrl,
        subscribes: ['consent'],
        controllers: [Reactor],
        relay: true,
      }),
    ];
  });
  afterAll(async () => {
    await Promise.all(services?.map((service) => service.close()) ?? []);
    await Promise.all(databases?.map((database) => database.drop()) ?? []);
    await sdk.shutdown();
  });

  it('follow one command through outbox, topic, inbox and what it leads to', async () => {
    const subject = newId();
    const command = trace.getTracer('spec').startSpan('POST withdrawals');
    await context.with(trace.setSpan(context.active(), command), () =>
      services[0]!.outbox.transaction([subject], async (tx) => {
        await withdraw(tx, subject);
      }),
    );
    command.end();
    const { traceId, spanId } = command.spanContext();
    const inTrace = () => exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId);
    const named = (name: string) => inTrace().find((span) => span.name === name);
    await eventually(() => named(`send ${installation}.transfer.v1`), { what: 'the reaction is sent too' });

    const [send, process, reaction] = [
      named(`send ${installation}.consent.v1`)!,
      named('process consent.withdrawn')!,
      named(`send ${installation}.transfer.v1`)!,
    ];
    expect(parentOf(send)).toBe(spanId);
    expect(parentOf(process)).toBe(spanId);
    expect(parentOf(reaction)).toBe(process.spanContext().spanId);
    const batches = exporter.getFinishedSpans().filter((span) => span.name.startsWith('process batch'));
    const ids = batches.map((span) => span.spanContext().spanId);
    expect(ids).toContain(process.links[0]!.context.spanId);
    expect(batches.every((span) => span.spanContext().traceId !== traceId)).toBe(true);
    const [row] = await rows<{ traceparent: string }>(databases[1]!.ownerUrl, 'SELECT traceparent FROM outbox');
    expect(row!.traceparent).toContain(process.spanContext().spanId);
  });

  const parentOf = (span: ReadableSpan) => span.parentSpanContext?.spanId;
});
