import { metrics, type BatchObservableResult, type Counter, type Meter, type Observable } from '@opentelemetry/api';
import type { Clock } from '@convenant/kernel';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { BusConsumer } from '../bus/bus.js';
import { metricStatements } from '../db/metric.statements.js';
import { INBOX_CONSUMER } from '../inbox/inbox-consumer.token.js';
import { RELAYS } from '../opening/closed.js';
import { Opening } from '../opening/opening.js';
import { CLOCK } from '../settings.js';
import { attribute, metric, TRACER } from './attributes.js';
import { InboxLag } from './inbox-lag.js';

/**
 * What operators watch, by names that stay. Looked up when the exporter asks; what cannot be looked up (no database, no broker)
 * is not reported, never as zero.
 */
@Injectable()
export class MessagingMetrics implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly meter: Meter = metrics.getMeter(TRACER);
  private readonly redelivered: Counter = this.meter.createCounter(metric.redeliveries, {
    description: 'Messages that came again and had no effect',
  });
  private readonly gauges = {
    position: this.gauge(metric.outboxPosition, '{event}', 'Sequence of the last event surely on the topic'),
    unsentAge: this.gauge(metric.oldestUnsentAge, 's', 'Age of the oldest event that is not surely on the topic'),
    xminAge: this.gauge(
      metric.xminAge,
      's',
      'How long the same open write transaction of the server has held relays back',
    ),
    lagMessages: this.gauge(
      metric.lagMessages,
      '{message}',
      'Messages of the partitions held here that are not handled yet',
    ),
    lagSeconds: this.gauge(metric.lagSeconds, 's', 'Age, by the broker, of what is being handled while messages wait'),
    deadLetters: this.gauge(metric.deadLetters, '{message}', 'Dead letters that block something'),
    open: this.gauge(metric.open, '1', '1 when the service decides, 0 while it is closed'),
  };
  private readonly observe = (result: BatchObservableResult) => this.report(result);
  private xmin = { value: '', since: 0 };

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RELAYS) private readonly relays: boolean,
    @Inject(Opening) private readonly opening: Opening,
    @Inject(INBOX_CONSUMER) private readonly consumer: BusConsumer,
    @Inject(InboxLag) private readonly lag: InboxLag,
  ) {}

  onApplicationBootstrap(): void {
    this.meter.addBatchObservableCallback(this.observe, Object.values(this.gauges));
  }

  beforeApplicationShutdown(): void {
    this.meter.removeBatchObservableCallback(this.observe, Object.values(this.gauges));
  }

  redeliveries(topic: string, count: number): void {
    if (count > 0) this.redelivered.add(count, { [attribute.destination]: topic });
  }

  private async report(result: BatchObservableResult): Promise<void> {
    await Promise.allSettled([
      this.reportOutbox(result),
      this.reportInbox(result),
      this.reportDeadLetters(result),
      this.reportOpening(result),
    ]);
  }

  private async reportOutbox(result: BatchObservableResult): Promise<void> {
    if (!this.relays) return;
    const [row] = (await this.dataSource.query(metricStatements.outbox)) as {
      sequence: string;
      oldest: Date | null;
      xmin: string;
      xmax: string;
    }[];
    const { sequence, oldest, xmin, xmax } = row!;
    result.observe(this.gauges.position, Number(sequence));
    result.observe(this.gauges.unsentAge, oldest ? Math.max(0, this.clock.now() - oldest.getTime()) / 1_000 : 0);
    const now = performance.now();
    if (xmin !== this.xmin.value) this.xmin = { value: xmin, since: now };
    // With nothing open the two are equal, and an unmoved xmin says only that nobody writes.
    result.observe(this.gauges.xminAge, xmin === xmax ? 0 : (now - this.xmin.since) / 1_000);
  }

  private async reportInbox(result: BatchObservableResult): Promise<void> {
    const rows = (await this.dataSource.query(metricStatements.positions)) as {
      topic: string;
      partition: number;
      next_offset: string;
    }[];
    const byTopic = new Map<string, { messages: number; seconds: number }>();
    for (const { position, timestamp } of this.lag.held) {
      const end = (await this.consumer.logBounds(position.topic)).get(position.partition)?.end;
      const row = rows.find((each) => each.topic === position.topic && each.partition === position.partition);
      if (end === undefined || !row) continue;
      const sum = byTopic.get(position.topic) ?? { messages: 0, seconds: 0 };
      const messages = Math.max(0, Number(end - BigInt(row.next_offset)));
      const seconds = messages > 0 && timestamp !== undefined ? Math.max(0, Date.now() - timestamp) / 1_000 : 0;
      byTopic.set(position.topic, { messages: sum.messages + messages, seconds: Math.max(sum.seconds, seconds) });
    }
    for (const [topic, { messages, seconds }] of byTopic) {
      result.observe(this.gauges.lagMessages, messages, { [attribute.destination]: topic });
      result.observe(this.gauges.lagSeconds, seconds, { [attribute.destination]: topic });
    }
  }

  private async reportDeadLetters(result: BatchObservableResult): Promise<void> {
    const [row] = (await this.dataSource.query(metricStatements.deadLetters)) as { letters: number }[];
    result.observe(this.gauges.deadLetters, row!.letters);
  }

  private async reportOpening(result: BatchObservableResult): Promise<void> {
    result.observe(this.gauges.open, (await this.opening.whyClosed()) ? 0 : 1);
  }

  private gauge(name: string, unit: string, description: string): Observable {
    return this.meter.createObservableGauge(name, { unit, description });
  }
}
