import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { undeclaredRoutes } from '@convenant/platform';
import { eventually, type TestClient } from '@convenant/testing';
import { ConsentWorld, model, NOW, points } from './consent.support.spec.js';

const NOTICES = '/consent/v1/notices';
const CONSENTS = '/consent/v1/consents';
const WITHDRAWALS = '/consent/v1/withdrawals';

describe('notices and consents', () => {
  let world: ConsentWorld;
  let member: TestClient;
  beforeAll(async () => {
    world = await ConsentWorld.start();
    member = await world.of(world.sender);
  });
  afterAll(() => world?.stop());

  /** A person who was told all five points. */
  async function informed(): Promise<{ subjectRef: string; noticeId: string }> {
    const subjectRef = await world.person();
    const { status, body } = await member.post(NOTICES, world.noticeRequest(subjectRef));
    if (status !== 201) throw new Error(JSON.stringify(body));
    return { subjectRef, noticeId: body.id };
  }

  it('has no route that does not say who may use it', () => {
    expect(undeclaredRoutes(world.service.app)).toEqual([]);
  });

  it('OG-C-consent records the five information points, then consent to one referral', async () => {
    const subjectRef = await world.person();
    const notice = await member.post(NOTICES, world.noticeRequest(subjectRef));
    expect(notice.status).toBe(201);
    expect(notice.body).toMatchObject({
      informationPoints: points,
      missingPoints: [],
      clause: 'C-consent',
      version: 1,
    });

    const given = await member.post(CONSENTS, world.consentRequest(subjectRef, notice.body.id));
    expect(given.status).toBe(201);
    expect(given.body).toMatchObject({
      state: 'given',
      version: 1,
      clause: 'C-consent',
      subjectRef,
      noticeId: notice.body.id,
    });
    expect(given.body.record).toMatchObject({
      schemaVersion: 'ISO/IEC TS 27560:2023',
      recordId: given.body.id,
      piiPrincipalId: subjectRef,
      piiController: world.sender,
      lawfulBasis: 'statutoryCondition',
      language: 'nl',
      noticeVersion: '2026-02',
      informationPoints: points,
      duration: { occurrences: 1 },
      events: [{ state: 'ConsentGiven', method: 'oral', entityId: expect.stringMatching(/^u_/) }],
    });
    expect((await member.get(`${CONSENTS}/${given.body.id}`)).body).toEqual(given.body);

    const [told] = await world.events(notice.body.id);
    expect(told).toMatchObject({
      type: 'notice.provided',
      clause: 'C-consent',
      data: { subjectRef, informationPoints: points },
    });
    const [said] = await world.events(given.body.id);
    expect(said).toMatchObject({
      type: 'consent.given',
      clause: 'C-consent',
      data: { noticeId: notice.body.id, duration: { occurrences: 1 } },
    });
  });

  it('records an incomplete notice and a consent that rests on it as facts: the disclosure is what is refused', async () => {
    const subjectRef = await world.person();
    const notice = await member.post(NOTICES, world.noticeRequest(subjectRef, { informationPoints: points.slice(1) }));
    expect(notice.body.missingPoints).toEqual([points[0]]);
    const { status, body } = await member.post(CONSENTS, world.consentRequest(subjectRef, notice.body.id));
    expect([status, body.record.informationPoints]).toEqual([201, points.slice(1)]);
  });

  it('records a refusal, which cannot be withdrawn', async () => {
    const { subjectRef, noticeId } = await informed();
    const refused = await member.post(CONSENTS, world.consentRequest(subjectRef, noticeId, { decision: 'refused' }));
    expect(refused.body).toMatchObject({
      state: 'refused',
      record: { duration: {}, events: [{ state: 'ConsentRefused' }] },
    });
    expect((await world.events(refused.body.id)).map(({ type }) => type)).toEqual(['consent.refused']);
    const withdrawal = await member.post(WITHDRAWALS, { consentId: refused.body.id });
    expect([withdrawal.status, withdrawal.body.code]).toEqual([409, 'CONFLICT']);
  });

  it('shows an end that the person set once it has come', async () => {
    const { subjectRef, noticeId } = await informed();
    const until = { expiresAt: '2026-04-02T10:00:00Z' };
    const { body } = await member.post(CONSENTS, world.consentRequest(subjectRef, noticeId, until));
    expect(body).toMatchObject({ state: 'given', expiresAt: '2026-04-02T10:00:00.000Z' });
    await world.clock.set('2026-04-02T10:00:01Z');
    expect((await member.get(`${CONSENTS}/${body.id}`)).body.state).toBe('expired');
    await world.clock.set('2026-04-01T10:01:00Z');
  });

  it('refuses an information point that the protocol does not have', async () => {
    const subjectRef = await world.person();
    const { status, body } = await member.post(
      NOTICES,
      world.noticeRequest(subjectRef, { informationPoints: ['weather'] }),
    );
    expect([status, body.code, body.clause]).toEqual([400, 'INPUT_INVALID', 'C-consent']);
    expect(body.issues).toMatchObject([{ name: '/informationPoints/0' }]);
  });

  it.each([
    ['another purpose', { purpose: 'fraud-detection' }, '/purpose', '2-receiver'],
    ['an item that the protocol does not list', { items: ['name', 'income'] }, '/items/1', '3-items'],
    [
      'a unit that the protocol does not name',
      (w: ConsentWorld) => ({ recipient: { party: w.receiver, unit: 'ocmw-rusthuis', category: 'social-worker' } }),
      '/recipient',
      '4',
    ],
    [
      'another party',
      (w: ConsentWorld) => ({
        recipient: { party: w.outsider, unit: 'ocmw-sociale-dienst', category: 'social-worker' },
      }),
      '/recipient',
      '4',
    ],
    ['a notice that does not exist', { noticeId: newId() }, '/noticeId', 'C-consent'],
    ['a time before its notice', { eventTime: '2026-03-01T10:00:00Z' }, '/eventTime', 'C-consent'],
    ['a time that lies ahead', { eventTime: '2026-05-01T10:00:00Z' }, '/eventTime', 'C-consent'],
  ])('refuses a consent with %s and names the clause that closes it', async (_, change, name, clause) => {
    const { subjectRef, noticeId } = await informed();
    const more = typeof change === 'function' ? change(world) : change;
    const { status, body } = await member.post(CONSENTS, world.consentRequest(subjectRef, noticeId, more));
    expect([status, body.code, body.clause]).toEqual([400, 'INPUT_INVALID', clause]);
    expect(body.issues).toMatchObject([{ name }]);
  });

  it("refuses a consent on another person's notice", async () => {
    const { noticeId } = await informed();
    const { body } = await member.post(CONSENTS, world.consentRequest(await world.person(), noticeId));
    expect(body).toMatchObject({ code: 'INPUT_INVALID', issues: [{ name: '/noticeId' }] });
  });

  it('does not exist for any other party', async () => {
    const { subjectRef, noticeId } = await informed();
    const { body: consent } = await member.post(CONSENTS, world.consentRequest(subjectRef, noticeId));
    for (const party of [world.receiver, world.outsider]) {
      const other = await world.of(party);
      for (const answer of [
        await other.get(`${CONSENTS}/${consent.id}`),
        await other.post(NOTICES, world.noticeRequest(subjectRef)),
        await other.post(CONSENTS, world.consentRequest(subjectRef, noticeId)),
        await other.post(WITHDRAWALS, { consentId: consent.id }),
        await other.post(WITHDRAWALS, { subjectRef, protocolId: world.protocolId }),
      ]) {
        expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND']);
      }
    }
    expect((await (await world.of(world.sender, ['dpo'])).get(`${CONSENTS}/${consent.id}`)).status).toBe(200);
    expect((await (await world.of(world.sender, ['signatory'])).get(`${CONSENTS}/${consent.id}`)).status).toBe(403);
    expect((await (await world.service.as()).get(`${CONSENTS}/${consent.id}`)).status).toBe(401);
  });

  it('knows only persons whom transfer has registered under the protocol', async () => {
    const { status, body } = await member.post(NOTICES, world.noticeRequest(newId()));
    expect([status, body.code]).toEqual([404, 'NOT_FOUND']);
    const elsewhere = await world.person(newId());
    expect((await member.post(NOTICES, world.noticeRequest(elsewhere))).status).toBe(404);
  });

  it('waits briefly for what its caller has just brought about elsewhere', async () => {
    const protocolId = newId();
    await world.draft(protocolId);
    const subjectRef = await world.person(protocolId);
    const early = await member.post(NOTICES, world.noticeRequest(subjectRef, { protocolId }));
    expect([early.status, early.body.code]).toEqual([409, 'TRANSITION_ILLEGAL']);
    const waiting = member.post(NOTICES, world.noticeRequest(subjectRef, { protocolId }));
    await world.activate(protocolId);
    expect((await waiting).status).toBe(201);
  });

  it('learns what the parties decided on open points, before and after the activation', async () => {
    const protocolId = newId();
    await world.draft(protocolId);
    await world.decide(protocolId, 'client-declines', 'erase');
    await world.activate(protocolId);
    await world.decide(protocolId, 'phase1-ceiling', 'P6M');
    const decisions = await eventually(
      async () => {
        const [fact] = await world.rows('SELECT decisions FROM protocol_fact WHERE protocol_id = $1', [protocolId]);
        return fact?.decisions.length === 2 ? fact.decisions : undefined;
      },
      { what: 'both decisions are known' },
    );
    expect(decisions).toMatchObject([
      { openPointId: 'client-declines', value: 'erase', decidedBy: 'receiver' },
      { openPointId: 'phase1-ceiling', value: 'P6M', decidedBy: 'receiver' },
    ]);
  });

  it('holds a consent against the version in force: an amendment counts from its day on', async () => {
    const protocolId = newId();
    await world.draft(protocolId);
    await world.activate(protocolId);
    const subjectRef = await world.person(protocolId);
    const ask = async () => {
      const notice = await member.post(NOTICES, world.noticeRequest(subjectRef, { protocolId }));
      return member.post(CONSENTS, world.consentRequest(subjectRef, notice.body.id, { protocolId }));
    };
    expect((await ask()).status).toBe(201);

    await world.amend(protocolId, { dataItems: model.dataItems.filter(({ id }) => id === 'name') });
    await world.activate(protocolId, 2, '2026-05-31T22:00:00.000Z');
    await eventually(
      async () =>
        (
          await world.rows('SELECT FROM protocol_fact WHERE protocol_id = $1 AND effective_from IS NOT NULL', [
            protocolId,
          ])
        ).length === 2,
      { what: 'the amendment is known' },
    );
    await world.clock.set('2026-05-31T21:59:00Z');
    expect((await ask()).status).toBe(201);
    await world.clock.set('2026-05-31T22:00:00Z');
    try {
      expect((await ask()).body).toMatchObject({ code: 'INPUT_INVALID', issues: [{ name: '/items/1' }] });
    } finally {
      await world.clock.set(NOW);
    }
  });

  it('decides nothing on a protocol of which a message could not be read, but lets persons withdraw under it', async () => {
    const protocolId = newId();
    await world.draft(protocolId);
    await world.activate(protocolId);
    const subjectRef = await world.person(protocolId);
    const { body: notice } = await member.post(NOTICES, world.noticeRequest(subjectRef, { protocolId }));
    const request = world.consentRequest(subjectRef, notice.id, { protocolId });
    const { body: consent } = await member.post(CONSENTS, request);

    await world.unreadable(protocolId);
    await eventually(async () => (await world.rows('SELECT 1 FROM inbox_block')).length > 0, {
      what: 'the message is a dead letter',
    });
    const answer = await member.post(CONSENTS, request);
    expect([answer.status, answer.body.code]).toEqual([503, 'UNAVAILABLE']);
    expect((await member.post(WITHDRAWALS, { consentId: consent.id })).status).toBe(201);
    const { subjectRef: other, noticeId } = await informed();
    expect((await member.post(CONSENTS, world.consentRequest(other, noticeId))).status).toBe(201);
  });

  it('takes one command once, whatever its repeats', async () => {
    const { subjectRef, noticeId } = await informed();
    const key = randomUUID();
    const request = world.consentRequest(subjectRef, noticeId);
    const answers = await Promise.all([1, 2, 3].map(() => member.post(CONSENTS, request, key)));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(2);
    const other = await member.post(CONSENTS, { ...request, method: 'written' }, key);
    expect([other.status, other.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
  });
});
