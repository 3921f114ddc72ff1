import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rightsRequestAnswered, rightsRequestReceived, rightsRequestRefused } from '@convenant/contracts';
import { formatInstant, newId } from '@convenant/kernel';
import { eventually, type TestClient } from '@convenant/testing';
import { TransferWorld } from './testing/transfer-world.support.spec.js';

const RESTRICTIONS = '/transfer/v1/restrictions';
const now = () => formatInstant(Date.now());

describe('what a person has stopped', () => {
  let world: TransferWorld;
  let team: TestClient;
  let worker: TestClient;
  let senderDpo: TestClient;

  beforeAll(async () => {
    world = await TransferWorld.start();
    await world.protocol();
    team = await world.team();
    worker = await world.socialWorker();
    senderDpo = await world.as({ sub: 'sender-dpo', party: world.sender, roles: ['dpo'], client_id: 'og' });
  }, 60_000);
  afterAll(() => world?.stop());

  const request = (requestId: string, subjectRef: string, right: 'objection' | 'restriction' | 'erasure') => ({
    ...{ requestId, party: world.sender, protocolId: world.protocolId, subjectRef, right },
  });

  async function object(subjectRef: string): Promise<string> {
    const requestId = newId();
    await world.register.publish(rightsRequestReceived, {
      subject: requestId,
      protocolId: world.protocolId,
      data: {
        ...request(requestId, subjectRef, 'objection'),
        channel: 'letter',
        receivedAt: now(),
        cautiousDueAt: '2026-07-14T22:00:00.000Z',
        regulationDueAt: '2026-07-15T22:00:00.000Z',
      },
    });
    return requestId;
  }

  async function answer(
    requestId: string,
    subjectRef: string,
    right: 'objection' | 'restriction' | 'erasure',
    more = {},
  ) {
    await world.register.publish(rightsRequestAnswered, {
      subject: requestId,
      protocolId: world.protocolId,
      data: {
        ...request(requestId, subjectRef, right),
        ...{ verdict: 'granted', identityCheck: 'eId', reasons: [], remedies: [], charge: 'none' },
        ...{ answeredAt: now(), late: false },
        ...more,
      } as never,
    });
  }

  async function restrict(subjectRef: string): Promise<{ requestId: string; restrictionId: string }> {
    const [requestId, restrictionId] = [newId(), newId()];
    await answer(requestId, subjectRef, 'restriction', { restriction: { restrictionId, ground: 'accuracyContested' } });
    await barrier(requestId);
    return { requestId, restrictionId };
  }

  const barrier = (requestId: string) =>
    eventually(
      async () =>
        (await world.events()).find(({ name, data }) => name === 'barrier.applied' && data.cause.subject === requestId),
      { what: `the barrier of ${requestId}`, deadlineMs: 15_000 },
    );

  async function asked(subjectRef: string): Promise<string> {
    const consent = await world.giveConsent(subjectRef);
    return eventually(
      async () => {
        const { body } = await team.post('/transfer/v1/disclosures', world.request(subjectRef, consent));
        return body.code === 'VERSION_NOT_SEEN' ? undefined : ((body.code ?? body.verdict) as string);
      },
      { what: 'a verdict', deadlineMs: 20_000 },
    );
  }

  const verdict = (subjectRef: string, expected: string) =>
    eventually(async () => (await asked(subjectRef)) === expected, { what: expected, deadlineMs: 15_000 });

  it('GDPR-21 an objection stops the disclosures of that person alone until it is decided, and for good once it is upheld', async () => {
    const [subjectRef, other] = [await world.subject(team), await world.subject(team)];
    const first = await object(subjectRef);
    const applied = await barrier(first);
    expect(applied.data).toMatchObject({
      cause: { kind: 'objection', service: 'register', subject: first, aggregateversion: 1 },
      unconfirmed: [],
    });
    const consent = await world.giveConsent(subjectRef);
    const refused = await eventually(
      async () => {
        const { body } = await team.post('/transfer/v1/disclosures', world.request(subjectRef, consent));
        return body.code === 'VERSION_NOT_SEEN' ? undefined : body;
      },
      { what: 'a verdict' },
    );
    expect(refused).toMatchObject({
      verdict: 'refused',
      code: 'OBJECTION_PENDING',
      explanation: { en: expect.stringContaining('Article 21') },
    });
    expect(refused.clause).toBeUndefined();
    expect((await world.events(refused.id)).at(-1)).toMatchObject({ name: 'disclosure.refused' });
    expect(await asked(other)).toBe('permitted');

    await world.register.publish(rightsRequestRefused, {
      subject: first,
      protocolId: world.protocolId,
      data: {
        ...request(first, subjectRef, 'objection'),
        ...{ reasons: ['compellingGrounds'], remedies: ['complaint', 'court'], refusedAt: now(), late: false },
      },
    });
    await verdict(subjectRef, 'permitted');

    const second = await object(subjectRef);
    await barrier(second);
    expect(await asked(subjectRef)).toBe('OBJECTION_PENDING');
    await answer(second, subjectRef, 'objection');
    await verdict(subjectRef, 'OBJECTION_UPHELD');
  }, 60_000);

  it('GDPR-16-18 a restriction freezes use but not storage: nothing is disclosed, collected or erased until it is lifted', async () => {
    const { id, subjectRef } = await world.delivered();
    const { restrictionId } = await restrict(subjectRef);
    expect(await asked(subjectRef)).toBe('RESTRICTED');
    for (const what of ['passphrase', 'values']) {
      const collected = await worker.post(`/transfer/v1/disclosures/${id}/${what}/collect`, undefined);
      expect(collected.body).toMatchObject({ status: 409, code: 'PASSPHRASE_WITHHELD' });
      expect(collected.body.detail).toContain('RESTRICTED');
    }
    await world.requestErasure(id, subjectRef);
    const withheld = await world.event(id, 'erasure.withheld');
    expect(withheld.data.holds).toEqual([restrictionId]);
    const kept = await world.database.query('SELECT 1 FROM vault_envelope WHERE disclosure_id = $1', [id]);
    expect(kept.rowCount).toBeGreaterThan(0);

    const lifting = `${RESTRICTIONS}/${restrictionId}/lifting`;
    const receiverDpo = await world.receiverDpo();
    const body = { reason: 'accuracyVerified', subjectInformedAt: now() };
    expect((await receiverDpo.post(lifting, body)).body).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    const untold = await senderDpo.post(lifting, { ...body, subjectInformedAt: '2036-01-01T00:00:00Z' });
    expect(untold.body).toMatchObject({ code: 'INPUT_INVALID', issues: [{ name: '/subjectInformedAt' }] });
    expect((await senderDpo.post(lifting, body)).body).toMatchObject({ state: 'lifted', reason: 'accuracyVerified' });
    expect((await senderDpo.post(lifting, body)).body).toMatchObject({ status: 409, code: 'CONFLICT' });
    const collected = await worker.post(`/transfer/v1/disclosures/${id}/values/collect`, undefined);
    expect(collected.status).toBe(201);
    await world.requestErasure(id, subjectRef);
    await world.event(id, 'values.erased');
  }, 60_000);

  it('GDPR-19 every recipient is told of a restriction and of its end, and each stays open until it acknowledges', async () => {
    const { subjectRef } = await world.delivered();
    const { restrictionId, requestId } = await restrict(subjectRef);
    const applied = await world.event(restrictionId, 'restriction.applied');
    expect(applied.data).toMatchObject({
      requestId,
      subjectRef,
      byParty: world.sender,
      ground: 'accuracyContested',
      recipients: [{ party: world.receiver, unit: world.recipient.unit, items: ['contact', 'name'] }],
    });
    const one = `${RESTRICTIONS}/${restrictionId}`;
    const open = (await worker.get(`${RESTRICTIONS}?state=open`)).body.items;
    expect(open.find((item: any) => item.id === restrictionId)).toMatchObject({
      state: 'applied',
      notices: [{ told: 'applied', state: 'open' }],
    });
    expect((await team.post(`${one}/acknowledgements`, undefined)).body).toMatchObject({ status: 403 });
    expect((await (await world.stranger()).get(one)).status).toBe(404);
    const acknowledged = await worker.post(`${one}/acknowledgements`, undefined);
    expect(acknowledged.body.notices).toMatchObject([{ told: 'applied', state: 'acknowledged' }]);
    await worker.post(`${one}/acknowledgements`, undefined);
    await senderDpo.post(`${one}/lifting`, { reason: 'personAsked', subjectInformedAt: now() });
    expect((await team.get(one)).body.notices).toMatchObject([
      { told: 'applied', state: 'acknowledged' },
      { told: 'lifted', state: 'open' },
    ]);
    await worker.post(`${one}/acknowledgements`, undefined);
    expect((await world.events(restrictionId)).map(({ name }) => name)).toEqual([
      'restriction.applied',
      'restriction.acknowledged',
      'restriction.lifted',
      'restriction.acknowledged',
    ]);
  }, 60_000);

  it('GDPR-16-18 an erasure that is granted ends the restriction of the same person', async () => {
    const { id, subjectRef } = await world.delivered();
    const { restrictionId } = await restrict(subjectRef);
    const erasure = { ground: 'notNecessary', disclosureIds: [id], endsRestrictions: [restrictionId] };
    await answer(newId(), subjectRef, 'erasure', { erasure });
    const lifted = await world.event(restrictionId, 'restriction.lifted');
    expect(lifted.data).toMatchObject({ reason: 'erasureGranted', recipients: [{ party: world.receiver }] });
  }, 60_000);

  /** Authorised, and not sent when the person stops it: held, with its values. @returns its id */
  async function held(subjectRef: string, stop: () => Promise<unknown>): Promise<string> {
    world.mail.behaviour = { refuseWith: 450 };
    expect(await asked(subjectRef)).toBe('permitted');
    await stop();
    const waiting = await eventually(
      async () =>
        (
          await world.database.query(
            `SELECT d.id, d.state FROM delivery y JOIN disclosure d ON d.id = y.disclosure_id
              WHERE d.subject_ref = $1 AND y.state = 'held'
                AND EXISTS (SELECT FROM vault_envelope e WHERE e.disclosure_id = d.id AND e.part = 'values')`,
            [subjectRef],
          )
        ).rows[0],
      { what: 'the delivery is held' },
    );
    expect(waiting.state).toBe('authorized');
    world.mail.behaviour = {};
    const names = (await world.events(waiting.id)).map(({ name }) => name);
    expect(names).toEqual(['disclosure.authorized']);
    return waiting.id;
  }
  const failed = async (id: string, code: string) =>
    expect((await world.event(id, 'disclosure.failed')).data).toMatchObject({ code });
  const ended = async (id: string, code: string) => {
    await failed(id, code);
    expect((await world.event(id, 'values.erased')).data.items.length).toBeGreaterThan(0);
    expect(world.mail.mails.filter(({ raw }) => raw.includes(id))).toEqual([]);
  };

  it('GDPR-21 what was authorised and not sent when a person objects waits: it leaves by itself once that is refused, and never once it is upheld', async () => {
    const [refused, upheld] = [await world.subject(team), await world.subject(team)];
    const objections: Record<string, string> = {};
    const objecting = (subjectRef: string) => async () => {
      objections[subjectRef] = await object(subjectRef);
      await barrier(objections[subjectRef]);
    };
    const leaves = await held(refused, objecting(refused));
    const never = await held(upheld, objecting(upheld));
    const requestId = objections[refused]!;
    await world.register.publish(rightsRequestRefused, {
      subject: requestId,
      protocolId: world.protocolId,
      data: {
        ...request(requestId, refused, 'objection'),
        ...{ reasons: ['compellingGrounds'], remedies: ['complaint', 'court'], refusedAt: now(), late: false },
      },
    });
    await world.disclosed(team, leaves, 'delivered');
    expect((await world.event(leaves, 'disclosure.delivered')).data).toMatchObject({ subjectRef: refused });
    await answer(objections[upheld]!, upheld, 'objection');
    await ended(never, 'OBJECTION_UPHELD');
  }, 60_000);

  it('GDPR-16-18 what waits under a restriction is asked about anew when it is lifted: on what was withdrawn or erased meanwhile too', async () => {
    const subjects = [await world.subject(team), await world.subject(team), await world.subject(team)] as const;
    const restrictions: Record<string, string> = {};
    const ids: string[] = [];
    for (const subjectRef of subjects) {
      ids.push(
        await held(subjectRef, async () => {
          restrictions[subjectRef] = (await restrict(subjectRef)).restrictionId;
        }),
      );
    }
    const lift = async (subjectRef: string) => {
      const body = { reason: 'accuracyVerified', subjectInformedAt: now() };
      const path = `${RESTRICTIONS}/${restrictions[subjectRef]}/lifting`;
      expect((await senderDpo.post(path, body)).body).toMatchObject({ state: 'lifted' });
    };
    const [goesOn, withdrawn, erased] = subjects;
    await lift(goesOn);
    await world.disclosed(team, ids[0]!, 'delivered');
    const { rows } = await world.database.query('SELECT consent_id FROM disclosure WHERE id = $1', [ids[1]]);
    await world.withdraw(rows[0].consent_id, withdrawn);
    // While it is restricted already: no lifting could bring it back.
    await failed(ids[1]!, 'CONSENT_WITHDRAWN');
    await lift(withdrawn);
    // A restriction keeps the values; they are destroyed with it.
    await ended(ids[1]!, 'CONSENT_WITHDRAWN');
    const erasure = { ground: 'notNecessary', disclosureIds: [], endsRestrictions: [restrictions[erased]] };
    await answer(newId(), erased, 'erasure', { erasure });
    await ended(ids[2]!, 'ERASURE_GRANTED');
  }, 60_000);
});
