import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import pg from 'pg';
import { newId } from '@convenant/kernel';
import { eventually } from '@convenant/testing';
import { startSystem, type SystemUnderTest } from './start-system.js';

let system: SystemUnderTest | undefined;
let parties: { one: string; other: string };

beforeAll(async () => {
  system = await startSystem();
  parties = { one: await register('0999.000.030', 'og-dpo'), other: await register('0999.000.129', 'other-dpo') };
}, 120_000);

afterAll(async () => {
  await system?.stop();
}, 60_000);

async function call(persona: string | undefined, path: string, body?: unknown): Promise<{ status: number; body: any }> {
  const response = await fetch(`${system!.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(persona !== undefined && { authorization: `Bearer ${await system!.sandbox.tokenFor(persona)}` }),
      ...(body !== undefined && { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

async function register(enterpriseNumber: string, dpo: string): Promise<string> {
  const { issuer, jwksUri } = system!.sandbox;
  const answer = await call('admin', '/register/v1/parties', {
    name: `Party of ${dpo}`,
    enterpriseNumber,
    issuer,
    jwksUri,
    contacts: [{ role: 'dpo', mailbox: 'dpo@voorbeeld.example' }],
    firstDpo: { sub: dpo },
  });
  expect(answer).toMatchObject({ status: 201 });
  const { id } = answer.body;
  await call(dpo, `/sandbox/v1/personas/${dpo}`, { party: id });
  await eventually(async () => (await call(dpo, '/audit/v1/completeness')).status === 200, {
    what: `${dpo} is trusted by the trail`,
  });
  return id;
}

async function readings(): Promise<{ reader: string; what: string; reader_party: string; through_position: string }[]> {
  const client = new pg.Client({ connectionString: system!.databases.get('audit')! });
  await client.connect();
  const { rows } = await client.query('SELECT * FROM trail_read ORDER BY read_at, id');
  await client.end();
  return rows;
}

describe('reading the trail', () => {
  it('shows a data protection officer the own party, page by page, and never another one', async () => {
    const mine = await eventually(
      async () => {
        const { body } = await call('og-dpo', '/audit/v1/entries');
        return body.items.length === 1 ? body.items : undefined;
      },
      { what: 'the registration is in the trail' },
    );
    expect(mine[0]).toMatchObject({ service: 'register', type: 'party.registered', subject: parties.one });
    const first = await call('og-dpo', '/audit/v1/entries?limit=1');
    expect(first.body.next).toBeUndefined();
    expect((await call('og-dpo', `/audit/v1/entries?after=${mine[0].position}`)).body).toEqual({ items: [] });
    expect((await call('other-dpo', '/audit/v1/entries')).body.items.map((entry: any) => entry.subject)).toEqual([
      parties.other,
    ]);
  });

  it('shows the operator no content of a party', async () => {
    expect(await call('admin', '/audit/v1/entries')).toEqual({ status: 200, body: { items: [] } });
  });

  it('refuses other roles, no token and unknown filters', async () => {
    await call('other-agency', '/sandbox/v1/personas/other-agency', { party: parties.other });
    expect(await call('other-agency', '/audit/v1/entries')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect(await call(undefined, '/audit/v1/entries')).toMatchObject({ status: 401 });
    expect(await call('og-dpo', '/audit/v1/entries?party=x')).toMatchObject({
      status: 400,
      body: { code: 'INPUT_INVALID' },
    });
    expect(await call('og-dpo', '/audit/v1/entries?limit=501')).toMatchObject({ status: 400 });
  });

  it('is itself recorded: who, when, which interval', async () => {
    const before = await readings();
    const { body } = await call('og-dpo', '/audit/v1/entries?service=register');
    const after = await readings();
    expect(after.length).toBe(before.length + 1);
    expect(after.at(-1)).toMatchObject({
      what: 'entries',
      reader: expect.stringMatching(/^u_/),
      reader_party: parties.one,
      after_position: '0',
      through_position: String(body.items.at(-1).position),
      shown: body.items.length,
      filters: '{"service":"register"}',
    });
    // A reading that is refused reads nothing.
    await call('other-agency', '/audit/v1/entries');
    expect((await readings()).length).toBe(after.length);
  });

  it('FJ-fn4 shows a data protection officer who read the trail for the own party, this reading too, and nobody else', async () => {
    await call('og-dpo', '/audit/v1/entries?service=register');
    const pages = async (persona: string, limit: number) => {
      const all: any[] = [];
      for (let after = ''; ;) {
        const { body } = await call(persona, `/audit/v1/readings?limit=${limit}${after}`);
        all.push(...body.items);
        if (body.next === undefined) return all;
        after = `&after=${body.next}`;
      }
    };
    const recorded = (await readings()).filter((row) => row.reader_party === parties.one);
    // A reading shows once no transaction is open that could still come before it: of anybody in the database cluster.
    const mine = await eventually(
      async () => {
        const shown = await pages('og-dpo', 500);
        return shown.length < recorded.length ? undefined : shown.slice(0, recorded.length);
      },
      { what: 'every reading is shown' },
    );
    expect(mine.map(({ id }) => id)).toEqual(recorded.map((row: any) => row.id));
    expect(mine.at(-1)).toMatchObject({ what: 'entries', roles: ['dpo'], filters: { service: 'register' }, after: 0 });
    // Page by page each page is a reading of its own, so there is always one more to come; what was shown stays as it was.
    const next = await eventually(
      async () => {
        const { body } = await call('og-dpo', `/audit/v1/readings?limit=${mine.length}`);
        return body.next === undefined ? undefined : body;
      },
      { what: 'the reading of the readings is shown' },
    );
    expect(next.items).toEqual(mine);
    const tail: any[] = await eventually(
      async () => {
        const { items } = (await call('og-dpo', `/audit/v1/readings?after=${next.next}`)).body;
        return items.length >= 2 ? items : undefined;
      },
      { what: 'two readings of the readings are shown' },
    );
    expect([...new Set(tail.map(({ what }) => what))]).toEqual(['readings']);
    expect((await pages('other-dpo', 500)).every(({ id }) => !mine.some((reading) => reading.id === id))).toBe(true);
    expect(await call('other-agency', '/audit/v1/readings')).toMatchObject({ status: 403 });
    expect(await call('og-dpo', '/audit/v1/readings?after=yesterday')).toMatchObject({ status: 400 });
  });
});

describe('the live trail', () => {
  const follow = async (lastEventId: string, signal?: AbortSignal) =>
    fetch(`${system!.url}/audit/v1/stream`, {
      headers: { authorization: `Bearer ${await system!.sandbox.tokenFor('og-dpo')}`, 'last-event-id': lastEventId },
      ...(signal && { signal }),
    });

  it('gives through the one address what the pages show, and its reading is recorded', async () => {
    const { items } = (await call('og-dpo', '/audit/v1/entries')).body;
    const cut = new AbortController();
    const response = await follow('0', cut.signal);
    expect(response.status).toBe(200);
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream() as never)) {
      text += String(chunk);
      if (text.split('event: entry').length > items.length && text.endsWith('\n\n')) break;
    }
    cut.abort();
    const told = [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data!));
    expect(told).toEqual(items);
    expect((await readings()).at(-1)).toMatchObject({ what: 'stream', reader_party: parties.one });
  });

  it('refuses to go on from a place that it never gave', async () => {
    for (const [place, status, code] of [
      ['999999999', 404, 'NOT_FOUND'],
      ['yesterday', 400, 'INPUT_INVALID'],
    ] as const) {
      const response = await follow(place);
      expect({ status: response.status, body: await response.json() }).toMatchObject({ status, body: { code } });
    }
  });
});

describe('the topic of a party', () => {
  it('is made when the party is registered, and holds what the pages show, in the same order', async () => {
    const { body } = await call('og-dpo', '/audit/v1/entries');
    const records = await eventually(
      async () => {
        const found = await consume(`${system!.installation}.audit.${parties.one}`);
        return found.length >= body.items.length ? found : undefined;
      },
      { what: 'the topic is complete', deadlineMs: 30_000 },
    );
    expect(records.map(({ headers }) => Number(headers!['ce_trailposition']))).toEqual(
      body.items.map(({ position }: any) => position),
    );
    expect(records.map(({ headers }) => String(headers!['ce_id']))).toEqual(body.items.map(({ id }: any) => id));
    expect(records.map(({ value }) => JSON.parse(String(value)))).toEqual(body.items.map(({ data }: any) => data));
  });
});

describe('completeness', () => {
  it('is honest about what could not be read and what has not come', async () => {
    const topic = system!.topics.find((name) => name.includes('.breach.'))!;
    await produce(topic, [
      { key: newId(), value: 'no JSON', headers: { ce_id: newId(), ce_type: 'be.convenant.breach.v1.unheard.of' } },
    ]);
    const { unreadable, services } = await eventually(
      async () => {
        const { body } = await call('og-dpo', '/audit/v1/completeness');
        return body.unreadable.length === 1 ? body : undefined;
      },
      { what: 'the unreadable record is in the trail' },
    );
    expect(unreadable[0]).toMatchObject({
      topic,
      partition: 0,
      offset: '0',
      length: expect.any(Number),
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(services.find(({ service }: any) => service === 'breach')).toMatchObject({
      proven: 0,
      highest: 0,
      missing: 0,
    });
    const registered = services.find(({ service }: any) => service === 'register');
    expect(registered).toMatchObject({ proven: registered.highest, missing: 0, gaps: [] });
    // It has its place in the order of arrival, and shows its content to nobody.
    const { body } = await call('admin', '/audit/v1/entries');
    expect(body.items).toEqual([]);
  });
});

function kafka(): kafkajs.Kafka {
  const { brokers, sasl } = system!.kafka;
  return new kafkajs.Kafka({
    clientId: 'trail-spec',
    brokers,
    sasl: { mechanism: 'scram-sha-512', ...sasl },
    logLevel: kafkajs.logLevel.NOTHING,
  });
}

/** Every record that is in the topic now; none when there is no such topic. */
async function consume(topic: string): Promise<kafkajs.KafkaMessage[]> {
  const admin = kafka().admin();
  await admin.connect();
  const offsets = (await admin.listTopics()).includes(topic) ? await admin.fetchTopicOffsets(topic) : [];
  await admin.disconnect();
  const end = offsets.reduce((sum, { high }) => sum + Number(high), 0);
  const found: kafkajs.KafkaMessage[] = [];
  if (end === 0) return found;
  const consumer = kafka().consumer({ groupId: newId(), maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await new Promise<void>((resolve) => {
    void consumer.run({
      autoCommit: false,
      eachMessage: async ({ message }) => {
        found.push(message);
        if (found.length === end) resolve();
      },
    });
  });
  await consumer.disconnect();
  return found;
}

async function produce(topic: string, messages: kafkajs.Message[]): Promise<void> {
  const producer = kafka().producer();
  await producer.connect();
  await producer.send({ topic, messages });
  await producer.disconnect();
}
