import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import {
  createTestDatabase,
  eventually,
  kafkaSettings,
  TcpProxy,
  testInstallation,
  type TestDatabase,
} from '@convenant/testing';
import { ensureTopics, fixedTopics, InboxVersions, messagingMigrations, partitionFor, topicOf } from '../../index.js';
import {
  Effects1795478400100,
  Reactor,
  Recorder,
  rows,
  startService,
  type RunningService,
} from '../../../test/messaging-kit.js';
import { aggregateIn, TopicWriter } from '../../../test/records.js';
import { plainKafka } from '../../../test/topic-reader.js';

describe('the inbox', () => {
  const installation = testInstallation();
  const kafka = kafkaSettings();
  const writer = new TopicWriter(installation, kafka);
  let proxy: TcpProxy;
  let database: TestDatabase;
  let service: RunningService;

  beforeAll(async () => {
    database = await createTestDatabase({
      service: 'transfer',
      migrations: [...messagingMigrations, Effects1795478400100],
    });
    await ensureTopics({ kafka }, fixedTopics(installation));
    await writer.connect();
    const url = new URL(database.runtimeUrl);
    proxy = await TcpProxy.start({ protocol: 'stream', targetPort: Number(url.port) });
    url.port = String(proxy.port);
    service = await startService({
      installation,
      service: 'transfer',
      databaseUrl: url.href,
      kafka,
      subscribes: ['consent'],
      controllers: [Recorder, Reactor],
    });
  });
  afterAll(async () => {
    await service?.close();
    await writer.disconnect();
    await proxy?.close();
    await database?.drop();
  });

  const effects = (subject: string) =>
    rows<{ handler: string; version: number }>(
      database.ownerUrl,
      'SELECT handler, version FROM effect WHERE subject = $1 ORDER BY id',
      [subject],
    );
  const appended = async (subject: string) =>
    (
      await rows<{ aggregate_version: string }>(
        database.ownerUrl,
        'SELECT aggregate_version FROM outbox WHERE subject = $1 ORDER BY xid, id',
        [subject],
      )
    ).map((row) => Number(row.aggregate_version));
  const bothOf = (versions: number[]) =>
    versions.flatMap((version) => [
      { handler: 'project', version },
      { handler: 'react', version },
    ]);

  it('projects, then reacts, and commits both with the position', async () => {
    const subject = aggregateIn(0);
    await writer.send(writer.next(subject), writer.next(subject));
    await eventually(async () => (await effects(subject)).length === 4, { what: 'both events are handled' });
    expect(await effects(subject)).toEqual(bothOf([1, 2]));
    expect(await appended(subject)).toEqual([1, 2]);
    const versions = service.get(InboxVersions);
    expect(await versions.waitFor(subject, 2, 0)).toBe(true);
    expect(await versions.waitFor(subject, 3, 30)).toBe(false);
  });

  it('keeps cause, correlation and trace of the event on what a reaction appends', async () => {
    const subject = aggregateIn(0);
    const message = writer.next(subject, { headers: { ce_traceparent: `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01` } });
    await writer.send(message);
    await eventually(async () => (await appended(subject)).length === 1, { what: 'the reaction has appended' });
    const [row] = await rows(database.ownerUrl, 'SELECT * FROM outbox WHERE subject = $1', [subject]);
    expect(row).toMatchObject({
      correlation_id: message.headers['ce_correlationid'],
      causation_id: message.headers['ce_id'],
      traceparent: message.headers['ce_traceparent'],
    });
  });

  it('M14 does not react again to what a rebased event names as its cause, on an aggregate of the reaction', async () => {
    const subject = aggregateIn(0);
    const [reacted, lost] = [writer.next(subject), writer.next(subject)];
    await rows(
      database.ownerUrl,
      `INSERT INTO outbox_rebased (era, xid, outbox_id, sequence, causation_id, subject) VALUES (1, '1', 1, 1, $1, $2)`,
      [reacted.headers['ce_id'], subject],
    );
    await writer.send(reacted, lost);
    await eventually(async () => (await effects(subject)).length === 3, { what: 'both are handled' });
    expect(await effects(subject)).toEqual([{ handler: 'project', version: 1 }, ...bothOf([2])]);
  });

  it('M6 gives a duplicate no effect, wherever in the topic it comes', async () => {
    const subject = aggregateIn(0);
    const messages = [writer.next(subject), writer.next(subject)];
    await writer.send(...messages);
    await writer.send(...messages, writer.next(subject));
    await writer.send(messages[1]!, writer.next(subject));
    await eventually(async () => (await effects(subject)).length >= 8, { what: 'all four events are handled' });
    expect(await effects(subject)).toEqual(bothOf([1, 2, 3, 4]));
  });

  it('takes a version that it has applied for a duplicate, also under a new position', async () => {
    const subject = aggregateIn(0);
    const first = writer.next(subject);
    const renumbered = {
      ...first,
      headers: { ...first.headers, ce_sequence: writer.next(newId()).headers['ce_sequence']! },
    };
    await writer.send(first, renumbered, writer.next(subject));
    await eventually(async () => (await effects(subject)).length === 4, { what: 'both versions are handled' });
    expect(await effects(subject)).toEqual(bothOf([1, 2]));
  });

  it('M5 loses its connection at every await in turn: effects exactly once', async () => {
    const subject = aggregateIn(1);
    await writer.send(writer.next(subject));
    await eventually(async () => (await effects(subject)).length === 2, { what: 'it is handled' });
    let version = 1;
    let lost = true;
    // One more statement is let through each time, until the whole transaction has passed unharmed.
    for (let nth = 1; lost; nth += 1) {
      const before = proxy.lost;
      let seen = 0;
      proxy.loseAnswers({ when: () => ++seen === nth });
      await writer.send(writer.next(subject));
      version += 1;
      await eventually(async () => (await effects(subject)).length === 2 * version, {
        what: `version ${version} is handled although the answer to statement ${nth} was lost`,
      });
      lost = proxy.lost > before;
      proxy.heal();
    }
    const all = Array.from({ length: version }, (_, index) => index + 1);
    // What goes out together may be answered together.
    expect(version).toBeGreaterThan(4);
    expect(await effects(subject)).toEqual(bothOf(all));
    expect(await appended(subject)).toEqual(all);
  }, 120_000);

  it('M8 waits in place while the database is gone, keeps its membership, and goes on', async () => {
    const subject = aggregateIn(2);
    proxy.cut();
    await writer.send(writer.next(subject));
    const members = async () => {
      const admin = plainKafka(kafka).admin();
      await admin.connect();
      const { groups } = await admin.describeGroups([`${installation}.transfer`]);
      await admin.disconnect();
      return groups[0]!;
    };
    const { members: before } = await members();
    // Longer than a session (6 s) without heartbeats would last.
    const gone = Number(process.env['M8_DATABASE_GONE_MS'] ?? 7_000);
    const until = performance.now() + gone;
    await eventually(() => performance.now() > until, { what: 'a session has passed', deadlineMs: gone + 1_000 });
    const now = await members();
    expect(now.state).toBe('Stable');
    expect(now.members.map(({ memberId }) => memberId)).toEqual(before.map(({ memberId }) => memberId));
    proxy.heal();
    await eventually(async () => (await effects(subject)).length === 2, { what: 'it is handled afterwards' });
  });

  it('goes to where its database stands, whatever the group has committed to Kafka', async () => {
    const subject = aggregateIn(3);
    await writer.send(writer.next(subject));
    await eventually(async () => (await effects(subject)).length === 2, { what: 'it is handled' });
    await service.close();
    await writer.send(writer.next(subject));
    const admin = plainKafka(kafka).admin();
    await admin.connect();
    await admin.setOffsets({
      groupId: `${installation}.transfer`,
      topic: topicOf(installation, 'consent'),
      partitions: [{ partition: partitionFor(subject, 6), offset: '2' }],
    });
    await admin.disconnect();
    service = await startService({
      installation,
      service: 'transfer',
      databaseUrl: database.runtimeUrl,
      kafka,
      subscribes: ['consent'],
      controllers: [Recorder, Reactor],
    });
    await eventually(async () => (await effects(subject)).length === 4, { what: 'the record behind is handled' });
    expect(await effects(subject)).toEqual(bothOf([1, 2]));
  });
});
