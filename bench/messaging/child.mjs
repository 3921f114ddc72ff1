// One service, or the raw consumer, in a process of its own: `argv[2]` says which. Does what its parent asks over the channel,
// and ends with it.
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { systemClock } from '@convenant/kernel';
import { CLOCK, KafkaInboxStrategy, MessagingModule, Outbox } from '@convenant/messaging';
import { RELAY_PRODUCER } from '../../libs/messaging/dist/lib/relay/relay.js';
import { KafkaJsEncoder } from './kafkajs-encoder.mjs';
import { InBatches, OneByOne } from './replica.mjs';
import { consumeRaw } from './raw-consumer.mjs';
import { write } from './writer.mjs';

/** @typedef {import('@convenant/messaging').MessagingSettings & { kafka: import('../servers.mjs').Servers['kafka'] }} Settings */
/** @type {{ role: 'relay' | 'consumer' | 'writer' | 'raw', settings: Settings, databaseUrl: string, variant?: string, topic: string }} */
const { role, settings, databaseUrl, variant, topic } = JSON.parse(process.argv[2] ?? '{}');
const handlers = { 'one by one': OneByOne, 'in batches': InBatches };

/** What the parent may ask, with its answer. @type {Record<string, (argument: any) => unknown>} */
const answers = { usage };
/** When each event's effect was committed, nanoseconds of the machine's monotonic clock. @type {Map<string, bigint>} */
const effects = new Map();

if (role === 'raw') await consumeRaw(settings.kafka, topic, (count) => process.send?.({ seen: count }));
else await startService();

process.on('message', async (/** @type {{ id: number, ask: string, argument?: any }} */ { id, ask, argument }) => {
  process.send?.({ id, answer: await answers[ask]?.(argument) });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });

/** CPU in microseconds since the start, and the largest resident size so far in bytes. */
function usage() {
  const { user, system } = process.cpuUsage();
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return { cpuMicros: user + system, peakBytes: Number(peak) * 1024 };
}

async function startService() {
  const dataSource = await new DataSource({
    type: 'postgres',
    url: databaseUrl,
    extra: { max: 4, pipeline: true, options: '-c transaction_timeout=20000' },
  }).initialize();
  const messaging = MessagingModule.forRoot({
    settings,
    subscribes: role === 'consumer' ? ['consent'] : [],
    relay: role === 'relay',
  });
  if (variant === "kafkajs' encoder") {
    const others = (messaging.providers ?? []).filter((each) => /** @type {any} */ (each).provide !== RELAY_PRODUCER);
    messaging.providers = [...others, { provide: RELAY_PRODUCER, useValue: new KafkaJsEncoder(settings.kafka) }];
  }
  const given = [
    { provide: DataSource, useValue: dataSource },
    { provide: CLOCK, useValue: systemClock },
  ];
  class Database {}
  Module({})(Database);
  class Root {}
  Module({
    imports: [{ module: Database, global: true, providers: given, exports: [DataSource, CLOCK] }, messaging],
    controllers: role === 'consumer' ? [handlers[/** @type {keyof typeof handlers} */ (variant)]] : [],
  })(Root);
  const app = await NestFactory.create(Root, new FastifyAdapter(), { logger: ['error', 'warn'] });
  const strategy = app.get(KafkaInboxStrategy);
  if (role === 'consumer') noteEffects(strategy.unwrap());
  app.connectMicroservice({ strategy });
  await app.init();
  await app.startAllMicroservices();
  answers.write = (plan) => write(app.get(Outbox), plan);
  answers.effects = () => [...effects].map(([id, at]) => [id, String(at)]);
  answers.stop = () => app.close();
}

/** The transaction of a batch has ended when its handling has. @param {any} consumer */
function noteEffects(consumer) {
  let noting = false;
  answers.noteEffects = (on) => (noting = on);
  const start = consumer.start.bind(consumer);
  consumer.start = (/** @type {any} */ subscription) =>
    start({
      ...subscription,
      onBatch: async (/** @type {any} */ batch, /** @type {any} */ control) => {
        const outcome = await subscription.onBatch(batch, control);
        const now = process.hrtime.bigint();
        if (noting) for (const { headers } of batch.records) effects.set(String(headers.ce_id), now);
        return outcome;
      },
    });
}
