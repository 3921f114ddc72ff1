import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { newId } from '@convenant/kernel';
import { eventually, type TestClient } from '@convenant/testing';
import { NOW, RETENTION, RetentionWorld } from './retention.support.spec.js';

const TRIGGERS = `${RETENTION}/triggers`;
const PURGES = `${RETENTION}/purges`;
const HOLDS = `${RETENTION}/holds`;

describe('scheduled purges', () => {
  let world: RetentionWorld;
  let worker: TestClient;
  let dpo: TestClient;

  beforeAll(async () => {
    world = await RetentionWorld.start();
  });
  beforeEach(async () => {
    await world.clock.set(NOW);
    worker = await world.of(world.receiver, ['agency-user']);
    dpo = await world.of(world.receiver, ['dpo']);
  });
  afterAll(() => world?.stop());

  const decline = (disclosureId: string) =>
    worker.post(TRIGGERS, { disclosureId, kind: 'contactOutcome', outcome: 'declined', occurredAt: NOW });

  /** A referral that was accepted, whose file was closed at `closedAt`. */
  async function closedFile(protocolId: string, closedAt: string): Promise<string> {
    const disclosureId = await world.deliver(protocolId);
    await world.clock.set(closedAt);
    for (const body of [
      { kind: 'contactOutcome', outcome: 'accepted' },
      { kind: 'dossierOpened' },
      { kind: 'dossierClosed', occurredAt: closedAt },
    ]) {
      const answer = await worker.post(TRIGGERS, { disclosureId, occurredAt: '2026-03-21T09:00:00Z', ...body });
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    }
    return disclosureId;
  }

  const failures = async (protocolId: string) =>
    (await world.events('purge.failed')).filter(({ data }) => data.protocolId === protocolId);

  it('OG-3-phase2 erases a declined referral at once and attests it: technique, scope, horizon, performer, validator', async () => {
    const protocolId = await world.agree();
    const [kept, declined] = [await world.deliver(protocolId), await world.deliver(protocolId)];
    const answer = await decline(declined);
    expect(answer.body).toMatchObject({ state: 'due', dueAt: '2026-03-20T09:00:00.000Z', rule: 'until-contact' });
    const [asked] = await world.untilAsked(declined);
    expect(asked).toMatchObject({
      clause: '3-phase1',
      data: { disclosureId: declined, items: ['name', 'contact'], rule: 'until-contact', reason: 'declined' },
    });
    expect(await world.until(declined, ({ state }) => state === 'erasing', 'it is being erased')).toBeDefined();
    const late = await worker.post(TRIGGERS, {
      disclosureId: declined,
      kind: 'contactOutcome',
      outcome: 'accepted',
    });
    expect(late.body).toMatchObject({ code: 'CONFLICT', clause: '3-phase1' });

    await world.answerErasures([], '2026-03-20T09:00:05Z');
    const erased = await world.until(declined, ({ state }) => state === 'erased', 'it is erased');
    expect(erased).toMatchObject({
      erasedAt: '2026-03-20T09:00:05.000Z',
      // Thirty days by the calendar; the clock was put forward meanwhile.
      erasureHorizonAt: '2026-04-19T08:00:05.000Z',
      recipientErasure: 'ordered',
    });
    const attested = (await world.events('erasure.attested')).find(({ data }) => data.disclosureId === declined)!;
    expect(attested).toMatchObject({
      clause: '3-phase1',
      data: {
        scope: 'vault',
        technique: 'crypto-shred',
        verification: { query: 'rows-of-disclosure', remaining: 0 },
        performer: 'transfer',
        validator: 'schedule',
        erasureHorizonAt: '2026-04-19T08:00:05.000Z',
      },
    });
    const purge = await eventually(
      async () => {
        const { body } = await dpo.get(`${PURGES}/${asked!.data.purgeId}`);
        return body.state === 'completed' ? body : undefined;
      },
      { what: 'the purge is completed' },
    );
    expect(purge).toMatchObject({
      origin: 'schedule',
      size: 1,
      counts: [{ rule: 'until-contact', clause: '3-phase1', reason: 'declined', count: 1 }],
      progress: { asked: 0, erased: 1, held: 0 },
    });
    const names = (await world.events()).filter(({ data }) => data.purgeId === purge.id).map(({ type }) => type);
    expect(names).toEqual([
      'purge.planned',
      'purge.approved',
      'purge.started',
      'erasure.requested',
      'erasure.attested',
      'recipientErasure.ordered',
      'purge.completed',
    ]);
    expect((await dpo.get(`${RETENTION}/clocks/${kept}`)).body).toMatchObject({ state: 'running' });
  });

  it("records the receiver's word on its own systems as what it is", async () => {
    const protocolId = await world.agree();
    const disclosureId = await world.deliver(protocolId);
    const path = `${RETENTION}/disclosures/${disclosureId}/erasure-declarations`;
    expect((await worker.post(path, { technique: 'deleted' })).body).toMatchObject({ status: 409, code: 'CONFLICT' });
    await decline(disclosureId);
    await world.untilAsked(disclosureId);
    await world.answerErasures();
    await world.until(disclosureId, ({ state }) => state === 'erased', 'it is erased');
    const declared = await worker.post(path, { technique: 'deleted' });
    expect(declared.body).toMatchObject({ recipientErasure: 'declared' });
    const last = (await world.events('erasure.attested'))
      .filter(({ data }) => data.disclosureId === disclosureId)
      .at(-1)!;
    expect(last.data).toMatchObject({ scope: 'recipient-declared', performer: world.receiver });
    expect(last.data.erasureHorizonAt).toBeUndefined();
    expect((await worker.post(path, { technique: 'deleted' })).body).toMatchObject({ code: 'CONFLICT' });
  });

  it('OG-3-phase2 purges ten years after the file closed, and not without a destruction basis: a gap that the officer is told of', async () => {
    const protocolId = await world.agree();
    const disclosureId = await closedFile(protocolId, '2027-03-28T08:00:00Z');
    await world.clock.set('2037-03-28T08:59:50Z');
    const waiting = await dpo.get(`${RETENTION}/clocks/${disclosureId}`);
    // 28 March is summer time in 2027 and winter time in 2037: ten o'clock in Brussels, an hour later in UTC.
    expect(waiting.body).toMatchObject({ state: 'running', dueAt: '2037-03-28T09:00:00.000Z' });

    await world.clock.set('2037-03-28T09:00:00Z');
    await world.until(disclosureId, ({ state }) => state === 'due', 'it is due');
    await world.clock.set('2037-03-31T00:00:00Z');
    const [failed] = await eventually(
      async () => {
        const found = await failures(protocolId);
        return found.length > 0 ? found : undefined;
      },
      { what: 'the purge has failed' },
    );
    expect(failed).toMatchObject({
      clause: '3-phase2',
      data: { cause: 'DESTRUCTION_BASIS_MISSING', party: world.receiver, counts: [{ rule: 'client-file', count: 1 }] },
    });
    const status = (await dpo.get(`${RETENTION}/status`)).body.items.find(
      (item: any) => item.protocolId === protocolId,
    );
    expect(status).toMatchObject({
      due: 1,
      gaps: [{ rule: 'client-file', clause: '3-phase2', cause: 'DESTRUCTION_BASIS_MISSING', count: 1 }],
    });
    // A later run about the same set tells it no second time.
    await world.clock.set('2037-04-03T00:00:00Z');
    await eventually(
      async () => {
        const { body } = await dpo.get(`${RETENTION}/status`);
        return body.items.find((item: any) => item.protocolId === protocolId).nextRunAt > '2037-04-03T12';
      },
      { what: 'the schedule has run again' },
    );
    expect(await failures(protocolId)).toHaveLength(1);
    expect(await world.eventsOf(disclosureId)).not.toContain('erasure.requested');

    await world.decide(protocolId, 'destruction-basis', 'Selection rule 4.2 of the archive guidelines');
    const [asked] = await world.untilAsked(disclosureId);
    expect(asked!.data).toMatchObject({ rule: 'client-file', reason: 'period-over', clause: '3-phase2' });
    await world.answerErasures();
    await world.until(disclosureId, ({ state }) => state === 'erased', 'it is erased');
    expect((await world.eventsOf(disclosureId)).filter((type) => type === 'clock.due')).toHaveLength(2);
  });

  it('OG-3-phase2 keeps what is due when its file is opened again before it was erased', async () => {
    const protocolId = await world.agree();
    const disclosureId = await closedFile(protocolId, '2027-02-02T09:00:00Z');
    await world.clock.set('2037-02-03T09:00:00Z');
    await world.until(disclosureId, ({ state }) => state === 'due', 'it is due');
    const reopened = await worker.post(TRIGGERS, { disclosureId, kind: 'dossierReopened' });
    expect(reopened.body).toMatchObject({ state: 'running' });
    const closed = await worker.post(TRIGGERS, { disclosureId, kind: 'dossierClosed' });
    expect(closed.body.dueAt).toMatch(/^2047-02-03T09:00/);
  });

  it('OG-10 a hold on the authority of the court wins over a purge under way; released, the purge goes through', async () => {
    const protocolId = await world.agree();
    const disclosureId = await world.deliver(protocolId);
    await decline(disclosureId);
    await world.untilAsked(disclosureId);
    const placed = await dpo.post(HOLDS, {
      scope: { protocolId, disclosureId },
      authority: 'Court of first instance of Brussels',
      reason: 'dispute',
    });
    expect(placed.status).toBe(201);
    expect(placed.body).toMatchObject({ state: 'enforcing' });
    const holdId = placed.body.id;
    expect((await world.events('hold.placed')).at(-1)).toMatchObject({ subject: holdId, clause: '10' });
    await world.answerErasures([holdId]);
    await world.applyBarrier(holdId, protocolId);
    const enforced = await eventually(
      async () => {
        const { body } = await dpo.get(`${HOLDS}/${holdId}`);
        return body.state === 'enforced' ? body : undefined;
      },
      { what: 'the hold is enforced' },
    );
    expect(enforced.latencyMs).toEqual(expect.any(Number));
    expect((await world.events('hold.enforced')).at(-1)).toMatchObject({ data: { holdId } });
    const kept = await world.until(disclosureId, ({ state }) => state === 'due', 'the values are kept');
    expect(kept).toMatchObject({ holds: [holdId] });
    await eventually(
      async () => (await world.events('purge.completed')).some(({ data }) => data.protocolId === protocolId),
      { what: 'the purge is closed' },
    );
    const completed = (await world.events('purge.completed')).filter(({ data }) => data.protocolId === protocolId);
    expect(completed).toMatchObject([{ data: { erased: 0, held: 1 } }]);

    const release = { authority: 'Court of first instance of Brussels', reason: 'settled' };
    const released = await dpo.post(`${HOLDS}/${holdId}/release`, release);
    expect(released.body).toMatchObject({ state: 'released' });
    const again = await dpo.post(`${HOLDS}/${holdId}/release`, release);
    expect(again.body).toMatchObject({ status: 409, code: 'CONFLICT', clause: '10' });
    // The first answer may come from before the release: it is asked for once more.
    await world.untilAsked(disclosureId, 2);
    await world.answerErasures([holdId]);
    await world.untilAsked(disclosureId, 3);
    await world.answerErasures();
    await world.until(disclosureId, ({ state }) => state === 'erased', 'it is erased');
  });

  it('OG-10 what a hold covers is not even asked for: a protocol, a person, a disclosure', async () => {
    const protocolId = await world.agree();
    const person = newId();
    const [one, other] = [await world.deliver(protocolId, person), await world.deliver(protocolId)];
    const place = (scope: object) => dpo.post(HOLDS, { scope, authority: 'dpo', reason: 'complaint' });
    const held = await place({ protocolId, subjectRef: person });
    expect(held.status).toBe(201);
    await decline(one);
    await decline(other);
    await world.untilAsked(other);
    await world.answerErasures();
    await world.until(other, ({ state }) => state === 'erased', 'the other one is erased');
    expect(await world.eventsOf(one)).not.toContain('erasure.requested');
    const status = (await dpo.get(`${RETENTION}/status`)).body.items.find(
      (item: any) => item.protocolId === protocolId,
    );
    expect(status).toMatchObject({ due: 1, held: 1, erased: 1 });
    expect((await dpo.get(HOLDS)).body.items[0]).toMatchObject({ scope: { protocolId, subjectRef: person } });
  });

  it('refuses a hold without an authority, on what is not there, or by somebody else', async () => {
    const protocolId = await world.agree();
    await world.deliver(protocolId);
    const bare = await dpo.post(HOLDS, { scope: { protocolId }, reason: 'dispute' });
    expect(bare.body).toMatchObject({ status: 400, code: 'INPUT_INVALID', issues: [{ name: '/authority' }] });
    const blank = await dpo.post(HOLDS, { scope: { protocolId }, authority: '  ', reason: 'dispute' });
    expect(blank.body).toMatchObject({ code: 'INPUT_INVALID', issues: [{ name: '/authority' }] });
    const hold = { authority: 'court', reason: 'dispute' };
    for (const scope of [
      { protocolId: newId() },
      { protocolId, disclosureId: newId() },
      { protocolId, subjectRef: newId() },
    ]) {
      expect((await dpo.post(HOLDS, { scope, ...hold })).body).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    }
    expect((await worker.post(HOLDS, { scope: { protocolId }, ...hold })).status).toBe(403);
    const placed = await dpo.post(HOLDS, { scope: { protocolId }, ...hold });
    const other = await world.of(world.sender, ['dpo']);
    expect((await other.get(`${HOLDS}/${placed.body.id}`)).status).toBe(404);
    expect((await other.post(`${HOLDS}/${placed.body.id}/release`, hold)).status).toBe(404);
  });
});

describe('commanded purges', () => {
  let world: RetentionWorld;
  let worker: TestClient;
  let ops: TestClient;
  let protocolId: string;

  beforeAll(async () => {
    world = await RetentionWorld.start({ PURGE_EVERY: 'P100Y' });
    protocolId = await world.agree();
    await world.decide(protocolId, 'destruction-basis', 'Selection rule 4.2');
  });
  beforeEach(async () => {
    await world.clock.set(NOW);
    worker = await world.of(world.receiver, ['agency']);
    ops = await world.of(world.receiver, ['ops']);
  });
  afterAll(() => world?.stop());

  async function dueFile(): Promise<string> {
    await world.clock.set(NOW);
    const disclosureId = await world.deliver(protocolId);
    for (const body of [
      { kind: 'contactOutcome', outcome: 'accepted' },
      { kind: 'dossierOpened' },
      { kind: 'dossierClosed' },
    ]) {
      await worker.post(TRIGGERS, { disclosureId, ...body });
    }
    await world.clock.set('2037-01-01T00:00:00Z');
    await world.until(disclosureId, ({ state }) => state === 'due', 'it is due');
    return disclosureId;
  }

  const hashOf = (ids: string[]) =>
    createHash('sha256')
      .update(
        [...ids]
          .sort()
          .map((id) => `${id}\n`)
          .join(''),
      )
      .digest('hex');

  it('OG-3-phase2 plans with counts and the hash of the set, erases on apply what was planned, and nothing else', async () => {
    const first = [await dueFile(), await dueFile()];
    const plan = await ops.post(`${PURGES}/plan`, { protocolId });
    expect(plan.status).toBe(201);
    expect(plan.body).toMatchObject({
      state: 'planned',
      origin: 'command',
      size: 2,
      setHash: hashOf(first),
      counts: [{ rule: 'client-file', clause: '3-phase2', reason: 'period-over', count: 2 }],
      left: { held: 0, gaps: 0, later: 0 },
    });
    const third = await dueFile();
    const apply = (id: string, setHash: string, by = ops) => by.post(`${PURGES}/${id}/apply`, { setHash });
    const outdated = await apply(plan.body.id, plan.body.setHash);
    expect(outdated.body).toMatchObject({ status: 409, code: 'CONFLICT', clause: '3-phase2' });
    expect(await world.events('erasure.requested')).toEqual([]);

    const next = await ops.post(`${PURGES}/plan`, { protocolId });
    expect((await apply(next.body.id, plan.body.setHash)).body).toMatchObject({ code: 'CONFLICT' });
    const sender = await world.of(world.sender, ['ops', 'dpo']);
    expect((await apply(next.body.id, next.body.setHash, sender)).body).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
    });
    expect((await sender.get(PURGES)).body).toEqual({ items: [] });
    const applied = await apply(next.body.id, next.body.setHash);
    expect(applied).toMatchObject({ status: 201, body: { state: 'started', size: 3 } });
    expect((await apply(next.body.id, next.body.setHash)).body).toMatchObject({ status: 409, code: 'CONFLICT' });

    await world.untilAsked(third);
    await eventually(async () => (await world.events('erasure.requested')).length === 3, { what: 'all are asked for' });
    await world.answerErasures();
    const done = await eventually(
      async () => {
        const { body } = await ops.get(`${PURGES}/${next.body.id}`);
        return body.state === 'completed' ? body : undefined;
      },
      { what: 'the purge is completed' },
    );
    expect(done).toMatchObject({ progress: { asked: 0, erased: 3, held: 0 } });
    const attested = await world.events('erasure.attested');
    expect(attested).toHaveLength(3);
    expect(attested[0]!.data).toMatchObject({ validator: expect.stringMatching(/^u_/) });
    const page = await ops.get(`${PURGES}?limit=1`);
    expect(page.body).toMatchObject({ items: [{ id: next.body.id }], next: next.body.id });
    expect((await ops.get(`${PURGES}?after=${page.body.next}`)).body.items).toMatchObject([{ id: plan.body.id }]);
  });

  it('applies one of two plans over the same set, also when both come at once', async () => {
    const disclosureId = await dueFile();
    const plans = [await ops.post(`${PURGES}/plan`, { protocolId }), await ops.post(`${PURGES}/plan`, { protocolId })];
    const answers = await Promise.all(
      plans.map(({ body }) => ops.post(`${PURGES}/${body.id}/apply`, { setHash: body.setHash })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(await world.untilAsked(disclosureId)).toHaveLength(1);
    await world.answerErasures();
    await world.until(disclosureId, ({ state }) => state === 'erased', 'it is erased');
  });

  it('refuses a plan that has nothing to erase, and fails one that waits for a decision only', async () => {
    const empty = await ops.post(`${PURGES}/plan`, { protocolId });
    expect(empty.body).toMatchObject({ size: 0, counts: [] });
    const applied = await ops.post(`${PURGES}/${empty.body.id}/apply`, { setHash: empty.body.setHash });
    expect(applied.body).toMatchObject({ status: 409, code: 'CONFLICT' });

    const undecided = await world.agree();
    const disclosureId = await world.deliver(undecided);
    for (const body of [
      { kind: 'contactOutcome', outcome: 'accepted' },
      { kind: 'dossierOpened' },
      { kind: 'dossierClosed' },
    ]) {
      await worker.post(TRIGGERS, { disclosureId, ...body });
    }
    await world.clock.set('2037-01-01T00:00:00Z');
    await world.until(disclosureId, ({ state }) => state === 'due', 'it is due');
    const plan = await ops.post(`${PURGES}/plan`, { protocolId: undecided });
    expect(plan.body).toMatchObject({ size: 0, left: { gaps: 1 } });
    const failed = await ops.post(`${PURGES}/${plan.body.id}/apply`, { setHash: plan.body.setHash });
    expect(failed.body).toMatchObject({ state: 'failed', cause: 'DESTRUCTION_BASIS_MISSING', clause: '3-phase2' });
  });

  it('asks for a large set in bounded batches and leaves what is beyond one purge to the next', async () => {
    const large = await world.agree();
    await world.deliver(large);
    await plantDue(large, 5_100);
    const plan = await ops.post(`${PURGES}/plan`, { protocolId: large });
    expect(plan.body).toMatchObject({ size: 5_000, left: { later: 100 } });
    const applied = await ops.post(`${PURGES}/${plan.body.id}/apply`, { setHash: plan.body.setHash });
    expect(applied.body).toMatchObject({ state: 'started' });
    const batches = await eventually(
      async () => {
        const rows = await world.query(
          `SELECT count(*)::int AS size FROM outbox WHERE type LIKE '%erasure.requested' AND protocol_id = $1 GROUP BY xid`,
          [large],
        );
        return rows.reduce((all, { size }) => all + size, 0) === 5_000 ? rows : undefined;
      },
      { what: 'all are asked for', deadlineMs: 30_000 },
    );
    expect(Math.max(...batches.map(({ size }) => size))).toBeLessThanOrEqual(200);
    expect((await ops.get(`${PURGES}/${plan.body.id}`)).body.progress).toEqual({ asked: 5_000, erased: 0, held: 0 });
    expect((await ops.post(`${PURGES}/plan`, { protocolId: large })).body).toMatchObject({ size: 100 });
  });

  it('OG-10 does not ask for what a hold has covered since its purge began', async () => {
    const held = await world.agree();
    const disclosureId = await world.deliver(held);
    const dpo = await world.of(world.receiver, ['dpo']);
    const hold = { scope: { protocolId: held }, authority: 'court', reason: 'dispute' };
    expect((await dpo.post(HOLDS, hold)).status).toBe(201);
    // A purge that had begun before the hold was placed, and whose erasures were still to be asked for.
    const [purgeId, erasureId] = [newId(), newId()];
    await world.query(
      `WITH begun AS (
         INSERT INTO purge (id, protocol_id, party, origin, state, set_hash, size, counts, held, gaps, later, approved_by,
                            correlation_id, planned_at, started_at)
         VALUES ($1, $2, $3, 'schedule', 'started', repeat('a', 64), 1, '[]', 0, 0, 0, 'schedule', 'planted', now(), now())),
       taken AS (
         UPDATE retention_clock
            SET state = 'erasing', due_at = now(), reason = 'declined', next_look_at = NULL
          WHERE disclosure_id = $5)
       INSERT INTO erasure (id, purge_id, disclosure_id, rule, clause, reason, due_at, state)
       VALUES ($4, $1, $5, 'until-contact', '3-phase1', 'declined', now(), 'planned')`,
      [purgeId, held, world.receiver, erasureId, disclosureId],
    );
    const purge = await eventually(
      async () => {
        const { body } = await ops.get(`${PURGES}/${purgeId}`);
        return body.state === 'completed' ? body : undefined;
      },
      { what: 'the purge is closed' },
    );
    expect(purge.progress).toEqual({ asked: 0, erased: 0, held: 1 });
    expect((await dpo.get(`${RETENTION}/clocks/${disclosureId}`)).body).toMatchObject({ state: 'due' });
    expect(await world.eventsOf(disclosureId)).not.toContain('erasure.requested');
  });

  /** Clocks that have run for ten years, as the tables hold them. */
  async function plantDue(of: string, count: number): Promise<void> {
    const ids = Array.from({ length: count }, () => newId());
    await world.query(
      `INSERT INTO disclosure_fact (disclosure_id, protocol_id, protocol_version, subject_ref, items)
       SELECT id, $1, 1, gen_random_uuid(), '{name}' FROM unnest($2::uuid[]) AS id`,
      [of, ids],
    );
    await world.query(
      `INSERT INTO retention_clock (disclosure_id, protocol_id, subject_ref, state, assessed_revision, rule, clause, due_at, reason)
       SELECT disclosure_id, protocol_id, subject_ref, 'due', 1000, 'client-file', '3-phase2', '2026-01-01Z', 'period-over'
         FROM disclosure_fact WHERE disclosure_id = ANY ($1::uuid[])`,
      [ids],
    );
  }
});
