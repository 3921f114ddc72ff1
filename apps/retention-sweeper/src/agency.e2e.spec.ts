import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contactOutcomeReported, dossierClosed, dossierOpened, erasureDeclared } from '@convenant/contracts';
import { newId } from '@convenant/kernel';
import { encodeAgencyMessage, ensurePartyTopics, principalOf } from '@convenant/messaging';
import { eventually, kafkaSettings, TestAgency } from '@convenant/testing';
import kafkajs from 'kafkajs';
import { NOW, RETENTION, RetentionWorld } from './retention.support.spec.js';

const source = 'urn:client-files';
const occurredAt = '2026-03-20T09:00:00.000Z';

describe('what an agency says on its own topic', () => {
  let world: RetentionWorld;
  let protocolId: string;
  let receiver: TestAgency;

  beforeAll(async () => {
    world = await RetentionWorld.start();
    protocolId = await world.agree();
    await open(world.receiver);
    receiver = await TestAgency.start(world.installation, world.receiver);
  });
  afterAll(async () => {
    await receiver?.stop();
    await world?.stop();
  });

  /** What the register does for a party. */
  function open(party: string): Promise<void> {
    const settings = { installation: world.installation, kafka: kafkaSettings() };
    return ensurePartyTopics(settings, [party], { replication: 1, minInsyncReplicas: 1 });
  }

  async function quarantineOf(party: string): Promise<any[]> {
    const { status, body } = await (await world.of(party, ['dpo'])).get(`${RETENTION}/quarantine`);
    expect(status).toBe(200);
    return body.items;
  }

  async function quarantined(party: string, offset: string): Promise<any> {
    return eventually(async () => (await quarantineOf(party)).find((entry) => entry.offset === offset), {
      what: `${offset} is quarantined`,
    });
  }

  it('OG-3-phase2 moves the clock as the same report over HTTP does', async () => {
    const [byTopic, byHttp] = [await world.deliver(protocolId), await world.deliver(protocolId)];
    await receiver.say(contactOutcomeReported, {
      id: newId(),
      source,
      subject: byTopic,
      data: { outcome: 'accepted', occurredAt },
    });
    const worker = await world.of(world.receiver, ['agency']);
    const report = { disclosureId: byHttp, kind: 'contactOutcome', outcome: 'accepted', occurredAt };
    const { body: expected } = await worker.post(`${RETENTION}/triggers`, report);
    const moved = await world.until(byTopic, ({ rule }) => rule === 'client-file', 'the message has moved the clock');
    expect({ ...moved, disclosureId: byHttp, subjectRef: expected.subjectRef }).toEqual(expected);
    expect(await world.eventsOf(byTopic)).toEqual(await world.eventsOf(byHttp));
    const [recorded] = (await world.events('trigger.recorded')).filter(({ data }) => data.disclosureId === byTopic);
    expect(recorded?.actorRef).toBe(principalOf(world.installation, world.receiver));
  });

  it('has one effect, however often it comes', async () => {
    const disclosureId = await world.deliver(protocolId);
    const outcome = { id: newId(), source, subject: disclosureId, data: { outcome: 'accepted', occurredAt } } as const;
    const message = encodeAgencyMessage(contactOutcomeReported, outcome);
    await receiver.send([message, message]);
    await receiver.send([message]);
    // Handled in order: once the file is open, all three were handled.
    await receiver.say(dossierOpened, { id: newId(), source, subject: disclosureId, data: { occurredAt } });
    await world.until(disclosureId, ({ triggers }) => triggers.at(-1).kind === 'dossierOpened', 'the file is open');
    const happened = (await world.events('trigger.recorded')).filter(({ data }) => data.disclosureId === disclosureId);
    expect(happened.map(({ data }) => data.kind)).toEqual(['contactOutcome', 'dossierOpened']);
    expect(await quarantineOf(world.receiver)).toEqual([]);

    const other = { ...outcome, data: { outcome: 'declined', occurredAt } } as const;
    const offset = await receiver.say(contactOutcomeReported, other);
    expect(await quarantined(world.receiver, offset)).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it("is refused, quarantined and seen by its own party alone when it speaks of another party's dossier", async () => {
    const disclosureId = await world.deliver(protocolId);
    await open(world.sender);
    const sender = await TestAgency.start(world.installation, world.sender);
    try {
      const data = { outcome: 'declined', occurredAt } as const;
      const message = { id: newId(), source, subject: disclosureId, data };
      const offset = await sender.say(contactOutcomeReported, message);
      const entry = await quarantined(world.sender, offset);
      expect(entry).toEqual({
        id: expect.any(String),
        topic: `${world.installation}.in.${world.sender}`,
        partition: 0,
        offset,
        code: 'NOT_FOUND',
        faults: [],
        messageHash: createHash('sha256').update(JSON.stringify(data)).digest('hex'),
        quarantinedAt: expect.any(String),
      });
      expect(JSON.stringify(entry)).not.toContain(disclosureId);
      expect((await quarantineOf(world.receiver)).map(({ topic }) => topic)).not.toContain(entry.topic);
      expect(await quarantineOf(world.stranger)).toEqual([]);
      expect(await world.eventsOf(disclosureId)).toEqual(['clock.started']);

      // The broker knows whose topic it is, whatever a message may say.
      const forged = encodeAgencyMessage(contactOutcomeReported, message);
      await expect(sender.send([forged], receiver.topic)).rejects.toThrow(/not authorized/i);
      const worker = await world.of(world.sender, ['agency-user']);
      expect((await worker.get(`${RETENTION}/quarantine`)).status).toBe(403);
    } finally {
      await sender.stop();
    }
  });

  it('is quarantined with its faults when it breaks its schema or comes too early, and holds up nothing behind it', async () => {
    const disclosureId = await world.deliver(protocolId);
    const outcome = { outcome: 'accepted', occurredAt } as const;
    const right = encodeAgencyMessage(contactOutcomeReported, {
      id: newId(),
      source,
      subject: disclosureId,
      data: outcome,
    });
    const first = Number(
      await receiver.send([
        { ...right, value: JSON.stringify({ ...outcome, note: 'phone 0470 00 00 00' }) },
        { ...right, value: '{"outcome":' },
        encodeAgencyMessage(dossierClosed, { id: newId(), source, subject: disclosureId, data: { occurredAt } }),
        encodeAgencyMessage(erasureDeclared, {
          id: newId(),
          source,
          subject: disclosureId,
          data: { technique: 'overwrite', erasedAt: occurredAt },
        }),
        right,
      ]),
    );
    await world.until(disclosureId, ({ rule }) => rule === 'client-file', 'the right one behind them has its effect');
    const entries = (await quarantineOf(world.receiver)).filter(({ offset }) => Number(offset) >= first).reverse();
    expect(entries.map(({ offset, code, clause, faults }) => [Number(offset) - first, code, clause, faults])).toEqual([
      [0, 'INPUT_INVALID', undefined, [{ in: 'body', name: '', detail: 'has a field that is not known here' }]],
      [1, 'BODY_MALFORMED', undefined, []],
      [2, 'CONFLICT', '3-phase2', []],
      [3, 'CONFLICT', '3-phase1', []],
    ]);
    const [kept] = await world.query('SELECT message FROM agency_quarantine WHERE message_offset = $1', [first]);
    const bytes = JSON.parse(kept.message.toString());
    expect(Buffer.from(bytes.value, 'base64').toString()).toContain('0470');
    const statistics = await world.query(
      `SELECT attstattarget FROM pg_attribute WHERE attrelid = 'agency_quarantine'::regclass AND attname = 'message'`,
    );
    expect(statistics).toEqual([{ attstattarget: 0 }]);

    // Its time is over: the bytes go, that it was refused stays.
    await world.clock.set('2026-07-01T09:00:00Z');
    await world.service.restart();
    await eventually(
      async () => (await world.query('SELECT FROM agency_quarantine WHERE message IS NOT NULL')).length === 0,
      { what: 'the bytes are erased' },
    );
    expect(await quarantineOf(world.receiver)).toHaveLength(entries.length + 1);
    await world.clock.set(NOW);
  });

  it('is read within seconds on the topic of a party that was registered while the service runs', async () => {
    const offset = '0';
    await open(world.stranger);
    const stranger = await TestAgency.start(world.installation, world.stranger);
    try {
      const data = { occurredAt };
      await stranger.say(dossierOpened, { id: newId(), source, subject: newId(), data });
      expect(await quarantined(world.stranger, offset)).toMatchObject({ code: 'NOT_FOUND' });
    } finally {
      await stranger.stop();
    }
  });

  it('has one effect when it came while the service was down, and when all is read again because the offsets got lost', async () => {
    const disclosureId = await world.deliver(protocolId);
    await world.service.app.close();
    const message = { id: newId(), source, subject: disclosureId, data: { outcome: 'accepted', occurredAt } } as const;
    await receiver.say(contactOutcomeReported, message);
    await world.service.restart();
    await world.until(disclosureId, ({ rule }) => rule === 'client-file', 'the clock has moved');
    const [events, refused] = [await world.events(), await quarantineOf(world.receiver)];

    await world.service.app.close();
    const { brokers, sasl } = kafkaSettings();
    const admin = new kafkajs.Kafka({ brokers, sasl: { mechanism: 'scram-sha-512', ...sasl } }).admin();
    await admin.connect();
    await admin.deleteGroups([`${world.installation}.retention.in`]);
    await admin.disconnect();
    await world.service.restart();
    // What comes last in the topic tells that everything before it was read again.
    const last = await receiver.send([{ ...encodeAgencyMessage(contactOutcomeReported, message), value: '' }]);
    await quarantined(world.receiver, last);
    expect(await world.events()).toEqual(events);
    expect((await quarantineOf(world.receiver)).slice(1)).toEqual(refused);
  });
});
