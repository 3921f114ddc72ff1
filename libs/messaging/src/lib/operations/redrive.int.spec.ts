import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LostFact } from '@convenant/contracts';
import { newId } from '@convenant/kernel';
import { createTestDatabase, eventually, kafkaSettings, testInstallation, type TestDatabase } from '@convenant/testing';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import {
  ensureTopics,
  fixedTopics,
  messagingMigrations,
  Operations,
  PermanentFailure,
  Projects,
  Reacts,
  type HandlerContext,
  type ReceivedEvent,
} from '../../index.js';
import {
  appendBarrier,
  Effects1795478400100,
  recordEffect,
  rows,
  startService,
  type RunningService,
} from '../../../test/messaging-kit.js';
import { aggregateIn, TopicWriter } from '../../../test/records.js';
import { plainKafka } from '../../../test/topic-reader.js';

/** Withdrawals that the handlers refuse, until the release that can handle them. */
const poison = new Set<string>();

@Controller()
class Picky {
  @Projects()
  @EventPattern<string>('consent.withdrawn')
  async project(
    @Payload() event: ReceivedEvent<{ withdrawalId: string }>,
    @Ctx() context: HandlerContext,
  ): Promise<void> {
    if (poison.has(event.data.withdrawalId)) throw new PermanentFailure('withdrawal.impossible', 'It cannot be');
    await recordEffect('project', event, context);
  }

  @Reacts({ reaction: 'picky', aggregates: (event) => [event.subject] })
  @EventPattern<string>('consent.withdrawn')
  async react(@Payload() event: ReceivedEvent, @Ctx() { tx, command }: HandlerContext): Promise<void> {
    await appendBarrier(tx, event.subject, command, event.aggregateVersion);
  }
}

const request = { reason: 'the release of today can handle it', actorRef: 'u_operator' };

describe('the redrive of a dead letter', () => {
  const installation = testInstallation();
  const kafka = kafkaSettings();
  const writer = new TopicWriter(installation, kafka);
  let database: TestDatabase;
  let service: RunningService;

  beforeAll(async () => {
    const migrations = [...messagingMigrations, Effects1795478400100];
    database = await createTestDatabase({ service: 'transfer', migrations });
    await ensureTopics({ kafka }, fixedTopics(installation));
    await writer.connect();
    service = await startService({
      installation,
      service: 'transfer',
      databaseUrl: database.runtimeUrl,
      kafka,
      subscribes: ['consent'],
      controllers: [Picky],
      relay: true,
    });
  });
  afterAll(async () => {
    await service?.close();
    await writer.disconnect();
    await database?.drop();
  });

  const query = <R>(text: string, ...values: unknown[]) => rows<R>(database.ownerUrl, text, values);
  const versionsOf = async (subject: string) =>
    (await query<{ version: number }>('SELECT version FROM effect WHERE subject = $1 ORDER BY id', subject)).map(
      ({ version }) => version,
    );
  const reactionsOf = async (subject: string) =>
    (await query(`SELECT FROM outbox WHERE subject = $1 AND type LIKE '%barrier.applied'`, subject)).length;
  const letterAt = (partition: number, nth = 0) =>
    eventually(
      async () =>
        (
          await query<{ id: string }>(
            'SELECT id FROM inbox_dead_letter WHERE partition = $1 ORDER BY message_offset',
            partition,
          )
        )[nth],
      { what: `dead letter ${nth} in partition ${partition}` },
    );
  const blocks = () => query('SELECT FROM inbox_block');
  const parked = async (count: number) =>
    eventually(async () => (await query('SELECT FROM inbox_parked')).length === count, { what: `${count} wait` });
  const poisoned = (subject: string) => {
    const message = writer.next(subject);
    const withdrawalId = newId();
    poison.add(withdrawalId);
    return { ...message, value: JSON.stringify({ ...JSON.parse(message.value), withdrawalId }) };
  };
  const hashOf = async (id: string) =>
    (await query<{ message_hash: string }>('SELECT message_hash FROM inbox_dead_letter WHERE id = $1', id))[0]!
      .message_hash;
  const discard = async (id: string, lost: LostFact, messageHash?: string) =>
    service.get(Operations).discard(id, { lost, messageHash: messageHash ?? (await hashOf(id)) }, request);
  const redrive = (id: string) => service.get(Operations).redrive(id, request);

  it('M7 puts it and all that waited through, in order, once, and lifts the block with the last', async () => {
    const subject = aggregateIn(0);
    await writer.send(writer.next(subject), poisoned(subject), ...[1, 2, 3].map(() => writer.next(subject)));
    await parked(3);
    const { id } = await letterAt(0);
    await expect(redrive(id)).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringMatching(/impossible/) });
    expect(await versionsOf(subject)).toEqual([1]);

    poison.clear();
    // Two operators at once, while more of the aggregate arrives.
    const sending = writer.send(writer.next(subject), writer.next(subject));
    const reports = await Promise.allSettled([redrive(id), redrive(id)]);
    await sending;
    expect(reports.map(({ status }) => status)).toContain('fulfilled');
    await eventually(async () => (await versionsOf(subject)).length >= 7, { what: 'all are handled' });
    expect(await versionsOf(subject)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await reactionsOf(subject)).toBe(7);
    expect(await blocks()).toEqual([]);
    await parked(0);
    await expect(redrive(id)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('M7 is told in events: which operation by whom and why, and what became of the dead letter', async () => {
    const told = await query<{ type: string; actor_ref: string; data: string }>(
      `SELECT type, actor_ref, data FROM outbox WHERE type ~ 'operation.performed|redriven' ORDER BY era, xid, id`,
    );
    const { id } = await letterAt(0);
    const shown = told.map(({ type, actor_ref, data }) => [type, actor_ref, JSON.parse(data) as object]);
    // The second operator has a record of its own only if it came to something.
    expect(shown.length).toBeLessThanOrEqual(3);
    expect([shown[0], shown.at(-1)]).toEqual([
      [
        'be.convenant.transfer.v1.operation.performed',
        'u_operator',
        expect.objectContaining({ operation: 'redrive', target: id, reason: request.reason }),
      ],
      [
        'be.convenant.transfer.v1.deadLetter.redriven',
        'u_operator',
        expect.objectContaining({ deadLetterId: id, reason: request.reason }),
      ],
    ]);
    const operations = await query('SELECT FROM operation WHERE target = $1 AND actor_ref = $2', id, 'u_operator');
    expect(operations).toHaveLength(shown.length - 1);
  });

  it('M7 passes the block on when one that waited cannot be handled either', async () => {
    const subject = aggregateIn(1);
    const first = poisoned(subject);
    await writer.send(first, writer.next(subject), poisoned(subject), writer.next(subject));
    await parked(3);
    const { id } = await letterAt(1);
    poison.delete((JSON.parse(first.value) as { withdrawalId: string }).withdrawalId);
    const report = await redrive(id);
    const second = await letterAt(1, 1);
    expect(report).toEqual({ parked: 1, blockedBy: second.id });
    expect(await versionsOf(subject)).toEqual([1, 2]);
    await parked(1);
    poison.clear();
    expect(await redrive(second.id)).toEqual({ parked: 1 });
    expect(await versionsOf(subject)).toEqual([1, 2, 3, 4]);
    expect(await blocks()).toEqual([]);
  });

  it('M7 of a partition lets each aggregate behind it go its own way', async () => {
    const [good, bad] = [aggregateIn(2), aggregateIn(2)];
    const producer = plainKafka(kafka).producer();
    await producer.connect();
    const { headers, value } = writer.next(good);
    const nameless = { ...headers, ce_subject: '' };
    await producer.send({
      topic: `${installation}.consent.v1`,
      messages: [{ key: null, headers: nameless, value, partition: 2 }],
    });
    await producer.disconnect();
    const { id } = await letterAt(2);
    await writer.send(poisoned(bad), writer.next(bad));
    await parked(2);
    // No release will ever read it: the operator gives it up, and what it blocked goes on.
    await expect(redrive(id)).rejects.toMatchObject({ code: 'CONFLICT' });
    const nothing = { statement: 'A record without a subject, of nobody here' };
    await expect(discard(id, nothing, '0'.repeat(64))).rejects.toMatchObject({ code: 'CONFLICT' });
    await discard(id, nothing);
    const buried = await letterAt(2, 1);
    await parked(1);
    poison.clear();
    expect(await redrive(buried.id)).toEqual({ parked: 1 });
    expect(await versionsOf(bad)).toEqual([1, 2]);
    expect(await blocks()).toEqual([]);
  });

  it('M7 discards only with what is lost said, and goes on behind it', async () => {
    const subject = aggregateIn(3);
    await writer.send(writer.next(subject), poisoned(subject), writer.next(subject), writer.next(subject));
    await parked(2);
    const { id } = await letterAt(3);
    const statement = 'The withdrawal of version 2; entered again by hand';
    const lost = (aggregateVersion: number) => ({ statement, aggregate: subject, aggregateVersion });
    await expect(discard(id, { statement, aggregate: subject } as LostFact)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    await expect(discard(id, { ...lost(2), aggregate: aggregateIn(3) })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(discard(id, lost(1))).rejects.toMatchObject({ message: expect.stringMatching(/was applied/) });
    expect(await versionsOf(subject)).toEqual([1]);

    expect(await discard(id, lost(2))).toEqual({ parked: 2 });
    expect(await versionsOf(subject)).toEqual([1, 3, 4]);
    expect(await blocks()).toEqual([]);
    const told = await query<{ data: string }>(
      `SELECT data FROM outbox WHERE data LIKE $1 AND type ~ 'operation.performed|redriven' ORDER BY era, xid, id`,
      `%${id}%`,
    );
    expect(told.map(({ data }) => JSON.parse(data) as object)).toEqual([
      expect.objectContaining({ operation: 'discard', target: id, lost: lost(2), reason: request.reason }),
      expect.objectContaining({ deadLetterId: id, discarded: true, parked: 2 }),
    ]);
    await expect(discard(id, lost(2))).rejects.toMatchObject({ message: expect.stringMatching(/discarded already/) });
  });

  it('M7 handles what waited for a version that is said to be lost', async () => {
    const subject = aggregateIn(4);
    const [first, , third] = [writer.next(subject), writer.next(subject), writer.next(subject)];
    await writer.send(first, third, writer.next(subject));
    await parked(1);
    const { id } = await letterAt(4);
    await expect(discard(id, { statement: 'I do not know' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await discard(id, { statement: 'It left the log unread', aggregate: subject, aggregateVersion: 2 });
    expect(await versionsOf(subject)).toEqual([1, 3, 4]);
    expect(await blocks()).toEqual([]);
  });
});
