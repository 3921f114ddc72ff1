import { cp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import {
  createTestDatabase,
  eventually,
  kafkaSettings,
  startOwnPostgres,
  testInstallation,
  type OwnPostgres,
  type TestDatabase,
} from '@convenant/testing';
import { ensureTopics, fixedTopics, messagingMigrations, Opening, Operations, topicOf } from '../../index.js';
import {
  Effects1795478400100,
  Recorder,
  recordEffect,
  rows,
  startService,
  withdraw,
  type RunningService,
} from '../../../test/messaging-kit.js';
import { readTopic } from '../../../test/topic-reader.js';

const request = { reason: 'restored from the backup of yesterday', actorRef: 'u_operator' };

describe('a service whose database was restored from before', () => {
  const installation = testInstallation();
  const kafka = kafkaSettings();
  const topic = topicOf(installation, 'consent');
  const folded: [name: string, sequence: number][] = [];
  let server: OwnPostgres;
  let data: string;
  let backup: string;
  let database: TestDatabase;
  let replica: TestDatabase;
  let service: RunningService;
  let reader: RunningService;

  beforeAll(async () => {
    await ensureTopics({ kafka }, fixedTopics(installation));
    const migrations = [...messagingMigrations, Effects1795478400100];
    replica = await createTestDatabase({ service: 'transfer', migrations });
    server = await startOwnPostgres();
    process.env['TEST_DATABASE_URL'] = server.url;
    database = await createTestDatabase({ service: 'consent', migrations });
    const [shown] = await rows<{ data_directory: string }>(server.url, 'SHOW data_directory');
    data = shown!.data_directory;
    backup = join(dirname(data), 'backup');
    service = await start();
    reader = await startService({
      installation,
      service: 'transfer',
      databaseUrl: replica.runtimeUrl,
      kafka,
      subscribes: ['consent'],
      controllers: [Recorder],
    });
  }, 120_000);
  afterAll(async () => {
    await service?.close();
    await reader?.close();
    await replica?.drop();
    await server?.dispose();
  }, 60_000);

  const start = (relay = true) =>
    startService({
      installation,
      service: 'consent',
      databaseUrl: database.runtimeUrl,
      kafka,
      relay,
      fold: {
        fold: async (tx, event) => {
          folded.push([event.name, event.sequence]);
          await recordEffect('fold', event, { tx } as never);
        },
        notCarried: ['addresses'],
      },
    });
  const write = (subject: string, of = service) => of.outbox.transaction([subject], (tx) => withdraw(tx, subject));
  const cursor = async () =>
    Number((await rows<{ sequence: string }>(database.ownerUrl, 'SELECT sequence FROM relay_cursor'))[0]!.sequence);
  const sentUpTo = (sequence: number) =>
    eventually(async () => (await cursor()) === sequence, { what: `the topic has ${sequence} events` });
  const closedFor = (because: string) =>
    eventually(async () => (await service.get(Opening).whyClosed())?.because === because, {
      what: `the service is closed: ${because}`,
      deadlineMs: 20_000,
    });
  /** The sequences whose effects the consumer has, in the order it had them. */
  const handled = async () =>
    (await rows<{ sequence: string }>(replica.ownerUrl, 'SELECT sequence FROM effect ORDER BY id')).map((row) =>
      Number(row.sequence),
    );
  const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

  it('M14 stays closed until rebased; then no number is used twice and no consumer misses an event', async () => {
    const [kept, grown] = [newId(), newId()];
    await write(kept);
    await write(grown);
    await sentUpTo(2);
    await service.get(Operations).pause('relay', { ...request, reason: 'a backup with a row that is not sent yet' });
    const unsentAtBackup = newId();
    await write(unsentAtBackup);
    await server.stop();
    await cp(data, backup, { recursive: true, preserveTimestamps: true });
    await chown(data, backup);
    await server.restart();
    await eventually(
      () =>
        service
          .get(Opening)
          .whyClosed()
          .then((closed) => closed === undefined),
      {
        what: 'a server that was merely restarted is compared and open again',
        deadlineMs: 20_000,
      },
    );
    // What the restored database will not know: six events, one of an aggregate that it knows at an earlier version.
    await service.get(Operations).resume('relay', request);
    await write(grown);
    for (let more = 0; more < 3; more += 1) await write(newId());
    const lost = 9;
    await sentUpTo(lost);

    await server.stop();
    await rm(data, { recursive: true });
    await cp(backup, data, { recursive: true, preserveTimestamps: true });
    await chown(backup, data);
    await server.restart();
    await closedFor('behind');
    await expect(write(newId())).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    await expect(service.get(Opening).assertOpen()).rejects.toThrow(/must rebase it/);
    await service.close();
    service = await start();
    await closedFor('behind');
    // As if an unguarded program had written meanwhile.
    const unguarded = await start(false);
    const neverSent = newId();
    await write(neverSent, unguarded);
    await unguarded.close();

    const report = await service.get(Operations).rebase(request);
    expect(report).toEqual({
      appended: 5,
      known: 2,
      unsent: 1,
      sequence: lost,
      notCarried: ['idempotency keys of commands', 'bytes of dead letters', 'addresses'],
    });
    expect(folded.map(([name]) => name)).toEqual(Array.from({ length: 4 }, () => 'consent.withdrawn'));
    expect(folded.map(([, sequence]) => sequence)).toEqual([6, 7, 8, 9]);

    await write(grown);
    // Behind what was lost: the row that was never sent, what the rebase says of itself, and the new event.
    await sentUpTo(lost + 3);
    const records = await readTopic(kafka, topic);
    const identities = new Map(records.map(({ headers }) => [headers['ce_id'], headers['ce_sequence']]));
    expect([...identities.values()].map(Number).sort((a, b) => a - b)).toEqual(upTo(lost + 3));
    expect(records.find(({ key }) => key === neverSent)!.headers['ce_sequence']).toMatch(/0010$/);
    const versions = records.filter(({ key }) => key === grown).map(({ headers }) => headers['ce_aggregateversion']);
    expect(versions).toEqual(['1', '2', '3']);
    const isOperation = new Set(
      records
        .filter(({ headers }) => headers['ce_type']!.includes('operation'))
        .map((each) => each.headers['ce_sequence']),
    );
    const expected = upTo(lost + 3).filter((each) => !isOperation.has(String(each).padStart(19, '0')));
    await eventually(async () => (await handled()).length >= expected.length, { what: 'the consumer has them all' });
    expect((await handled()).sort((a, b) => a - b)).toEqual(expected);
  }, 120_000);

  it('M14 is open after a start, when rows are as they were on the topic', async () => {
    await service.close();
    service = await start();
    expect(await service.get(Opening).whyClosed()).toBeUndefined();
    await expect(service.get(Operations).rebase(request)).rejects.toMatchObject({ code: 'CONFLICT' });
    const appended = await rows<{ event_id: string }>(
      database.ownerUrl,
      'SELECT event_id FROM outbox JOIN outbox_rebased r ON (outbox.era, outbox.xid, outbox.id) = (r.era, r.xid, r.outbox_id)',
    );
    expect(appended).toHaveLength(7);
  }, 60_000);

  it('M14 stays closed on another cluster, where transaction ids begin anew; rebased, new events come behind', async () => {
    await service.close();
    const last = await cursor();
    await rows(database.ownerUrl, `UPDATE service_state SET system_identifier = '1', server_started_at = NULL`);
    for (const table of ['outbox', 'relay_cursor', 'outbox_rebased', 'relay_rebase']) {
      await rows(database.ownerUrl, `UPDATE ${table} SET xid = (xid::text::bigint + 1000000000)::text::xid8`);
    }
    service = await start();
    expect(await service.get(Opening).whyClosed()).toMatchObject({ because: 'cluster' });
    const report = await service.get(Operations).rebase(request);
    expect(report).toMatchObject({ appended: 0, known: 0, unsent: 0, sequence: last });
    const subject = newId();
    await write(subject);
    await sentUpTo(last + 2);
    await eventually(async () => (await handled()).includes(last + 2), { what: 'the consumer has it' });
    await service.close();
    service = await start();
    expect(await service.get(Opening).whyClosed()).toBeUndefined();
  }, 60_000);
});

/** As the server's account owns it: `cp` as root would give it to root. */
async function chown(from: string, to: string): Promise<void> {
  const { stat, readdir, chown: change, chmod } = await import('node:fs/promises');
  const { uid, gid, mode } = await stat(from);
  await chmod(to, mode);
  for (const name of ['.', ...(await readdir(to, { recursive: true }))]) await change(join(to, name), uid, gid);
}
