import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { disclosureDeliveryUnconfirmed, disclosureFailed } from '@convenant/contracts';
import { newId } from '@convenant/kernel';
import { undeclaredRoutes } from '@convenant/platform';
import type { TestClient } from '@convenant/testing';
import { NOW, RETENTION, RetentionWorld } from './retention.support.spec.js';

const TRIGGERS = `${RETENTION}/triggers`;

describe('retention clocks', () => {
  let world: RetentionWorld;
  let protocolId: string;
  let worker: TestClient;

  beforeAll(async () => {
    world = await RetentionWorld.start();
    protocolId = await world.agree();
  });
  beforeEach(async () => {
    worker = await world.of(world.receiver, ['agency-user']);
    await world.clock.set(NOW);
  });
  afterAll(() => world?.stop());

  it('OG-3-phase1 starts at the delivery and alerts the data protection officer at the agreed ceiling, by the calendar of Brussels', async () => {
    const disclosureId = await world.deliver(protocolId);
    // Delivered in winter time, so the same local time half a year later is an hour earlier in UTC.
    const running = await world.until(disclosureId, () => true, 'the clock runs');
    expect(running).toMatchObject({
      state: 'running',
      rule: 'until-contact',
      clause: '3-phase1',
      ceilingAt: '2026-09-20T08:00:00.000Z',
      overdue: false,
      items: ['name', 'contact'],
      triggers: [{ kind: 'delivered', occurredAt: '2026-03-20T09:00:00.000Z' }],
    });
    expect(running.dueAt).toBeUndefined();

    await world.clock.set('2026-09-20T08:00:01Z');
    const late = await world.until(disclosureId, ({ overdue }) => overdue, 'the ceiling has been noticed');
    expect(late).toMatchObject({ state: 'running' });
    expect(await world.eventsOf(disclosureId)).toEqual(['clock.started', 'clock.overdue']);
    const dpo = await world.of(world.receiver, ['dpo']);
    expect((await dpo.get(`${RETENTION}/status`)).body.items).toMatchObject([{ protocolId, overdue: 1, due: 0 }]);
  });

  it('an amendment that shortens the term governs what is kept already, from its day on and not before', async () => {
    const amended = await world.agree();
    const disclosureId = await world.deliver(amended);
    const report = (kind: string, occurredAt: string, more: object = {}) =>
      worker.post(TRIGGERS, { disclosureId, kind, occurredAt, ...more });
    await world.clock.set('2026-04-01T09:00:00Z');
    await report('contactOutcome', '2026-04-01T09:00:00Z', { outcome: 'accepted' });
    await report('dossierOpened', '2026-04-01T09:00:00Z');
    await report('dossierClosed', '2026-04-01T09:00:00Z');
    await world.until(disclosureId, ({ dueAt }) => dueAt === '2036-04-01T09:00:00.000Z', 'ten years are agreed');

    await world.amend(amended, 'P5Y', '2026-09-30T22:00:00.000Z');
    await world.clock.set('2026-09-30T21:59:00Z');
    // A later event of the same topic is known, so the amendment is.
    await world.agree();
    const before = await world.deliver(amended);
    expect((await worker.get(`${RETENTION}/clocks/${before}`)).status).toBe(200);
    expect((await worker.get(`${RETENTION}/clocks/${disclosureId}`)).body.dueAt).toBe('2036-04-01T09:00:00.000Z');

    await world.clock.set('2026-09-30T22:00:00Z');
    const shorter = await world.until(disclosureId, ({ dueAt }) => dueAt < '2036', 'five years are agreed');
    expect(shorter).toMatchObject({ state: 'running', dueAt: '2031-04-01T09:00:00.000Z' });
    expect((await world.eventsOf(disclosureId)).at(-1)).toBe('clock.restarted');
  });

  it('OG-3-phase2 moves with contact outcome, opening, closing and reopening of the file, and resets the ten years', async () => {
    const disclosureId = await world.deliver(protocolId);
    const report = async (kind: string, occurredAt: string, more: object = {}) => {
      await world.clock.set(occurredAt);
      return worker.post(TRIGGERS, { disclosureId, kind, occurredAt, ...more });
    };
    const accepted = await report('contactOutcome', '2026-04-01T09:00:00Z', { outcome: 'accepted' });
    expect(accepted.status).toBe(201);
    expect(accepted.body).toMatchObject({ state: 'running', rule: 'client-file', clause: '3-phase2' });
    expect(accepted.body.ceilingAt).toBeUndefined();
    await report('dossierOpened', '2026-04-02T09:00:00Z');
    // The leap day has no namesake ten years later: the last day of the month.
    const closed = await report('dossierClosed', '2028-02-29T09:00:00Z');
    expect(closed.body).toMatchObject({ dueAt: '2038-02-28T09:00:00.000Z' });
    const reopened = await report('dossierReopened', '2029-01-10T09:00:00Z');
    expect(reopened.body.dueAt).toBeUndefined();
    const again = await report('dossierClosed', '2029-10-28T12:00:00Z');
    // 28 October is winter time in 2029, from that morning on, and summer time in 2039: an hour earlier in UTC.
    expect(again.body).toMatchObject({ dueAt: '2039-10-28T11:00:00.000Z', gap: 'destructionBasis' });
    expect(again.body.triggers.map(({ kind }: any) => kind)).toEqual([
      'delivered',
      'contactOutcome',
      'dossierOpened',
      'dossierClosed',
      'dossierReopened',
      'dossierClosed',
    ]);
    const [recorded] = (await world.events('trigger.recorded')).filter(
      ({ data }) => data.disclosureId === disclosureId,
    );
    expect(recorded).toMatchObject({ actorRef: expect.stringMatching(/^u_/), data: { outcome: 'accepted' } });
  });

  it('refuses what cannot be, with code and clause, and stores nothing', async () => {
    const disclosureId = await world.deliver(protocolId);
    const unknown = await worker.post(TRIGGERS, { disclosureId: newId(), kind: 'dossierClosed' });
    expect(unknown.body).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    const early = await worker.post(TRIGGERS, { disclosureId, kind: 'dossierClosed' });
    expect(early.body).toMatchObject({ status: 409, code: 'CONFLICT', clause: '3-phase2' });
    const wordless = await worker.post(TRIGGERS, { disclosureId, kind: 'contactOutcome' });
    expect(wordless.body).toMatchObject({ status: 400, code: 'INPUT_INVALID', issues: [{ name: '/outcome' }] });
    const future = await worker.post(TRIGGERS, {
      disclosureId,
      kind: 'contactOutcome',
      outcome: 'accepted',
      occurredAt: '2026-03-20T10:00:00Z',
    });
    expect(future.body).toMatchObject({ code: 'INPUT_INVALID', issues: [{ name: '/occurredAt' }] });
    const misspelt = await worker.post(TRIGGERS, { disclosureId, kind: 'dossierLost', note: 'x' });
    expect(misspelt.body).toMatchObject({ code: 'INPUT_INVALID' });
    const dpo = await world.of(world.receiver, ['dpo']);
    expect((await dpo.post(TRIGGERS, { disclosureId, kind: 'dossierClosed' })).status).toBe(403);
    expect(await world.eventsOf(disclosureId)).toEqual(['clock.started']);
  });

  it('OG-3-phase2 shows nothing to the sender or to anybody else: for them no clock exists', async () => {
    const disclosureId = await world.deliver(protocolId);
    const outcome = { disclosureId, kind: 'contactOutcome', outcome: 'declined' };
    for (const party of [world.sender, world.stranger]) {
      const other = await world.of(party, ['agency', 'agency-user', 'dpo', 'ops']);
      expect((await other.post(TRIGGERS, outcome)).body).toMatchObject({ status: 404, code: 'NOT_FOUND' });
      expect((await other.get(`${RETENTION}/clocks/${disclosureId}`)).status).toBe(404);
      expect((await other.get(`${RETENTION}/status`)).body).toEqual({ items: [] });
      expect((await other.post(`${RETENTION}/purges/plan`, { protocolId })).status).toBe(404);
      const hold = { scope: { protocolId }, authority: 'court', reason: 'dispute' };
      expect((await other.post(`${RETENTION}/holds`, hold)).status).toBe(404);
    }
    const anonymous = await world.service.as();
    expect((await anonymous.get(`${RETENTION}/clocks/${disclosureId}`)).status).toBe(401);
    expect(await world.eventsOf(disclosureId)).toEqual(['clock.started']);
  });

  it('gives a repeated report one effect and one answer', async () => {
    const disclosureId = await world.deliver(protocolId);
    const body = { disclosureId, kind: 'contactOutcome', outcome: 'accepted' };
    const key = newId();
    const first = await worker.post(TRIGGERS, body, key);
    const second = await worker.post(TRIGGERS, body, key);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.body.triggers).toHaveLength(2);
  });

  it('counts a delivery that was cut off, counts anew from the one that succeeded, and ends with one that failed', async () => {
    const disclosureId = await world.deliver(protocolId);
    const of = { subject: disclosureId, protocolId, protocolVersion: 1 };
    const [fact] = await world.query('SELECT subject_ref FROM disclosure_fact WHERE disclosure_id = $1', [
      disclosureId,
    ]);
    const ids = { disclosureId, protocolId, subjectRef: fact.subject_ref };
    await world.transfer.publish(disclosureDeliveryUnconfirmed, {
      ...of,
      data: { ...ids, attemptId: newId(), closedAt: '2026-03-20T09:30:00Z' },
    });
    await world.until(
      disclosureId,
      ({ ceilingAt }) => ceilingAt === '2026-09-20T08:30:00.000Z',
      'the later attempt counts',
    );
    await world.transfer.publish(disclosureFailed, {
      ...of,
      data: { ...ids, code: 'DELIVERY_IMPOSSIBLE', failedAt: '2026-03-20T09:40:00Z' },
    });
    const ended = await world.until(disclosureId, ({ state }) => state === 'erased', 'the clock has ended');
    expect(ended).toMatchObject({ erasedAt: '2026-03-20T09:40:00.000Z' });
    expect((await worker.post(TRIGGERS, { disclosureId, kind: 'dossierOpened' })).body).toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('declares what each of its routes needs', () => {
    expect(undeclaredRoutes(world.service.app)).toEqual([]);
  });
});
