import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TrailEntry } from '@convenant/contracts';
import { newId } from '@convenant/kernel';
import { ensureTopics, partyAuditTopicOf, topicOf, type BusProducer } from '@convenant/messaging';
import { eventually, kafkaSettings } from '@convenant/testing';
import { AUDIT, AuditWorld } from './audit.support.spec.js';
import { EventReader } from './event-reader.support.spec.js';
import { PUBLISHER_PRODUCER } from './kafka/trail-publisher.js';
import { readTopic, type TopicRecord } from './topic-reader.support.spec.js';

let world: AuditWorld;

beforeAll(async () => {
  world = await AuditWorld.start();
}, 120_000);
afterAll(async () => {
  await world?.stop();
}, 60_000);

/** A story that differs with the seed: consents used, not used, withdrawn, in protocols with and without the stranger. */
async function story(seed: number): Promise<void> {
  let state = seed;
  const next = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const protocols = [await world.agree(), await world.agree(world.stranger)];
  const open: [string, string, string][] = [];
  for (let step = 0; step < 25; step += 1) {
    const protocolId = protocols[next(2)]!;
    const kind = next(4);
    const chosen = open.length > 0 ? open.splice(next(open.length), 1)[0]! : undefined;
    if (kind < 2 || !chosen) {
      if (chosen) open.push(chosen);
      const subjectRef = newId();
      open.push([protocolId, subjectRef, await world.consent(protocolId, subjectRef)]);
    } else if (kind === 2) await world.disclose(...chosen);
    else await world.withdraw(...chosen);
  }
}

/** Waits until the topic holds what the pages show, or more. */
async function complete(party: string): Promise<{ entries: TrailEntry[]; records: TopicRecord[] }> {
  return eventually(
    async () => {
      const entries = await world.entries(party, 500);
      const records = await world.topic(party);
      return new Set(records.map(({ position }) => position)).size >= entries.length ? { entries, records } : undefined;
    },
    { what: 'the topic is complete', deadlineMs: 30_000 },
  );
}

const told = (entry: TrailEntry) => ({
  position: entry.position,
  visibleFrom: entry.visibleFrom,
  id: entry.id,
  key: entry.subject,
  data: entry.data,
});
const toldBy = ({ position, visibleFrom, id, key, value }: TopicRecord) => ({
  position,
  visibleFrom,
  id,
  key,
  data: JSON.parse(value) as unknown,
});

/** Of each position the record that came first. */
function firsts(records: readonly TopicRecord[]): TopicRecord[] {
  const seen = new Set<number>();
  return records.filter(({ position }) => !seen.has(position) && seen.add(position));
}

describe('the topic of a party', () => {
  it.each([1, 7, 2026])(
    'holds exactly what pages and stream show, in the same order (seed %i)',
    async (seed) => {
      await story(seed);
      await world.settled();
      for (const party of [world.sender, world.receiver, world.stranger]) {
        const { entries, records } = await complete(party);
        const stream = await EventReader.open(`${world.service.url}${AUDIT}/stream`, await world.token(party));
        await stream.until(entries.length);
        expect(stream.entries).toEqual(entries);
        expect(records.map(toldBy)).toEqual(entries.map(told));
        stream.hangUp();
      }
      // Both know the sender; what was agreed with one of them is no business of the other.
      const agreed = async (party: string) =>
        (await world.entries(party, 500)).filter(({ protocolId }) => protocolId).map(({ position }) => position);
      const ofStranger = new Set(await agreed(world.stranger));
      expect((await agreed(world.receiver)).filter((position) => ofStranger.has(position))).toEqual([]);
    },
    90_000,
  );

  it('gives the record of the event itself, header by header, and its place in the trail', async () => {
    const { records } = await complete(world.receiver);
    const record = records.find(({ headers }) => headers['ce_type']!.endsWith('disclosure.authorized'))!;
    const original = await originalOf(record.id);
    const { ce_trailposition: position, ce_trailvisiblefrom: visibleFrom, ...headers } = record.headers;
    expect(headers).toEqual(original.headers);
    expect(record.value).toBe(original.value);
    expect(record.key).toBe(original.key);
    expect(position).toMatch(/^\d{19}$/);
    expect(visibleFrom).toMatch(/^\d{19}$/);
  });

  it('gets everything from the beginning once the register has made it', async () => {
    const party = newId();
    await world.announce(party);
    await world.settled();
    expect(await world.topic(party)).toEqual([]);
    await world.makeTopics(party);
    const { entries, records } = await complete(party);
    expect(records.map(toldBy)).toEqual(entries.map(told));
  });

  it('misses nothing when its publisher dies between sending and moving its cursor; doubles have the same position', async () => {
    const producer = world.service.app.get<BusProducer>(PUBLISHER_PRODUCER);
    const send = producer.send.bind(producer);
    let deaths = 0;
    producer.send = async (topic, messages) => {
      await send(topic, messages);
      if (deaths >= 6 || topic !== partyAuditTopicOf(world.installation, world.receiver)) return;
      deaths += 1;
      // Its session is its leadership and carries the move of the cursor; gone before the move can be asked for.
      await world.asAdmin(
        `SELECT pg_terminate_backend(pid, 5000) FROM pg_locks
          WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = $1)
            AND (classid::bigint << 32 | objid::bigint) = hashtextextended('audit-topics', 0)`,
        [world.service.database.name],
      );
    };
    try {
      await story(99);
      await world.settled();
      // What one dead publisher had sent, the next one sends again; it comes back in its own time.
      await eventually(() => deaths > 1, { what: 'a second publisher has died', deadlineMs: 30_000 });
      const { entries, records } = await complete(world.receiver);
      expect(records.length).toBeGreaterThan(entries.length);
      expect(firsts(records).map(toldBy)).toEqual(entries.map(told));
      for (const record of records) {
        expect(record).toEqual(records.find(({ position }) => position === record.position));
      }
    } finally {
      producer.send = send;
    }
  }, 90_000);

  it('goes on where it stood after a restart of the service', async () => {
    const before = (await complete(world.sender)).records.length;
    await world.service.restart();
    await story(5);
    await world.settled();
    const { entries, records } = await complete(world.sender);
    expect(records.length).toBeGreaterThan(before);
    expect(firsts(records).map(toldBy)).toEqual(entries.map(told));
  }, 90_000);

  it('that cannot be written holds up no other one', async () => {
    const [wrong, right] = [newId(), newId()];
    await ensureTopics({ kafka: kafkaSettings() }, [
      { topic: partyAuditTopicOf(world.installation, wrong), partitions: 2, configs: {} },
    ]);
    await world.announce(wrong);
    await world.register(right);
    await complete(right);
    expect((await world.query('SELECT since FROM audit_topic WHERE party = $1', [wrong]))[0].since).toBe('0');
  });
});

async function originalOf(id: string): Promise<TopicRecord> {
  const records = await readTopic(topicOf(world.installation, 'transfer'));
  return records.find((record) => record.id === id)!;
}
