// A reader of the consent topic in a process of its own, killed (SIGKILL) by itself at the point it is told:
// `in-handler` before the commit of its effects, `before-kafka-commit` after that commit, `never`.
import 'reflect-metadata';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { systemClock } from '@convenant/kernel';
import { CLOCK, KafkaInboxStrategy, MessagingModule, Projects } from '@convenant/messaging';

const { settings, databaseUrl, diesAt } = JSON.parse(process.argv[2]);
const die = () => process.kill(process.pid, 'SIGKILL');

const dataSource = await new DataSource({
  type: 'postgres',
  url: databaseUrl,
  extra: { max: 4, pipeline: true, options: '-c transaction_timeout=20000' },
}).initialize();

class Recorder {
  async project(event, { tx }) {
    await tx.query('INSERT INTO effect (handler, event_id, subject, version, sequence) VALUES ($1, $2, $3, $4, $5)', [
      'project',
      event.id,
      event.subject,
      event.aggregateVersion,
      event.sequence,
    ]);
    if (diesAt === 'in-handler' && event.sequence > 3) die();
  }
}
const method = Object.getOwnPropertyDescriptor(Recorder.prototype, 'project');
EventPattern('consent.withdrawn')(Recorder.prototype, 'project', method);
Projects()(Recorder.prototype, 'project', method);
Payload()(Recorder.prototype, 'project', 0);
Ctx()(Recorder.prototype, 'project', 1);
Controller()(Recorder);

class Database {}
const given = [
  { provide: DataSource, useValue: dataSource },
  { provide: CLOCK, useValue: systemClock },
];
Module({})(Database);
class Root {}
Module({
  imports: [
    { module: Database, global: true, providers: given, exports: [DataSource, CLOCK] },
    MessagingModule.forRoot({ settings, subscribes: ['consent'], relay: false }),
  ],
  controllers: [Recorder],
})(Root);

const app = await NestFactory.create(Root, new FastifyAdapter(), { logger: ['error'] });
const strategy = app.get(KafkaInboxStrategy);
if (diesAt === 'before-kafka-commit') {
  // The bus commits to Kafka when this has returned; by then the database has committed.
  const consumer = strategy.unwrap();
  const start = consumer.start.bind(consumer);
  consumer.start = (subscription) =>
    start({ ...subscription, onBatch: (...args) => subscription.onBatch(...args).then(die) });
}
app.connectMicroservice({ strategy });
await app.init();
await app.startAllMicroservices();
process.stdout.write('consuming\n');
