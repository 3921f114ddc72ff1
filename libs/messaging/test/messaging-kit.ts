import { barrierApplied, consentWithdrawn, type EventData, type FactService } from '@convenant/contracts';
import { newId, systemClock, type Clock } from '@convenant/kernel';
import { Controller, Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import pg from 'pg';
import {
  CLOCK,
  CommandRunner,
  KafkaInboxStrategy,
  MessagingModule,
  Outbox,
  OWN_EVENT_FOLD,
  Projects,
  Reacts,
  REPLICAS,
  type BusConsumer,
  type BusProducer,
  type CommandContext,
  type HandlerContext,
  type KafkaSettings,
  type MessagingService,
  type OwnEventFold,
  type Replicas,
  type ReceivedEvent,
  type WriteTransaction,
} from '../src/index.js';
import { INBOX_CONSUMER } from '../src/lib/inbox/inbox-consumer.token.js';
import { RELAY_PRODUCER } from '../src/lib/relay/relay.js';

/** One row per effect of a handler, without any key: a second effect of the same event is a second row. */
export class Effects1795478400100 implements MigrationInterface {
  name = 'Effects1795478400100';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE effect (
        id bigint GENERATED ALWAYS AS IDENTITY, handler text NOT NULL, event_id uuid NOT NULL, subject uuid NOT NULL,
        version int NOT NULL, sequence bigint NOT NULL)`);
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE effect');
  }
}

export interface ServiceOptions {
  installation: string;
  service: MessagingService;
  /** Of the runtime role. */
  databaseUrl: string;
  kafka: KafkaSettings;
  subscribes?: FactService[];
  relay?: boolean;
  controllers?: Type[];
  fold?: OwnEventFold;
  replicas?: Replicas;
  clock?: Clock;
  consumer?: BusConsumer;
  producer?: BusProducer;
}

export interface RunningService {
  outbox: Outbox;
  commands: CommandRunner;
  dataSource: DataSource;
  get<T>(type: Type<T>): T;
  close(): Promise<void>;
}

@Module({})
class DatabaseModule {
  static of(dataSource: DataSource, clock: Clock): DynamicModule {
    const providers = [
      { provide: DataSource, useValue: dataSource },
      { provide: CLOCK, useValue: clock },
    ];
    return { module: DatabaseModule, global: true, providers, exports: [DataSource, CLOCK] };
  }
}

/** A whole service as far as messages are concerned: pool, outbox, relay, inbox. */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const { installation, service, kafka, subscribes = [], relay = false, controllers = [] } = options;
  const dataSource = await openPool(options.databaseUrl);
  const builder = Test.createTestingModule({
    imports: [
      DatabaseModule.of(dataSource, options.clock ?? systemClock),
      MessagingModule.forRoot({ settings: { installation, service, kafka }, subscribes, relay }),
    ],
    controllers,
    providers: appProviders(options),
  });
  if (options.consumer) builder.overrideProvider(INBOX_CONSUMER).useValue(options.consumer);
  if (options.producer) builder.overrideProvider(RELAY_PRODUCER).useValue(options.producer);
  const app = (await builder.compile()).createNestApplication(new FastifyAdapter(), { logger: ['error', 'fatal'] });
  app.connectMicroservice({ strategy: app.get(KafkaInboxStrategy) });
  await app.init();
  await app.startAllMicroservices();
  return {
    outbox: app.get(Outbox),
    commands: app.get(CommandRunner),
    dataSource,
    get: (type) => app.get(type),
    close: async () => {
      await app.close();
      if (dataSource.isInitialized) await dataSource.destroy();
    },
  };
}

/** What an app gives the lib beside its handlers. */
function appProviders({ fold, replicas }: ServiceOptions): Provider[] {
  return [
    ...(fold ? [{ provide: OWN_EVENT_FOLD, useValue: fold }] : []),
    ...(replicas ? [{ provide: REPLICAS, useValue: replicas }] : []),
  ];
}

/** A pool as a service has it: bounded writers. */
export async function openPool(url: string): Promise<DataSource> {
  return new DataSource({
    type: 'postgres',
    url,
    poolSize: 6,
    extra: {
      max: 6,
      pipeline: true,
      connectionTimeoutMillis: 3_000,
      statement_timeout: 10_000,
      options: '-c transaction_timeout=20000',
    },
  }).initialize();
}

export const context = (): CommandContext => ({ correlationId: newId(), causationId: newId() });

/** The data of a withdrawal; what it says does not matter here. */
export function withdrawal(consentId: string): EventData<typeof consentWithdrawn> {
  return {
    consentId,
    subjectRef: newId(),
    protocolId: newId(),
    withdrawalId: newId(),
    method: 'oral',
    withdrawnAt: '2026-03-02T09:00:00.000Z',
    clause: 'OG-8',
  };
}

/** Appends one withdrawal to each aggregate; they must be locked. */
export async function withdraw(tx: WriteTransaction, ...aggregates: string[]): Promise<void> {
  for (const subject of aggregates) {
    await tx.append(consentWithdrawn, { subject, data: withdrawal(subject), context: context() });
  }
}

export async function recordEffect(handler: string, event: ReceivedEvent, { tx }: HandlerContext): Promise<void> {
  await tx.query('INSERT INTO effect (handler, event_id, subject, version, sequence) VALUES ($1, $2, $3, $4, $5)', [
    handler,
    event.id,
    event.subject,
    event.aggregateVersion,
    event.sequence,
  ]);
}

/** Records each withdrawal. */
@Controller()
export class Recorder {
  @Projects()
  @EventPattern<string>('consent.withdrawn')
  async project(@Payload() event: ReceivedEvent, @Ctx() context: HandlerContext): Promise<void> {
    await recordEffect('project', event, context);
  }
}

/** Answers each withdrawal by `barrier.applied` on an aggregate with the id of the event's subject. */
@Controller()
export class Reactor {
  @Reacts({ reaction: 'withdrawal-barrier', aggregates: (event) => [event.subject] })
  @EventPattern<string>('consent.withdrawn')
  async react(@Payload() event: ReceivedEvent, @Ctx() context: HandlerContext): Promise<void> {
    await recordEffect('react', event, context);
    await appendBarrier(context.tx, event.subject, context.command, event.aggregateVersion);
  }
}

export async function appendBarrier(
  tx: WriteTransaction,
  subject: string,
  command: CommandContext,
  version: number,
): Promise<void> {
  await tx.append(barrierApplied, {
    subject,
    context: command,
    data: {
      barrierId: subject,
      cause: { kind: 'withdrawal', service: 'consent', subject, aggregateversion: version },
      protocolId: subject,
      appliedAt: '2026-03-02T09:00:01.000Z',
      waited: { transactionsMs: 0, deliveriesMs: 0 },
      unconfirmed: [],
    },
  });
}

/** Runs one statement in a connection of its own. */
export async function rows<R>(url: string, text: string, values: unknown[] = []): Promise<R[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, values)).rows as R[];
  } finally {
    await client.end();
  }
}
