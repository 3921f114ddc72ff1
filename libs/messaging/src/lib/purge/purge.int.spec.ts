import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FixedClock, newId } from '@convenant/kernel';
import { createTestDatabase, eventually, kafkaSettings, testInstallation, type TestDatabase } from '@convenant/testing';
import { ensureTopics, fixedTopics, messagingMigrations, Opening } from '../../index.js';
import { rows, startService, withdraw, type RunningService } from '../../../test/messaging-kit.js';
import { Purge } from './purge.js';

const DAY = 86_400_000;

describe('the purge', () => {
  const installation = testInstallation();
  const kafka = kafkaSettings();
  const clock = FixedClock.at('2026-01-01T00:00:00Z');
  let database: TestDatabase;
  let service: RunningService;

  const start = () =>
    startService({ installation, service: 'consent', databaseUrl: database.runtimeUrl, kafka, relay: true, clock });
  const write = async () => {
    const subject = newId();
    await service.outbox.transaction([subject], (tx) => withdraw(tx, subject));
    return subject;
  };
  const relayed = async (sequence: number) =>
    eventually(
      async () =>
        Number((await rows<{ at: string }>(database.ownerUrl, 'SELECT sequence AS at FROM relay_cursor'))[0]!.at) ===
        sequence,
      { what: `${sequence} are relayed` },
    );
  const kept = async () =>
    (await rows<{ subject: string }>(database.ownerUrl, 'SELECT subject FROM outbox ORDER BY era, xid, id')).map(
      ({ subject }) => subject,
    );

  beforeAll(async () => {
    database = await createTestDatabase({ service: 'consent', migrations: messagingMigrations });
    await ensureTopics({ kafka }, fixedTopics(installation));
    service = await start();
  });
  afterAll(async () => {
    await service?.close();
    await database?.drop();
  });

  it('deletes relayed rows after 30 days, only from the front, and a restart still knows its topic', async () => {
    const old = [await write(), await write()];
    clock.advance(20 * DAY);
    const young = await write();
    // Recorded by a clock that went back: older by its time, yet behind one that must stay.
    clock.advance(-20 * DAY);
    const misdated = await write();
    clock.advance(20 * DAY);
    await relayed(4);
    expect(await service.get(Purge).run()).toMatchObject({ outbox: 0 });
    clock.advance(10 * DAY);
    expect(await service.get(Purge).run()).toMatchObject({ outbox: 0 });
    clock.advance(1);
    expect(await service.get(Purge).run()).toMatchObject({ outbox: 2 });
    expect(await kept()).toEqual([young, misdated]);
    expect(old).not.toContain(young);

    await service.close();
    service = await start();
    expect(await service.get(Opening).whyClosed()).toBeUndefined();
    clock.advance(31 * DAY);
    expect(await service.get(Purge).run()).toMatchObject({ outbox: 2 });
    await service.close();
    service = await start();
    expect(await service.get(Opening).whyClosed()).toBeUndefined();
    const next = await write();
    await relayed(5);
    expect(await kept()).toEqual([next]);
  });

  it('keeps what has not been relayed, however old', async () => {
    await rows(database.ownerUrl, 'UPDATE service_state SET relay_paused = true');
    const waiting = await write();
    clock.advance(400 * DAY);
    expect(await service.get(Purge).run()).toMatchObject({ outbox: 1 });
    expect(await kept()).toEqual([waiting]);
    await rows(database.ownerUrl, 'UPDATE service_state SET relay_paused = false');
    await relayed(6);
  });

  it('deletes command records after a year and dead letters that block nothing after 90 days, more than one batch', async () => {
    const at = new Date(clock.now()).toISOString();
    await rows(
      database.ownerUrl,
      `INSERT INTO command_record (party, client, key, fingerprint, status, result, recorded_at)
       SELECT 'p', 'c', gen_random_uuid(), 'f', 201, '{}', $1::timestamptz - make_interval(days => age)
         FROM generate_series(1, 2500) AS n, LATERAL (SELECT CASE WHEN n <= 10 THEN 364 ELSE 367 END AS age)`,
      [at],
    );
    await rows(
      database.ownerUrl,
      `INSERT INTO operation_command (client, key, fingerprint, operation_id, begun_at)
       SELECT 'c', gen_random_uuid(), 'f', gen_random_uuid(), $1::timestamptz - make_interval(days => age) FROM unnest('{364,367}'::int[]) AS age`,
      [at],
    );
    await rows(
      database.ownerUrl,
      `INSERT INTO inbox_dead_letter (id, topic, partition, message_offset, cause, detail, message_hash, recorded_at)
       SELECT gen_random_uuid(), 't', 0, n, 'c', 'd', 'h', $1::timestamptz - make_interval(days => CASE WHEN n = 1 THEN 89 ELSE 91 END)
         FROM generate_series(1, 4) AS n`,
      [at],
    );
    await rows(
      database.ownerUrl,
      `INSERT INTO inbox_block (id, scope, topic, partition, subject, blocked_at)
       SELECT id, 'aggregate', topic, partition, gen_random_uuid(), $1 FROM inbox_dead_letter WHERE message_offset = 2`,
      [at],
    );
    expect(await service.get(Purge).run()).toMatchObject({
      command_record: 2490,
      operation_command: 1,
      inbox_dead_letter: 2,
    });
    expect(
      await rows(database.ownerUrl, 'SELECT message_offset::int FROM inbox_dead_letter ORDER BY message_offset'),
    ).toEqual([{ message_offset: 1 }, { message_offset: 2 }]);
  });

  it('deletes nothing while the service is closed', async () => {
    await rows(database.ownerUrl, 'UPDATE service_state SET server_started_at = NULL');
    clock.advance(400 * DAY);
    expect(await service.get(Purge).run()).toEqual({
      outbox: 0,
      command_record: 0,
      operation_command: 0,
      inbox_dead_letter: 0,
    });
  });
});
