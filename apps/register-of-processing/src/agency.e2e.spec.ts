import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contactOutcomeReported, dossierOpened } from '@convenant/contracts';
import { newId } from '@convenant/kernel';
import { encodeAgencyMessage, inTopicOf, partyAuditTopicOf, principalOf } from '@convenant/messaging';
import { eventually, kafkaSettings, startOwnKafka, TestAgency } from '@convenant/testing';
import kafkajs, { type Kafka } from 'kafkajs';
import { RegisterWorld } from './register.support.spec.js';

const topicsOf = (party: string) => `/register/v1/parties/${party}/topics`;
const QUARANTINE = '/register/v1/quarantine';

describe('the topics of parties', () => {
  let world: RegisterWorld;
  let north: string;
  let south: string;
  let system: TestAgency;
  let operator: Kafka;

  beforeAll(async () => {
    world = await RegisterWorld.start('2026-02-27T10:00:00Z');
    north = await world.registerParty('Agency of the north', '0886.886.638');
    south = await world.registerParty('Agency of the south', '0212.169.781');
    await made(world, north);
    await made(world, south);
    system = await TestAgency.start(world.installation, north);
    const { brokers, sasl } = kafkaSettings();
    operator = new kafkajs.Kafka({
      brokers,
      sasl: { mechanism: 'scram-sha-512', ...sasl },
      logLevel: kafkajs.logLevel.NOTHING,
    });
  });
  afterAll(async () => {
    await system?.stop();
    await world?.stop();
  });

  async function made(of: RegisterWorld, party: string): Promise<any> {
    return eventually(
      async () => {
        const { body } = await of.admin.get(topicsOf(party));
        return body.state === 'made' && body;
      },
      { what: 'the topics are made', deadlineMs: 40_000 },
    );
  }

  const asSomebody = (party: string, subject = newId()) =>
    encodeAgencyMessage(dossierOpened, {
      id: newId(),
      source: `urn:of:${party}`,
      subject,
      data: { occurredAt: '2026-02-27T10:00:00Z' },
    });

  it('are made when a party is registered, and shown to that party and the operator', async () => {
    const { installation } = world;
    expect(await made(world, north)).toEqual({
      partyId: north,
      state: 'made',
      principal: principalOf(installation, north),
      in: inTopicOf(installation, north),
      audit: partyAuditTopicOf(installation, north),
      madeAt: expect.stringMatching(/^2026-02-27T10:0/),
    });
    expect((await (await world.of(north, ['agency'])).get(topicsOf(north))).status).toBe(200);
    expect((await (await world.of(south, ['agency'])).get(topicsOf(north))).status).toBe(404);
    expect((await world.admin.get(topicsOf(newId()))).status).toBe(404);
  });

  it('let a party write its own and no other one', async () => {
    await expect(system.send([asSomebody(north)])).resolves.toBe('0');
    for (const topic of [
      inTopicOf(world.installation, south),
      partyAuditTopicOf(world.installation, north),
      `${world.installation}.register.v1`,
    ]) {
      await expect(system.send([asSomebody(south)], topic)).rejects.toThrow(/not authorized/i);
    }
  });

  it('let a party read what is meant for it and nothing else', async () => {
    /** Joins the group and fetches; resolves with the first value. */
    const read = async (topic: string, groupId: string) => {
      const consumer = system.kafka.consumer({ groupId });
      try {
        await consumer.connect();
        await consumer.subscribe({ topics: [topic], fromBeginning: true });
        let arrived: (value: string) => void;
        const first = new Promise<string>((resolve) => (arrived = resolve));
        await consumer.run({ eachMessage: async ({ message }) => arrived(String(message.value)) });
        return await first;
      } finally {
        await consumer.disconnect();
      }
    };
    const { installation } = world;
    const own = principalOf(installation, north);
    const stream = partyAuditTopicOf(installation, north);
    const producer = operator.producer();
    await producer.connect();
    await producer.send({ topic: stream, messages: [{ value: 'an entry' }] });
    await producer.disconnect();
    expect(await read(stream, `${own}.stream`)).toBe('an entry');
    const admin = system.kafka.admin();
    await admin.connect();
    await expect(admin.fetchTopicOffsets(partyAuditTopicOf(installation, south))).rejects.toThrow(/not authorized/i);
    // kafkajs does not say that the group is not ours, only that its coordinator was not named.
    await expect(admin.fetchOffsets({ groupId: `${installation}.audit` })).rejects.toThrow(/group coordinator/);
    expect((await admin.listTopics()).sort()).toEqual([stream, inTopicOf(installation, north)]);
    await admin.disconnect();
  });

  it('keep what nobody lists in the quarantine, for the eyes of its party', async () => {
    const known = encodeAgencyMessage(contactOutcomeReported, {
      id: newId(),
      source: 'urn:files',
      subject: newId(),
      data: { outcome: 'accepted', occurredAt: '2026-02-27T10:00:00Z' },
    });
    const offset = Number(
      await system.send([
        known,
        { ...known, headers: { ...known.headers, ce_type: 'be.convenant.agency.v1.dossier.lost' } },
        { key: '', headers: {}, value: 'what is this' },
      ]),
    );
    const dpo = await world.of(north, ['dpo']);
    const items = await eventually(
      async () => {
        const { body } = await dpo.get(QUARANTINE);
        return body.items.length >= 2 && body.items;
      },
      { what: 'both are quarantined' },
    );
    expect(items.map((entry: any) => [Number(entry.offset) - offset, entry.code])).toEqual([
      [2, 'MESSAGE_TYPE_UNKNOWN'],
      [1, 'MESSAGE_TYPE_UNKNOWN'],
    ]);
    expect(JSON.stringify(items)).not.toContain('what is this');
    const { body: page } = await dpo.get(`${QUARANTINE}?limit=1`);
    expect([page.items.length, page.next]).toEqual([1, items[0].id]);
    expect((await dpo.get(`${QUARANTINE}?after=${page.next}`)).body.items).toEqual(items.slice(1));
    expect((await (await world.of(south, ['agency'])).get(QUARANTINE)).body.items).toEqual([]);
    expect((await (await world.of(north, ['signatory'])).get(QUARANTINE)).status).toBe(403);
    expect((await world.admin.get(QUARANTINE)).status).toBe(403);
  });

  it('come back at the next start when the brokers have lost them', async () => {
    const admin = operator.admin();
    await admin.connect();
    try {
      const topic = partyAuditTopicOf(world.installation, south);
      await admin.deleteTopics({ topics: [topic] });
      await world.restart();
      await eventually(async () => (await admin.listTopics()).includes(topic), { what: 'the topic is back' });
    } finally {
      await admin.disconnect();
    }
  });
});

describe('the topics of a party registered while the brokers are gone', () => {
  it('are made once they are back', async () => {
    const broker = await startOwnKafka();
    let world: RegisterWorld | undefined;
    try {
      world = await RegisterWorld.start('2026-02-27T10:00:00Z', broker.kafka);
      await broker.kill();
      const party = await world.registerParty('Agency of the east', '0308.357.753');
      expect((await world.admin.get(topicsOf(party))).body).toMatchObject({ state: 'pending' });
      await broker.restart();
      const { admin } = world;
      await eventually(async () => (await admin.get(topicsOf(party))).body.state === 'made', {
        what: 'the topics are made',
        deadlineMs: 45_000,
      });
    } finally {
      await world?.stop();
      await broker.dispose();
    }
  });
});
