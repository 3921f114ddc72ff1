import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { agencyCatalogue, dossierOpened, type AgencyMessageDefinition } from '@convenant/contracts';
import { DomainError, newId, systemClock } from '@convenant/kernel';
import { createTestDatabase, eventually, kafkaSettings, testInstallation, type TestDatabase } from '@convenant/testing';
import { Module, type DynamicModule } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { KafkaJsProducer } from '../bus/kafkajs-producer.js';
import { createKafka } from '../bus/kafkajs-client.js';
import { CLOCK, type KafkaSettings } from '../settings.js';
import { AgencyInbox } from './agency-inbox.js';
import { encodeAgencyMessage, type AgencyMessage } from './agency-message.js';
import { AgencyModule, agencyMigrations } from './agency.module.js';
import { ensurePartyTopics, inTopicOf } from './party-topics.js';
import { Quarantine } from './quarantine.js';

@Module({})
class SurroundingsModule {
  static of(dataSource: DataSource): DynamicModule {
    const providers = [
      { provide: DataSource, useValue: dataSource },
      { provide: CLOCK, useValue: systemClock },
    ];
    return { module: SurroundingsModule, global: true, providers, exports: providers };
  }
}

describe('the inbox of agencies', () => {
  const durability = { replication: 1, minInsyncReplicas: 1 };
  let installation: string;
  let database: TestDatabase;
  let dataSource: DataSource;
  let producer: KafkaJsProducer;
  let running: TestingModule[];
  /** Subjects, in the order in which a handler was called for them and did not throw. */
  let handled: string[];
  /** What a handler does instead, by subject. */
  let failures: Map<string, Error>;

  beforeEach(async () => {
    installation = testInstallation();
    [running, handled, failures] = [[], [], new Map()];
    database = await createTestDatabase({ service: 'retention', migrations: agencyMigrations });
    dataSource = await new DataSource({
      type: 'postgres',
      url: database.runtimeUrl,
      extra: { pipeline: true },
    }).initialize();
    producer = new KafkaJsProducer(kafkaSettings(), 'agencies');
    await producer.connect();
  });
  afterEach(async () => {
    for (const module of running) await module.close();
    await producer.disconnect();
    await dataSource.destroy();
    await database.drop();
  });

  async function start(kafka: KafkaSettings = kafkaSettings()): Promise<TestingModule> {
    const settings = { installation, service: 'retention' as const, kafka };
    const module = await Test.createTestingModule({
      imports: [SurroundingsModule.of(dataSource), AgencyModule.forRoot({ settings, keepsUnlisted: false })],
    }).compile();
    running.push(module);
    const handle = async ({ subject }: AgencyMessage) => {
      const failure = failures.get(subject);
      if (failure) throw failure;
      handled.push(subject);
    };
    const ours = [...agencyCatalogue.values()].filter(({ handledBy }) => handledBy === 'retention');
    for (const definition of ours) module.get(AgencyInbox).on(definition, handle);
    await module.init();
    return module;
  }

  async function stop(module: TestingModule): Promise<void> {
    running = running.filter((each) => each !== module);
    await module.close();
  }

  async function party(): Promise<string> {
    const id = newId();
    await ensurePartyTopics({ installation, kafka: kafkaSettings() }, [id], durability);
    return id;
  }

  function say(speaker: string, subjects: string[]): Promise<void> {
    const message = (subject: string) =>
      encodeAgencyMessage(dossierOpened, {
        id: newId(),
        source: 'urn:files',
        subject,
        data: { occurredAt: '2026-04-01T09:00:00Z' },
      });
    return producer.send(inTopicOf(installation, speaker), subjects.map(message));
  }

  const untilHandled = (subjects: string[]) =>
    eventually(() => subjects.every((subject) => handled.includes(subject)), { what: 'they are handled' });

  it('tries a message again in place while what hinders it may pass, and lets other parties go on', async () => {
    const [stuck, behind, other] = [newId(), newId(), newId()];
    const [one, two] = [await party(), await party()];
    failures.set(stuck, Object.assign(new Error('gone'), { code: 'ECONNREFUSED' }));
    const module = await start();
    await say(one, [stuck, behind]);
    await say(two, [other]);
    await untilHandled([other]);
    expect(handled).toEqual([other]);
    failures.clear();
    await untilHandled([behind]);
    expect(handled).toEqual([other, stuck, behind]);
    expect((await module.get(Quarantine).page(one, {})).items).toEqual([]);
  });

  it('blocks nothing with what is refused, and leaves it refused when its offsets got lost and all is read again', async () => {
    const [refused, right] = [newId(), newId()];
    const speaker = await party();
    failures.set(refused, new DomainError('CONFLICT', 'Too early', { clause: '3-phase2' }));
    const first = await start();
    await say(speaker, [refused, right]);
    await untilHandled([right]);
    const { items } = await first.get(Quarantine).page(speaker, {});
    expect(items).toMatchObject([{ code: 'CONFLICT', clause: '3-phase2', offset: '0' }]);
    await stop(first);

    failures.clear();
    handled = [];
    const admin = createKafka(kafkaSettings(), 'operator').admin();
    await admin.connect();
    await admin.deleteGroups([`${installation}.retention.in`]);
    await admin.disconnect();
    const second = await start();
    await untilHandled([right]);
    expect(handled).toEqual([right]);
    expect((await second.get(Quarantine).page(speaker, {})).items).toEqual(items);
  });

  it('goes on where it stood, so that nothing is handled again after an orderly restart', async () => {
    const [before, after] = [newId(), newId()];
    const speaker = await party();
    const first = await start();
    await say(speaker, [before]);
    await untilHandled([before]);
    await stop(first);
    await say(speaker, [after]);
    await start();
    await untilHandled([after]);
    expect(handled).toEqual([before, after]);
  });

  it('reads the topic of a party that comes while it runs', async () => {
    await start();
    for (const subject of [newId(), newId()]) {
      await say(await party(), [subject]);
      await untilHandled([subject]);
    }
  });

  it('reads nothing without SASL: then a topic does not say who wrote to it', async () => {
    await say(await party(), [newId()]);
    const { brokers } = kafkaSettings();
    await stop(await start({ brokers }));
    expect(handled).toEqual([]);
  });

  it('does not start while a message that the service must decide on has no handler', async () => {
    const module = await Test.createTestingModule({
      imports: [
        SurroundingsModule.of(dataSource),
        AgencyModule.forRoot({
          settings: { installation, service: 'retention', kafka: kafkaSettings() },
          keepsUnlisted: false,
        }),
      ],
    }).compile();
    running.push(module);
    const inbox = module.get(AgencyInbox);
    inbox.on(dossierOpened, async () => undefined);
    expect(() =>
      inbox.on({ ...dossierOpened, handledBy: 'transfer' } as AgencyMessageDefinition, handledNever),
    ).toThrow(/decided by transfer/);
    await expect(module.init()).rejects.toThrow(/contactOutcome.reported has no handler in retention/);
  });
});

async function handledNever(): Promise<void> {
  throw new Error('Nobody calls it');
}
