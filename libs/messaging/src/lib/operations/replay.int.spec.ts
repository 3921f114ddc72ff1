import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, eventually, kafkaSettings, testInstallation, type TestDatabase } from '@convenant/testing';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import {
  ensureTopics,
  fixedTopics,
  messagingMigrations,
  Opening,
  Operations,
  Projects,
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

/** Keeps every withdrawal, and has no way to recognise one it has already. */
@Controller()
class Replica {
  static slow: Promise<void> | undefined;
  @Projects()
  @EventPattern<string>('consent.withdrawn')
  async project(@Payload() event: ReceivedEvent, @Ctx() context: HandlerContext): Promise<void> {
    await Replica.slow;
    await recordEffect('project', event, context);
  }
}

const request = { reason: 'the replica lacks a column', actorRef: 'u_operator' };
const migrations = [...messagingMigrations, Effects1795478400100];

describe('an operator', () => {
  const installation = testInstallation();
  const kafka = kafkaSettings();
  const writer = new TopicWriter(installation, kafka);
  const subjects = Array.from({ length: 12 }, (_, index) => aggregateIn(index % 6));
  const services: RunningService[] = [];
  let database: TestDatabase;
  let sent = 0;

  beforeAll(async () => {
    database = await createTestDatabase({ service: 'transfer', migrations });
    await ensureTopics({ kafka }, fixedTopics(installation));
    await writer.connect();
  });
  afterEach(async () => {
    await Promise.all(services.splice(0).map((service) => service.close()));
  });
  afterAll(async () => {
    await writer.disconnect();
    await database?.drop();
  });

  async function start(on = database): Promise<RunningService> {
    const service = await startService({
      installation,
      service: 'transfer',
      databaseUrl: on.runtimeUrl,
      kafka,
      subscribes: ['consent'],
      controllers: [Replica, Reactor],
      relay: on === database,
      replicas: {
        clear: async (tx) => {
          await tx.query(`DELETE FROM effect WHERE handler = 'project'`);
        },
      },
    });
    services.push(service);
    return service;
  }
  const send = async (rounds: number) => {
    const messages = Array.from({ length: rounds }, () => subjects.map((subject) => writer.next(subject))).flat();
    await writer.send(...messages);
    sent += messages.length;
    return messages;
  };
  const effects = (handler: string, on = database) =>
    rows<Record<string, string>>(
      on.ownerUrl,
      'SELECT handler, event_id, subject, version, sequence FROM effect WHERE handler = $1 ORDER BY sequence, id',
      [handler],
    );
  const projected = (on = database) =>
    eventually(async () => (await effects('project', on)).length === sent, { what: 'all is projected' });
  const appended = async () => (await rows(database.ownerUrl, `SELECT FROM outbox WHERE type LIKE '%barrier%'`)).length;

  it('M11 replays a topic: the same replica, byte for byte, also with doubles on the topic; no reaction happens again', async () => {
    const [service] = [await start(), await start()];
    const messages = await send(5);
    await writer.send(...messages.slice(3, 9));
    await send(2);
    await projected();
    const before = await effects('project');
    expect(await appended()).toBe(sent);

    let go!: () => void;
    Replica.slow = new Promise((resolve) => (go = resolve));
    await service.get(Operations).replay('consent', request);
    // Nothing is decided on half a replica.
    expect(await service.get(Opening).whyClosed()).toMatchObject({ because: 'replaying' });
    await expect(service.outbox.transaction([], async () => undefined)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await send(1);
    go();
    Replica.slow = undefined;
    await eventually(async () => (await service.get(Opening).whyClosed()) === undefined, {
      what: 'the replay has ended',
      deadlineMs: 30_000,
    });
    await projected();
    const after = await effects('project');
    expect(after.slice(0, before.length)).toEqual(before);
    await eventually(async () => (await appended()) === sent, { what: 'what is new has its reaction' });
    expect(await effects('react')).toHaveLength(sent);
  }, 60_000);

  it('M11 builds a fresh replica from the topic that equals the one that has lived', async () => {
    const fresh = await createTestDatabase({ service: 'transfer', migrations });
    try {
      // Another group would be another service; here the offsets in the database count, which has none.
      await start(fresh);
      await projected(fresh);
      expect(await effects('project', fresh)).toEqual(await effects('project'));
      expect(await versions(fresh)).toEqual(await versions(database));
    } finally {
      await Promise.all(services.splice(0).map((service) => service.close()));
      await fresh.drop();
    }
  }, 60_000);

  it('pauses and resumes relay and inbox, each on record with who and why', async () => {
    const service = await start();
    const operations = service.get(Operations);
    await operations.pause('inbox', request);
    await operations.pause('relay', request);
    await expect(operations.pause('relay', request)).rejects.toMatchObject({ code: 'CONFLICT' });
    await send(1);
    const position = async () =>
      (await rows<{ sequence: string }>(database.ownerUrl, 'SELECT sequence FROM relay_cursor'))[0]!.sequence;
    const stopped = await position();
    const until = performance.now() + 1_000;
    await eventually(() => performance.now() > until, { what: 'a second has passed' });
    expect((await effects('project')).length).toBe(sent - subjects.length);
    expect(await position()).toBe(stopped);
    await operations.resume('inbox', request);
    await operations.resume('relay', request);
    await projected();
    await eventually(async () => Number(await position()) > Number(stopped), { what: 'the relay sends again' });
    const recorded = await rows(
      database.ownerUrl,
      `SELECT operation, target, reason, actor_ref FROM operation WHERE operation <> 'replay' ORDER BY performed_at, id`,
    );
    expect(recorded).toEqual(
      ['pause inbox', 'pause relay', 'resume inbox', 'resume relay'].map((each) => {
        const [operation, target] = each.split(' ');
        return { operation, target, reason: request.reason, actor_ref: request.actorRef };
      }),
    );
  }, 60_000);

  it('is asked for a reason', async () => {
    const service = await start();
    await expect(service.get(Operations).pause('relay', { ...request, reason: ' ' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    await expect(service.get(Operations).replay('breach', request)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  const versions = (on: TestDatabase) =>
    rows(on.ownerUrl, 'SELECT subject, version, topic FROM inbox_version ORDER BY subject');
});
