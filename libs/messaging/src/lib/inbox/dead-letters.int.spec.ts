import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { createTestDatabase, eventually, kafkaSettings, testInstallation, type TestDatabase } from '@convenant/testing';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import {
  Blocks,
  ensureTopics,
  fixedTopics,
  messagingMigrations,
  partitionFor,
  PermanentFailure,
  Projects,
  topicOf,
  type HandlerContext,
  type ReceivedEvent,
} from '../../index.js';
import {
  Effects1795478400100,
  recordEffect,
  rows,
  startService,
  type RunningService,
} from '../../../test/messaging-kit.js';
import { aggregateIn, TopicWriter } from '../../../test/records.js';
import { plainKafka } from '../../../test/topic-reader.js';

const poison = newId();

@Controller()
class Picky {
  @Projects()
  @EventPattern<string>('consent.withdrawn')
  async project(
    @Payload() event: ReceivedEvent<{ withdrawalId: string }>,
    @Ctx() context: HandlerContext,
  ): Promise<void> {
    await recordEffect('project', event, context);
    if (event.data.withdrawalId === poison) throw new PermanentFailure('withdrawal.impossible', 'It cannot be');
  }
}

@Controller()
class Everything {
  @Projects()
  @EventPattern<string>('*')
  async project(@Payload() event: ReceivedEvent, @Ctx() context: HandlerContext): Promise<void> {
    await recordEffect('trail', event, context);
  }
}

interface Letter {
  id: string;
  cause: string;
  message_offset: string;
  partition: number;
}

describe('a message that cannot be handled', () => {
  const installation = testInstallation();
  const kafka = kafkaSettings();
  const writer = new TopicWriter(installation, kafka);
  let database: TestDatabase;
  let service: RunningService;

  beforeAll(async () => {
    database = await createTestDatabase({
      service: 'transfer',
      migrations: [...messagingMigrations, Effects1795478400100],
    });
    await ensureTopics({ kafka }, fixedTopics(installation));
    await writer.connect();
    service = await startService({
      installation,
      service: 'transfer',
      databaseUrl: database.runtimeUrl,
      kafka,
      subscribes: ['consent'],
      controllers: [Picky],
    });
  });
  afterAll(async () => {
    await service?.close();
    await writer.disconnect();
    await database?.drop();
  });

  const versionsOf = async (subject: string) =>
    (
      await rows<{ version: number }>(database.ownerUrl, 'SELECT version FROM effect WHERE subject = $1 ORDER BY id', [
        subject,
      ])
    ).map(({ version }) => version);
  const letters = (partition: number) =>
    rows<Letter>(database.ownerUrl, 'SELECT * FROM inbox_dead_letter WHERE partition = $1 ORDER BY message_offset', [
      partition,
    ]);
  const parked = (block: string) =>
    rows<{ message_offset: string }>(
      database.ownerUrl,
      'SELECT message_offset FROM inbox_parked WHERE block_id = $1 ORDER BY message_offset',
      [block],
    );
  const isBlocked = (subject: string) =>
    service.outbox.transaction([], (tx) => service.get(Blocks).isBlocked(tx, subject));

  it('M7 blocks its aggregate; later ones of it are parked in order, all others move on', async () => {
    const [bad, good] = [aggregateIn(0), aggregateIn(0)];
    const messages = [bad, good, bad, good, bad, bad, good].map((subject) => writer.next(subject));
    messages[2]!.value = JSON.stringify({ ...JSON.parse(messages[2]!.value), withdrawalId: poison });
    await writer.send(...messages);
    await eventually(async () => (await versionsOf(good)).length === 3, { what: 'the other aggregate has moved on' });
    // Later batches meet the block too.
    await writer.send(writer.next(bad), writer.next(good));
    await eventually(async () => (await versionsOf(good)).length === 4, { what: 'it moves on in later batches' });

    expect(await versionsOf(bad)).toEqual([1]);
    expect(await versionsOf(good)).toEqual([1, 2, 3, 4]);
    const [letter, ...more] = await letters(0);
    expect(more).toEqual([]);
    expect(letter).toMatchObject({ cause: 'withdrawal.impossible', message_offset: '2' });
    expect((await parked(letter!.id)).map(({ message_offset }) => message_offset)).toEqual(['4', '5', '7']);
    expect(await isBlocked(bad)).toBe(true);
    expect(await isBlocked(good)).toBe(false);
  });

  it('M7 says so in deadLetter.recorded, with position, cause and hash, never the content', async () => {
    const [letter] = await letters(0);
    const [event] = await rows<{ type: string; subject: string; data: string; causation_id: string }>(
      database.ownerUrl,
      'SELECT * FROM outbox WHERE subject = $1',
      [letter!.id],
    );
    const data = JSON.parse(event!.data) as Record<string, unknown>;
    expect(event!.type).toBe('be.convenant.transfer.v1.deadLetter.recorded');
    expect(data).toMatchObject({
      deadLetterId: letter!.id,
      topic: topicOf(installation, 'consent'),
      partition: 0,
      offset: '2',
      cause: 'withdrawal.impossible',
      blocks: { scope: 'aggregate' },
      messageHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(event!.data).not.toContain(poison);
  });

  it.each([
    ['data.schema', { value: '{"consentId":"x"}' }],
    ['data.unreadable', { value: 'no json' }],
    ['type.unknown', { headers: { ce_type: 'be.convenant.consent.v1.consent.forgotten' } }],
    ['envelope.foreign', { headers: { ce_source: 'urn:elsewhere:consent' } }],
    ['envelope.incomplete', { headers: { ce_correlationid: undefined } }],
    ['aggregateversion.gap', { headers: { ce_aggregateversion: '7' } }],
  ])('M7 buries what breaks the contract: %s', async (cause, wrong) => {
    const [bad, good] = [aggregateIn(1), aggregateIn(1)];
    const before = (await letters(1)).length;
    await writer.send(writer.next(bad, wrong), writer.next(good));
    await eventually(async () => (await versionsOf(good)).length === 1, { what: 'the other aggregate has moved on' });
    const found = await letters(1);
    expect(found.slice(before).map((letter) => letter.cause)).toEqual([cause]);
    expect(await isBlocked(bad)).toBe(true);
  });

  it('M7 blocks the key when there is no readable subject', async () => {
    const other = aggregateIn(2);
    const key = keyIn(2);
    await writer.send(writer.next(other, { key, headers: { ce_subject: undefined } }), writer.next(other));
    await eventually(async () => (await letters(2)).length === 2, { what: 'it is buried' });
    await writer.send(writer.next(aggregateIn(2), { key }));
    const [letter] = await letters(2);
    await eventually(async () => (await parked(letter!.id)).length === 1, {
      what: 'the next one of the key is parked',
    });
  });

  it('M7 blocks the partition when there is no key either', async () => {
    const [bad, later] = [aggregateIn(3), aggregateIn(3)];
    await writer.send(writer.next(later));
    await eventually(async () => (await versionsOf(later)).length === 1, { what: 'the partition is read' });
    const nameless = writer.next(bad, { headers: { ce_subject: undefined } });
    await writeWithoutKey(nameless.headers, nameless.value, 3);
    await eventually(async () => (await letters(3)).length === 1, { what: 'it is buried' });
    await writer.send(writer.next(later));
    const [letter] = await letters(3);
    await eventually(async () => (await parked(letter!.id)).length === 1, { what: 'whatever comes next is parked' });
    expect(await isBlocked(later)).toBe(true);
    expect(await isBlocked(aggregateIn(4))).toBe(false);
  });

  it('M7 is kept by the trail as a row alone, since it has no outbox', async () => {
    const trail = await createTestDatabase({
      service: 'audit',
      migrations: [...messagingMigrations, Effects1795478400100],
    });
    const audit = await startService({
      installation,
      service: 'audit',
      databaseUrl: trail.runtimeUrl,
      kafka,
      subscribes: ['consent'],
      controllers: [Everything],
    });
    try {
      const subject = aggregateIn(5);
      await writer.send(writer.next(subject), writer.next(subject, { value: 'no json' }), writer.next(aggregateIn(5)));
      const trailed = () => rows(trail.ownerUrl, 'SELECT FROM effect WHERE handler = $1', ['trail']);
      const buried = () => rows(trail.ownerUrl, 'SELECT FROM inbox_dead_letter WHERE partition = 5');
      await eventually(async () => (await buried()).length === 1, { what: 'it is buried' });
      await eventually(async () => (await trailed()).length > 0, { what: 'the trail has the others' });
      expect(await rows(trail.ownerUrl, 'SELECT FROM outbox')).toEqual([]);
    } finally {
      await audit.close();
      await trail.drop();
    }
  });

  function keyIn(partition: number): string {
    for (let i = 0; ; i += 1) if (partitionFor(`key-${i}`, 6) === partition) return `key-${i}`;
  }

  async function writeWithoutKey(headers: Record<string, string>, value: string, partition: number): Promise<void> {
    const producer = plainKafka(kafka).producer();
    await producer.connect();
    await producer.send({
      topic: topicOf(installation, 'consent'),
      messages: [{ key: null, headers, value, partition }],
    });
    await producer.disconnect();
  }
});
