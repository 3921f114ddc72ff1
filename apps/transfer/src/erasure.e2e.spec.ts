import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { eventually, type TestClient } from '@convenant/testing';
import { TransferWorld } from './testing/transfer-world.support.spec.js';

describe('an erasure that retention asks for', () => {
  let world: TransferWorld;
  let team: TestClient;
  let worker: TestClient;

  beforeAll(async () => {
    world = await TransferWorld.start();
    await world.protocol();
    team = await world.team();
    worker = await world.socialWorker();
  }, 60_000);
  afterAll(() => world?.stop());

  const kept = async (id: string) =>
    (await world.database.query('SELECT part FROM vault_envelope WHERE disclosure_id = $1', [id])).rowCount;
  const collect = (id: string, what: 'values' | 'passphrase', key?: string) =>
    worker.post(`/transfer/v1/disclosures/${id}/${what}/collect`, undefined, ...(key ? [key] : []));

  it('OG-3-phase2 destroys values, keys and passphrase, verified against the store, and no path gives the values any more', async () => {
    const { id, subjectRef } = await world.delivered();
    const [first, second] = [newId(), newId()];
    expect((await collect(id, 'values', first)).body.items).toHaveLength(2);
    expect((await collect(id, 'passphrase', second)).body.passphrase).toEqual(expect.any(String));
    const erasureId = await world.requestErasure(id, subjectRef);
    const erased = await world.event(id, 'values.erased');
    expect(erased.data).toMatchObject({
      erasureId,
      subjectRef,
      generation: 1,
      items: ['contact', 'name'],
      technique: 'crypto-shred',
      counts: { envelopes: 2, keys: 2, passphrases: 1 },
      verification: { query: 'rows-of-disclosure', remaining: 0 },
      kekGeneration: 1,
      clause: '3-phase1',
    });
    expect(await kept(id)).toBe(0);
    for (const [what, key] of [['values'], ['passphrase'], ['values', first], ['passphrase', second]] as const) {
      expect(await collect(id, what, key)).toMatchObject({ status: 410, body: { code: 'ANSWER_ERASED' } });
    }
    const { rows: items } = await world.database.query(
      'SELECT item, erased_at IS NOT NULL AS erased FROM disclosure_item WHERE disclosure_id = $1 ORDER BY item',
      [id],
    );
    expect(items).toEqual([
      { item: 'contact', erased: true },
      { item: 'name', erased: true },
    ]);
    const received = (await worker.get(`/transfer/v1/disclosures/${id}`)).body;
    expect(received).toMatchObject({ state: 'collected', items: ['name', 'contact'], erasedAt: expect.any(String) });
    const inbox = (await worker.get('/transfer/v1/inbox')).body.items;
    expect(inbox.find((row: { id: string }) => row.id === id)).toMatchObject({ erasedAt: expect.any(String) });
  });

  it('tells the sender nothing: what became of the person at the receiver is not its business', async () => {
    const { id, subjectRef } = await world.delivered();
    const before = (await team.get(`/transfer/v1/disclosures/${id}`)).body;
    await world.requestErasure(id, subjectRef);
    await world.event(id, 'values.erased');
    expect((await team.get(`/transfer/v1/disclosures/${id}`)).body).toEqual(before);
  });

  it('leaves another referral of the same person alone', async () => {
    const declined = await world.delivered();
    const accepted = await world.delivered(declined.subjectRef);
    await world.requestErasure(declined.id, declined.subjectRef);
    await world.event(declined.id, 'values.erased');
    expect((await collect(accepted.id, 'values')).body.items).toHaveLength(2);
  });

  it('is answered once, and another one of what is gone already with counts of zero', async () => {
    const { id, subjectRef } = await world.delivered();
    const erasureId = await world.requestErasure(id, subjectRef);
    await world.event(id, 'values.erased');
    await world.requestErasure(id, subjectRef, { erasureId });
    const again = await world.requestErasure(id, subjectRef);
    const answer = await world.event(id, 'values.erased', (data) => data.erasureId === again);
    expect(answer.data).toMatchObject({ items: [], counts: { envelopes: 0, keys: 0, passphrases: 0 } });
    const answers = (await world.events(id)).filter(({ name }) => name === 'values.erased');
    expect(answers.map(({ data }) => data.erasureId)).toEqual([erasureId, again]);
  });

  it('of one item lets the other live on in a generation of its own', async () => {
    const { id, subjectRef } = await world.delivered();
    await world.requestErasure(id, subjectRef, { items: ['contact'] });
    expect((await world.event(id, 'values.erased')).data).toMatchObject({ generation: 1, items: ['contact'] });
    const { body } = await collect(id, 'values');
    expect(body).toMatchObject({ generation: 2, items: [{ item: 'name' }] });
    await world.requestErasure(id, subjectRef, { items: ['name', 'contact'] });
    await world.event(id, 'values.erased', ({ items }) => items.includes('name'));
    expect(await kept(id)).toBe(0);
  });

  it('of what never reached the receiver is made at once and said, without being asked for', async () => {
    world.mail.behaviour = { refuseWith: 550 };
    const subjectRef = await world.subject(team);
    const consent = await world.giveConsent(subjectRef);
    const { body } = await team.post('/transfer/v1/disclosures', world.request(subjectRef, consent));
    const erased = await world.event(body.id, 'values.erased');
    world.mail.behaviour = {};
    expect(erased.data.erasureId).toBeUndefined();
    expect(erased.data).toMatchObject({ items: ['contact', 'name'], verification: { remaining: 0 } });
    expect((await world.events(body.id)).map(({ name }) => name)).toEqual([
      'disclosure.authorized',
      'disclosure.failed',
      'values.erased',
    ]);
  });

  it('of a disclosure that never was becomes a dead letter, and erases nothing', async () => {
    const { id, subjectRef } = await world.delivered();
    await world.requestErasure(newId(), subjectRef);
    await world.requestErasure(id, newId());
    await eventually(
      async () => (await world.events()).filter(({ name }) => name === 'deadLetter.recorded').length === 2,
      { what: 'two dead letters' },
    );
    expect(await kept(id)).toBe(2);
  });
});

describe('a hold', () => {
  let world: TransferWorld;
  let team: TestClient;
  let worker: TestClient;

  beforeAll(async () => {
    world = await TransferWorld.start();
    await world.protocol();
    team = await world.team();
    worker = await world.socialWorker();
  }, 60_000);
  afterAll(() => world?.stop());

  const enforced = (holdId: string) =>
    eventually(
      async () =>
        (await world.events()).find(({ name, data }) => name === 'barrier.applied' && data.cause.subject === holdId),
      { what: 'the hold is a barrier' },
    );
  const kept = async (id: string) =>
    (await world.database.query('SELECT part FROM vault_envelope WHERE disclosure_id = $1', [id])).rowCount;

  it.each(['disclosure', 'subject', 'protocol'] as const)(
    'OG-10 on a %s is a barrier, keeps the values from an erasure, and lets it through when it is released',
    async (scope) => {
      const { id, subjectRef } = await world.delivered();
      const holdId = await world.placeHold(
        scope === 'disclosure' ? { disclosureId: id } : scope === 'subject' ? { subjectRef } : {},
      );
      const barrier = await enforced(holdId);
      expect(barrier.data).toMatchObject({
        cause: { kind: 'hold', service: 'retention', aggregateversion: 1 },
        unconfirmed: [],
      });
      const withheld = await world.requestErasure(id, subjectRef);
      expect((await world.event(id, 'erasure.withheld')).data).toMatchObject({ erasureId: withheld, holds: [holdId] });
      expect(await kept(id)).toBe(2);
      // It stops erasures and nothing else.
      await world.delivered();
      expect((await worker.post(`/transfer/v1/disclosures/${id}/values/collect`, undefined)).status).toBe(201);

      await world.releaseHold(holdId);
      await eventually(
        async () =>
          (
            await world.database.query('SELECT 1 FROM hold_fact WHERE released_at IS NOT NULL AND hold_id = $1', [
              holdId,
            ])
          ).rowCount,
        { what: 'the release' },
      );
      await world.requestErasure(id, subjectRef);
      await world.event(id, 'values.erased');
      expect(await kept(id)).toBe(0);
    },
  );

  it('OG-10 over another person does not keep these values', async () => {
    const held = await world.delivered();
    await enforced(await world.placeHold({ subjectRef: held.subjectRef }));
    const { id, subjectRef } = await world.delivered();
    await world.requestErasure(id, subjectRef);
    await world.event(id, 'values.erased');
  });

  it('OG-10 placed while a purge runs: what is erased was erased before the barrier, and the rest is kept', async () => {
    const subjectRef = await world.subject(team);
    const referrals: { id: string }[] = [];
    for (let i = 0; i < 5; i += 1) {
      referrals.push(...(await Promise.all(Array.from({ length: 4 }, () => world.delivered(subjectRef)))));
    }
    const [early, ...racing] = referrals;
    const late = racing.splice(-3);
    await world.requestErasure(early!.id, subjectRef);
    await world.event(early!.id, 'values.erased');
    const erasures = racing.map(async ({ id }, i) => {
      await new Promise((resolve) => setTimeout(resolve, i * 8));
      await world.requestErasure(id, subjectRef);
    });
    await erasures[6];
    const holdId = await world.placeHold({ subjectRef });
    await Promise.all(erasures);
    const barrier = await enforced(holdId);
    for (const { id } of late) await world.requestErasure(id, subjectRef);
    const answered = await eventually(
      async () => {
        const ids = new Set(referrals.map(({ id }) => id));
        const all = (await world.events()).filter(
          ({ name, subject }) => ids.has(subject) && (name === 'values.erased' || name === 'erasure.withheld'),
        );
        return all.length === referrals.length ? all : undefined;
      },
      { what: 'every erasure is answered', deadlineMs: 20_000 },
    );
    const order = await world.events();
    const placeOf = (row: { row: { id: string } }) => order.findIndex((other) => other.row.id === row.row.id);
    for (const answer of answered) {
      if (answer.name === 'values.erased') expect(placeOf(answer)).toBeLessThan(placeOf(barrier));
      expect(await kept(answer.subject)).toBe(answer.name === 'values.erased' ? 0 : 2);
    }
    expect(new Set(answered.map(({ name }) => name))).toEqual(new Set(['values.erased', 'erasure.withheld']));
  }, 60_000);

  it('keeps what never reached the receiver too, which nobody can read, until it is released', async () => {
    const subjectRef = await world.subject(team);
    const holdId = await world.placeHold({ subjectRef });
    await enforced(holdId);
    world.mail.behaviour = { refuseWith: 550 };
    const consent = await world.giveConsent(subjectRef);
    const { body } = await team.post('/transfer/v1/disclosures', world.request(subjectRef, consent));
    await world.disclosed(team, body.id, 'failed');
    world.mail.behaviour = {};
    expect(await kept(body.id)).toBeGreaterThan(0);
    expect((await world.events(body.id)).map(({ name }) => name)).not.toContain('values.erased');
    await world.releaseHold(holdId);
    expect((await world.event(body.id, 'values.erased')).data.items).toEqual(['contact', 'name']);
    expect(await kept(body.id)).toBe(0);
  });
});
