import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { newId } from '@convenant/kernel';
import { Outbox } from '@convenant/messaging';
import { eventually, type TestClient } from '@convenant/testing';
import { ConsentWorld } from './consent.support.spec.js';

const WITHDRAWALS = '/consent/v1/withdrawals';

describe('withdrawals', () => {
  let world: ConsentWorld;
  let member: TestClient;
  beforeAll(async () => {
    world = await ConsentWorld.start();
    member = await world.of(world.sender);
  });
  afterAll(() => world?.stop());

  /** A person with this many consents, each for one referral. */
  async function consenting(consents: number): Promise<{ subjectRef: string; noticeId: string; ids: string[] }> {
    const subjectRef = await world.person();
    const { body: notice } = await member.post('/consent/v1/notices', world.noticeRequest(subjectRef));
    const ids: string[] = [];
    for (let i = 0; i < consents; i += 1) ids.push(await consent(subjectRef, notice.id));
    return { subjectRef, noticeId: notice.id, ids: ids.sort() };
  }

  async function consent(subjectRef: string, noticeId: string): Promise<string> {
    const { status, body } = await member.post('/consent/v1/consents', world.consentRequest(subjectRef, noticeId));
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body.id as string;
  }

  const all = (subjectRef: string) => ({ subjectRef, protocolId: world.protocolId });

  it('GDPR-7.3 withdraws one consent with one call; the record keeps the giving and the withdrawing', async () => {
    const { ids } = await consenting(2);
    const { status, body } = await member.post(WITHDRAWALS, { consentId: ids[0] });
    expect(status).toBe(201);
    expect(body).toMatchObject({ state: 'enforcing', consents: [ids[0]], pending: 1, unconfirmed: [] });

    const { body: withdrawn } = await member.get(`/consent/v1/consents/${ids[0]}`);
    expect(withdrawn).toMatchObject({ state: 'withdrawn', version: 2, withdrawnAt: body.withdrawnAt });
    expect(withdrawn.record.events).toMatchObject([
      { state: 'ConsentGiven', method: 'oral' },
      { state: 'ConsentWithdrawn', method: 'oral' },
    ]);
    expect((await member.get(`/consent/v1/consents/${ids[1]}`)).body.state).toBe('given');
    expect((await world.events(ids[0])).at(-1)).toMatchObject({
      type: 'consent.withdrawn',
      clause: 'C-consent',
      data: { withdrawalId: body.id, method: 'oral' },
    });
  });

  it('OG-C-consent withdraws all that is open in one answer, and is enforced with the last barrier', async () => {
    const { subjectRef, ids } = await consenting(5);
    await member.post(WITHDRAWALS, { consentId: ids[4] });
    const { body } = await member.post(WITHDRAWALS, { ...all(subjectRef), method: 'electronic' });
    expect(body).toMatchObject({ state: 'enforcing', consents: ids.slice(0, 4), pending: 4 });

    for (const id of ids.slice(0, 3)) await world.applyBarrier(id, 2);
    const path = `${WITHDRAWALS}/${body.id}`;
    await eventually(async () => (await member.get(path)).body.pending === 1, { what: 'three barriers are applied' });
    expect((await member.get(path)).body).toMatchObject({ state: 'enforcing' });

    const cut = newId();
    await world.applyBarrier(ids[3]!, 2, [cut]);
    const enforced = await eventually(
      async () => {
        const { body: now } = await member.get(path);
        return now.state === 'enforced' ? now : undefined;
      },
      { what: 'the withdrawal is enforced' },
    );
    expect(enforced).toMatchObject({
      pending: 0,
      latencyMs: expect.any(Number),
      enforcedAt: expect.any(String),
      unconfirmed: [cut],
    });
    for (const id of ids.slice(0, 4)) {
      const events = await world.events(id);
      expect(events.map(({ type }) => type)).toEqual([
        'consent.given',
        'consent.withdrawn',
        'consent.withdrawal.enforced',
      ]);
      expect(events[2]!.data).toMatchObject({ withdrawalId: body.id, protocolId: world.protocolId });
      expect(events[2]!.data.latencyMs).toBeLessThanOrEqual(enforced.latencyMs);
    }
    expect((await member.get(`/consent/v1/consents/${ids[0]}`)).body.version).toBe(3);
  });

  it('measures the latency in real time, wherever the clock stands', async () => {
    const { ids } = await consenting(1);
    const before = performance.now();
    const { body } = await member.post(WITHDRAWALS, { consentId: ids[0] });
    await world.clock.set('2027-04-01T10:00:00Z');
    await world.applyBarrier(ids[0]!, 2);
    const enforced = await eventually(
      async () => {
        const { body: now } = await member.get(`${WITHDRAWALS}/${body.id}`);
        return now.state === 'enforced' ? now : undefined;
      },
      { what: 'the withdrawal is enforced' },
    );
    expect(enforced.enforcedAt.slice(0, 4)).toBe('2027');
    expect(enforced.latencyMs).toBeLessThanOrEqual(performance.now() - before);
    await world.clock.set('2026-04-01T10:05:00Z');
  });

  it('answers a repeat from state, and a second withdrawal with what there is: nothing left', async () => {
    const { subjectRef, ids } = await consenting(2);
    const key = randomUUID();
    const first = await member.post(WITHDRAWALS, all(subjectRef), key);
    const again = await member.post(WITHDRAWALS, all(subjectRef), key);
    expect([again.status, again.body.id]).toEqual([201, first.body.id]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const reused = await member.post(WITHDRAWALS, { consentId: ids[0] }, key);
    expect(reused.body.code).toBe('IDEMPOTENCY_KEY_REUSED');
    for (const request of [all(subjectRef), { consentId: ids[0] }]) {
      const { status, body } = await member.post(WITHDRAWALS, request);
      expect([status, body.code]).toEqual([409, 'CONFLICT']);
    }
    expect((await world.events(ids[0])).filter(({ type }) => type === 'consent.withdrawn')).toHaveLength(1);
  });

  it('misses no consent that is being recorded at the same moment: each is withdrawn, or came after', async () => {
    const { subjectRef, noticeId } = await consenting(5);
    const recording = Array.from({ length: 20 }, () => consent(subjectRef, noticeId));
    const withdrawing = member.post(WITHDRAWALS, all(subjectRef));
    const later = await Promise.all(recording);
    const { status, body } = await withdrawing;
    expect(status).toBe(201);
    const events = await world.events();
    const position = (id: string, type: string) =>
      events.findIndex((event) => event.subject === id && event.type === type);
    const withdrawnAt = Math.max(...body.consents.map((id: string) => position(id, 'consent.withdrawn')));
    for (const id of later) {
      expect(body.consents.includes(id) || position(id, 'consent.given') > withdrawnAt).toBe(true);
    }
  });

  it('records and withdraws one after the other for one person, so that neither overlooks the other', async () => {
    const { subjectRef, noticeId } = await consenting(1);
    const client = new pg.Client({ connectionString: world.service.database.ownerUrl });
    await client.connect();
    const waiting = async () => {
      const { rows } = await client.query(
        `SELECT count(*)::int AS waiting FROM pg_locks JOIN pg_database d ON d.oid = database
          WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted`,
      );
      return rows[0].waiting as number;
    };
    try {
      const requests = await world.service.app.get(Outbox).transaction([subjectRef], async () => {
        const both = [
          member.post('/consent/v1/consents', world.consentRequest(subjectRef, noticeId)),
          member.post(WITHDRAWALS, all(subjectRef)),
        ];
        await eventually(async () => (await waiting()) === 2, { what: 'both wait for the person', deadlineMs: 4_000 });
        return { both };
      });
      expect((await Promise.all(requests.both)).map(({ status }) => status)).toEqual([201, 201]);
    } finally {
      await client.end();
    }
  });

  it('withdraws fifty consents at once', async () => {
    const { subjectRef, ids } = await consenting(50);
    const { body } = await member.post(WITHDRAWALS, all(subjectRef));
    expect(body.consents).toEqual(ids);
    await Promise.all(ids.map((id) => world.applyBarrier(id, 2)));
    await eventually(async () => (await member.get(`${WITHDRAWALS}/${body.id}`)).body.state === 'enforced', {
      what: 'the withdrawal is enforced',
      deadlineMs: 20_000,
    });
  });
});
