import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { holdReleased, type TrailEntry } from '@convenant/contracts';
import { formatInstant, newId } from '@convenant/kernel';
import { loadSettings, openApiOf, startService, undeclaredRoutes } from '@convenant/platform';
import { eventually, kafkaSettings } from '@convenant/testing';
import { AUDIT, AuditWorld, scope } from './audit.support.spec.js';
import { EventReader } from './event-reader.support.spec.js';
import { createApp, settingsSchema } from './index.js';
import { FollowTrail } from './use-cases/follow-trail.use-case.js';

let world: AuditWorld;
const streams: EventReader[] = [];

beforeAll(async () => {
  world = await AuditWorld.start();
}, 120_000);
afterAll(async () => {
  for (const stream of streams) stream.hangUp();
  await world?.stop();
}, 60_000);

async function follow(party: string, place: { after?: string; lastEventId?: string; url?: string } = {}) {
  const query = place.after === undefined ? '' : `?after=${place.after}`;
  const url = `${place.url ?? world.service.url}${AUDIT}/stream${query}`;
  const stream = await EventReader.open(url, await world.token(party), place.lastEventId);
  streams.push(stream);
  return stream;
}

/** A small event that the receiver sees. */
async function tick(protocolId: string): Promise<void> {
  const holdId = newId();
  await world.at.retention.publish(holdReleased, {
    subject: holdId,
    ...scope(protocolId),
    data: { holdId, protocolId, authority: 'court', reason: 'over', releasedAt: formatInstant(Date.now()) },
  });
}

const places = (entries: readonly TrailEntry[]) => entries.map(({ visibleFrom, position }) => [visibleFrom, position]);
const positions = (entries: readonly TrailEntry[]) => entries.map(({ position }) => position);

describe('the live stream', () => {
  it('gives what the pages give, in the same order, and then what comes', async () => {
    const protocolId = await world.agree();
    await world.settled();
    const before = await world.entries(world.receiver);
    const stream = await follow(world.receiver);
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(stream.response.headers.get('cache-control')).toBe('no-store');
    await stream.until(before.length);
    await tick(protocolId);
    await stream.until(before.length + 1);
    expect(stream.entries).toEqual(await world.entries(world.receiver));
    expect(stream.entries.at(-1)).toMatchObject({ type: 'hold.released', protocolId });
    stream.hangUp();
  });

  it('shows the receiver a consent once something was disclosed under it, behind all that was streamed before', async () => {
    const protocolId = await world.agree();
    const subjectRef = newId();
    const stream = await follow(world.receiver);
    const consentId = await world.consent(protocolId, subjectRef);
    const given = (await eventually(
      async () => (await world.entries(world.sender)).find(({ subject }) => subject === consentId),
      { what: 'the sender sees the consent' },
    ))!;
    await tick(protocolId);
    await eventually(() => stream.entries.at(-1)?.type === 'hold.released', { what: 'a later entry is streamed' });
    const resumeAt = stream.lastId!;
    expect(stream.entries.some(({ subject }) => subject === consentId)).toBe(false);

    await world.disclose(protocolId, subjectRef, consentId);
    await eventually(() => stream.entries.at(-1)?.type === 'disclosure.delivered', { what: 'the disclosure' });
    const late = stream.entries.find(({ subject }) => subject === consentId)!;
    const authorized = stream.entries.find(({ type }) => type === 'disclosure.authorized')!;
    expect(late.position).toBe(given.position);
    expect(late.visibleFrom).toBe(authorized.position);
    expect(given.visibleFrom).toBe(given.position);
    const lateId = stream.ids[stream.entries.indexOf(late)]!;
    expect(lateId).toBe(`${authorized.position}.${given.position}`);
    // Whoever stood behind it already gets it too, by page and by stream, and can resume in the middle.
    const dpo = await world.of(world.receiver, ['dpo']);
    const { body } = await dpo.get(`${AUDIT}/entries?after=${resumeAt}`);
    expect(positions(body.items).slice(0, 2)).toEqual([given.position, authorized.position]);
    const resumed = await follow(world.receiver, { lastEventId: lateId });
    expect(positions(await resumed.until(1))[0]).toBe(authorized.position);
    stream.hangUp();
    resumed.hangUp();
  });

  it('loses and doubles nothing over connections that are cut wherever they are', async () => {
    const protocolId = await world.agree();
    const got: TrailEntry[] = [];
    let lastEventId: string | undefined;
    const publishing = (async () => {
      for (let round = 0; round < 12; round += 1) {
        const subjectRef = newId();
        const consentId = await world.consent(protocolId, subjectRef);
        await tick(protocolId);
        await world.disclose(protocolId, subjectRef, consentId);
      }
      return true;
    })();
    let published = false;
    void publishing.then(() => (published = true));
    for (let cut = 0; cut < 40 && !published; cut += 1) {
      const stream = await follow(world.receiver, lastEventId === undefined ? {} : { lastEventId });
      await eventually(() => stream.entries.length > 1 + (cut % 4) || published, { what: 'some entries' });
      stream.hangUp();
      await eventually(() => stream.closed, { what: 'the reader has hung up' });
      got.push(...stream.entries);
      lastEventId = stream.lastId ?? lastEventId;
    }
    await publishing;
    const last = await follow(world.receiver, lastEventId === undefined ? {} : { lastEventId });
    await world.settled();
    const all = await world.entries(world.receiver, 500);
    await last.until(all.length - got.length);
    got.push(...last.entries);
    expect(places(got)).toEqual(places(all));
    expect(got).toEqual(all);
    last.hangUp();
  });

  it('works over every replica of the service', async () => {
    const kafka = kafkaSettings();
    const settings = loadSettings(settingsSchema, {
      INSTALLATION: world.installation,
      PORT: '0',
      DATABASE_URL: world.service.database.runtimeUrl,
      KAFKA_BROKERS: kafka.brokers.join(','),
      KAFKA_SASL_USERNAME: kafka.sasl.username,
      KAFKA_SASL_PASSWORD: kafka.sasl.password,
      USER_REF_KEY: Buffer.alloc(32, 7).toString('base64'),
      ADMIN_ISSUER: world.issuer.url,
      ADMIN_JWKS_URI: world.issuer.jwksUri,
      LOG_LEVEL: 'fatal',
      NODE_ENV: 'test',
    });
    const replica = await createApp(settings as never);
    const { url } = await startService(replica, settings as never);
    try {
      const protocolId = await world.agree();
      const one = await follow(world.receiver);
      const other = await follow(world.receiver, { url });
      await tick(protocolId);
      const isThere = () =>
        [one, other].every(({ entries }) =>
          entries.some((each) => each.protocolId === protocolId && each.type === 'hold.released'),
        );
      await eventually(isThere, { what: 'both have it' });
      expect(other.entries).toEqual(one.entries);
      // One stops: its readers go on with the other one.
      await replica.close();
      await eventually(() => other.closed, { what: 'the stream of the stopped replica ends' });
      expect(other.end).toBe('shuttingDown');
      await tick(protocolId);
      const resumed = await follow(world.receiver, { lastEventId: other.lastId! });
      await resumed.until(1);
      expect([...other.entries, ...resumed.entries]).toEqual(await world.entries(world.receiver));
      one.hangUp();
      resumed.hangUp();
    } finally {
      await replica.close();
    }
  }, 90_000);

  it.each([
    ['no place', 'yesterday', 400, 'INPUT_INVALID', 'Last-Event-ID'],
    ['an impossible place', '3.7', 400, 'INPUT_INVALID', 'Last-Event-ID'],
    ['a place that has not come', '999999999', 404, 'NOT_FOUND', undefined],
    ['a place of another reader', '5.2', 404, 'NOT_FOUND', undefined],
  ])('refuses to resume from %s, and says what to do', async (_title, lastEventId, status, code, header) => {
    const reads = () => world.query('SELECT count(*) FROM trail_read');
    const before = await reads();
    const refused = await follow(world.receiver, { lastEventId });
    expect(refused.response.status).toBe(status);
    expect(refused.response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const problem = (await refused.response.json()) as Record<string, any>;
    expect(problem).toMatchObject({ code, status });
    if (header) expect(problem['issues'][0]).toMatchObject({ in: 'header', name: header });
    else expect(problem['detail']).toMatch(/Go on from the last id/);
    expect(await reads()).toEqual(before);
    const dpo = await world.of(world.receiver, ['dpo']);
    expect((await dpo.get(`${AUDIT}/entries?after=${lastEventId}`)).status).toBe(status);
    const byQuery = await follow(world.receiver, { after: lastEventId });
    expect(byQuery.response.status).toBe(status);
  });

  it('goes on behind Last-Event-ID rather than the place in the query string', async () => {
    const all = await world.entries(world.receiver);
    const stream = await follow(world.receiver, { after: '0', lastEventId: String(all.at(-2)!.visibleFrom) });
    expect(positions(await stream.until(1))).toEqual([all.at(-1)!.position]);
    stream.hangUp();
  });

  it('is for data protection officers and the operator', async () => {
    const url = `${world.service.url}${AUDIT}/stream`;
    expect((await EventReader.open(url, await world.token(world.sender, ['agency']))).response.status).toBe(403);
    expect((await fetch(url)).status).toBe(401);
    const operator = await EventReader.open(
      url,
      await world.issuer.token({ sub: 'operator', roles: ['installation-admin'] }),
    );
    expect(operator.response.status).toBe(200);
    await eventually(() => operator.comments > 0, { what: 'the stream is open' });
    expect(operator.entries).toEqual([]);
    operator.hangUp();
    const head = await fetch(url, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${await world.token(world.sender)}` },
    });
    expect(head.status).toBe(200);
  });

  it('records who opened it and each interval that was read, before it is sent', async () => {
    await world.settled();
    const all = await world.entries(world.stranger);
    const [{ count }] = await world.query('SELECT count(*) FROM trail_read');
    const stream = await follow(world.stranger);
    await stream.until(all.length);
    await world.register(world.stranger);
    await stream.until(all.length + 1);
    const reads = await world.query('SELECT * FROM trail_read ORDER BY read_at, id OFFSET $1', [count]);
    const own = reads.filter(({ reader_party: party }) => party === world.stranger);
    expect(own[0]).toMatchObject({ what: 'stream', after_position: '0', through_position: null, shown: 0 });
    expect(own[1]).toMatchObject({ what: 'stream', after_position: '0', shown: all.length });
    expect(own[2]).toMatchObject({
      what: 'stream',
      after_position: own[1].through_position,
      through_position: String(stream.entries.at(-1)!.visibleFrom),
      shown: 1,
    });
    expect(own).toHaveLength(3);
    stream.hangUp();
  });

  it('ends with the token of its reader, at a place from which a new token goes on', async () => {
    const caller = { party: world.receiver, roles: ['dpo' as const], sub: 'x', issuer: '', secrecy: false };
    const readable = await world.service.app
      .get(FollowTrail)
      .execute({ ...caller, userRef: 'u_x', client: 'x', expiresAt: Date.now() + 200 }, {});
    let text = '';
    for await (const chunk of readable) text += String(chunk);
    expect(text).toMatch(/event: end\ndata: {"reason":"tokenExpired"}\n\n$/);
    const lastEventId = [...text.matchAll(/^id: (.*)$/gm)].at(-1)![1]!;
    expect(Number(lastEventId)).toBe((await world.entries(world.receiver)).at(-1)!.visibleFrom);
  });

  it('is described in the OpenAPI document, and every route says who may use it', () => {
    const { paths } = openApiOf(world.service.app, 'audit', world.installation);
    const operation = paths['/audit/v1/stream']!.get!;
    expect(operation.responses['200']).toMatchObject({ content: { 'text/event-stream': { schema: {} } } });
    expect(operation.parameters).toContainEqual(expect.objectContaining({ name: 'Last-Event-ID', in: 'header' }));
    expect(paths['/audit/v1/accounts/get']!.post).toBeDefined();
    expect(undeclaredRoutes(world.service.app)).toEqual([]);
  });
});
