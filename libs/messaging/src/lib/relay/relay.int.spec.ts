import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { createTestDatabase, eventually, kafkaSettings, testInstallation, type TestDatabase } from '@convenant/testing';
import { consentWithdrawn } from '@convenant/contracts';
import { ensureTopics, fixedTopics, messagingMigrations, topicOf } from '../../index.js';
import { context, rows, startService, withdraw, withdrawal, type RunningService } from '../../../test/messaging-kit.js';
import { readTopic } from '../../../test/topic-reader.js';

describe('the relay', () => {
  const installation = testInstallation();
  const kafka = kafkaSettings();
  const topic = topicOf(installation, 'consent');
  let database: TestDatabase;
  let service: RunningService;

  beforeAll(async () => {
    database = await createTestDatabase({ service: 'consent', migrations: messagingMigrations });
    await ensureTopics({ kafka }, fixedTopics(installation));
    service = await startService({
      installation,
      service: 'consent',
      databaseUrl: database.runtimeUrl,
      kafka,
      relay: true,
    });
  });
  afterAll(async () => {
    await service?.close();
    await database?.drop();
  });

  const sent = async () => {
    const [row] = await rows<{ sequence: string }>(database.ownerUrl, 'SELECT sequence FROM relay_cursor');
    return Number(row!.sequence);
  };
  let before: number;
  beforeEach(async () => {
    before = await sent();
  });

  it('M1 sends a row that commits late before those behind it, and numbers all densely', async () => {
    const [late, early] = [newId(), newId()];
    let commitLate!: () => void;
    const held = new Promise<void>((resolve) => (commitLate = resolve));
    let lateWritten!: () => void;
    const written = new Promise<void>((resolve) => (lateWritten = resolve));
    // t0 the first transaction gets its id; t1 the second begins and commits; t2 the first commits.
    const first = service.outbox.transaction([late], async (tx) => {
      await withdraw(tx, late);
      await tx.query('SELECT pg_current_xact_id()');
      lateWritten();
      await held;
    });
    await written;
    await service.outbox.transaction([early], (tx) => withdraw(tx, early, early));
    const visible = await rows(database.ownerUrl, 'SELECT FROM outbox WHERE subject = $1', [early]);
    expect(visible).toHaveLength(2);
    expect(await sent()).toBe(before);
    commitLate();
    await first;
    await eventually(async () => (await sent()) === before + 3, { what: 'all three are sent' });
    const records = (await readTopic(kafka, topic)).sort((a, b) => sequenceOf(a) - sequenceOf(b)).slice(before);
    expect(records.map(sequenceOf)).toEqual([before + 1, before + 2, before + 3]);
    expect(records.map(({ key }) => key)).toEqual([late, early, early]);
  });

  it('writes CloudEvents in Kafka binary mode, keyed by the aggregate', async () => {
    const subject = newId();
    const data = withdrawal(subject);
    const who = {
      ...context(),
      actorParty: newId(),
      actorRef: 'u_abc',
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    };
    const appended = await service.outbox.transaction([subject], (tx) =>
      tx.append(consentWithdrawn, {
        subject,
        data,
        context: who,
        protocolId: data.protocolId,
        protocolVersion: 2,
        clause: 'OG-8',
        occurredAt: Date.parse('2026-03-02T09:00:00Z'),
      }),
    );
    await eventually(async () => (await sent()) === before + 1, { what: 'it is sent' });
    const record = (await readTopic(kafka, topic)).find(({ key }) => key === subject)!;
    expect(record.headers).toEqual({
      ce_specversion: '1.0',
      ce_id: appended.id,
      ce_source: `urn:${installation}:consent`,
      ce_type: 'be.convenant.consent.v1.consent.withdrawn',
      ce_subject: subject,
      ce_time: '2026-03-02T09:00:00.000Z',
      'content-type': 'application/json',
      ce_partitionkey: subject,
      ce_sequence: String(before + 1).padStart(19, '0'),
      ce_aggregateversion: '1',
      ce_recordedtime: new Date(appended.recordedAt).toISOString(),
      ce_correlationid: who.correlationId,
      ce_causationid: who.causationId,
      ce_traceparent: who.traceparent,
      ce_protocolid: data.protocolId,
      ce_protocolversion: '2',
      ce_clauseref: 'OG-8',
      ce_actorparty: who.actorParty,
      ce_actorref: 'u_abc',
      ce_dataclassification: 'pseudonymous',
    });
    expect(JSON.parse(record.value)).toEqual(data);
  });

  it('M4 leaves the topic to one relay per service: a second process waits, takes over, and repeats nothing', async () => {
    const second = await startService({
      installation,
      service: 'consent',
      databaseUrl: database.runtimeUrl,
      kafka,
      relay: true,
    });
    try {
      const [one, two] = [newId(), newId()];
      await second.outbox.transaction([one], (tx) => withdraw(tx, one));
      await eventually(async () => (await sent()) === before + 1, {
        what: 'the leader sends what another process wrote',
      });
      // The leader's session ends as if its process had died.
      await endRelaySessions();
      await second.outbox.transaction([two], (tx) => withdraw(tx, two));
      await eventually(async () => (await sent()) === before + 2, { what: 'a relay sends again' });
      const records = (await readTopic(kafka, topic)).filter(({ key }) => key === one || key === two);
      expect(records.map(sequenceOf).sort()).toEqual([before + 1, before + 2]);
    } finally {
      await second.close();
    }
  });

  it('M4 starts anew when its epoch was taken while it slept; what it sends late is a double with the same sequence', async () => {
    const subject = newId();
    await rows(database.ownerUrl, 'UPDATE relay_cursor SET epoch = epoch + 1');
    await service.outbox.transaction([subject], (tx) => withdraw(tx, subject));
    await eventually(async () => (await sent()) === before + 1, { what: 'it is sent under the new epoch' });
    const records = (await readTopic(kafka, topic)).filter(({ key }) => key === subject);
    expect(records.map(sequenceOf)).toEqual([before + 1, before + 1]);
    expect(records[0]!.headers).toEqual(records[1]!.headers);
  });

  it('cannot change or delete what was appended: the role of the service may only insert and select', async () => {
    await expect(rows(database.runtimeUrl, `UPDATE outbox SET data = '{}'`)).rejects.toThrow(/permission denied/);
    await expect(rows(database.runtimeUrl, 'DELETE FROM outbox')).rejects.toThrow(/permission denied/);
  });

  const sequenceOf = ({ headers }: { headers: Record<string, string> }) => Number(headers['ce_sequence']);

  /** Only the relay holds a session lock while nobody writes. */
  async function endRelaySessions(): Promise<void> {
    const ended = await rows(
      String(process.env['TEST_DATABASE_URL']),
      `SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
        WHERE l.locktype = 'advisory' AND l.granted AND d.datname = $1`,
      [database.name],
    );
    expect(ended).toHaveLength(1);
  }
});
