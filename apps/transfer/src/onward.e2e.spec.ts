import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatInstant, newId } from '@convenant/kernel';
import { eventually, type TestClient } from '@convenant/testing';
import { TEAM, TransferWorld } from './testing/transfer-world.support.spec.js';

const BODY = '0123456749';
const CATEGORY = 'integrated-broad-reception';

describe('what the receiver passes on, and how often is asked', () => {
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

  const onward = (change: object = {}) => ({
    recipient: { enterpriseNumber: BODY, category: CATEGORY },
    items: ['name', 'contact'],
    purpose: 'access-to-social-support',
    at: formatInstant(Date.now()),
    ...change,
  });
  const passOn = (id: string, change: object = {}, client = worker, key = newId()) =>
    client.post(`/transfer/v1/disclosures/${id}/onward-disclosures`, onward(change), key);
  const recorded = async (id: string) =>
    (await world.events(id)).filter(({ name }) => name === 'disclosure.onward.recorded');

  it('OG-4 an onward disclosure is a disclosure of its own, only to whom and of what the protocol lets the receiver pass on', async () => {
    const { id, subjectRef } = await world.delivered();
    const key = newId();
    const body = onward({ items: ['contact'] });
    const path = `/transfer/v1/disclosures/${id}/onward-disclosures`;
    const permitted = await worker.post(path, body, key);
    expect(permitted).toMatchObject({
      status: 201,
      body: {
        disclosureId: id,
        verdict: 'permitted',
        clause: '4',
        recipient: { enterpriseNumber: BODY, category: CATEGORY },
        items: ['contact'],
        toTell: [],
      },
    });
    expect(permitted.body.id).not.toBe(id);
    expect((await worker.post(path, body, key)).body).toEqual(permitted.body);
    const [event, ...more] = await recorded(id);
    expect(more).toEqual([]);
    expect(event!.data).toMatchObject({
      onwardId: permitted.body.id,
      disclosureId: id,
      subjectRef,
      byParty: world.receiver,
      recipient: { enterpriseNumber: BODY, category: CATEGORY },
      items: ['contact'],
      protocolVersion: 1,
      clause: '4',
    });

    const refusals: [code: string, change: object][] = [
      ['RECIPIENT_NOT_COVERED', { recipient: { enterpriseNumber: BODY, category: 'social-worker' } }],
      ['RECIPIENT_NOT_COVERED', { recipient: { enterpriseNumber: BODY, category: 'insurer' } }],
      ['RECIPIENT_NOT_COVERED', { recipient: { party: world.sender, category: CATEGORY } }],
      ['ITEM_NOT_COVERED', { items: ['name', 'income'] }],
      ['PURPOSE_NOT_AGREED', { purpose: 'statistics' }],
    ];
    for (const [code, change] of refusals) {
      const answer = await passOn(id, change);
      expect(answer).toMatchObject({ status: 201, body: { verdict: 'refused', code, toTell: [] } });
      expect(answer.body.clause).toBeTruthy();
      expect(answer.body.explanation.nl).toBeTruthy();
    }
    const toParty = await passOn(id, { recipient: { party: world.other, category: CATEGORY } });
    expect(toParty.body).toMatchObject({ verdict: 'permitted', recipient: { party: world.other } });
    expect(await recorded(id)).toHaveLength(2);

    const seen = (await worker.get(`/transfer/v1/disclosures/${id}`)).body.onward;
    expect(seen.map(({ verdict }: { verdict: string }) => verdict)).toEqual([
      'permitted',
      ...refusals.map(() => 'refused'),
      'permitted',
    ]);
    expect(seen[0]).toEqual(permitted.body);
    for (const name of ['insurer', 'income', 'statistics']) expect(JSON.stringify(seen)).not.toContain(name);
    expect((await team.get(`/transfer/v1/disclosures/${id}`)).body.onward).toBeUndefined();
  });

  it('OG-4 only the receiver records it, of what has arrived, to a body that exists, with a time that can be', async () => {
    const { id } = await world.delivered();
    expect((await passOn(id, {}, team)).status).toBe(403);
    expect((await passOn(id, {}, await world.stranger())).status).toBe(404);
    expect((await passOn(newId())).status).toBe(404);
    const wrong: [name: string, change: object][] = [
      ['/recipient', { recipient: { category: CATEGORY } }],
      ['/recipient', { recipient: { party: world.other, enterpriseNumber: BODY, category: CATEGORY } }],
      ['/recipient/party', { recipient: { party: newId(), category: CATEGORY } }],
      ['/recipient/enterpriseNumber', { recipient: { enterpriseNumber: '0123456748', category: CATEGORY } }],
      ['/at', { at: formatInstant(Date.now() + 3_600_000) }],
      ['/at', { at: '2026-03-01T00:00:00Z' }],
    ];
    for (const [name, change] of wrong) {
      const answer = await passOn(id, change);
      expect([name, answer.status]).toEqual([name, 400]);
      expect(JSON.stringify(answer.body)).toContain(`"${name}"`);
    }
    expect((await worker.get(`/transfer/v1/disclosures/${id}`)).body.onward).toBeUndefined();
  });

  it('OG-4 what the person withdrew or what is erased is passed on no more, and a correction is open until the onward recipient was told', async () => {
    const corrected = await world.delivered();
    const told = (await passOn(corrected.id, { items: ['contact'] })).body.id;
    await passOn(corrected.id, { items: ['name'] });
    const report = { disclosureId: corrected.id, items: ['contact'], kind: 'outdated', toldBySubject: true };
    const reportId = (await worker.post('/transfer/v1/quality-reports', report)).body.id;
    await team.post(`/transfer/v1/quality-reports/${reportId}/investigations`, { findings: 'confirmed' });
    const { body } = await team.post(`/transfer/v1/quality-reports/${reportId}/resolution`, {
      measure: 'corrected',
      reason: 'sourceHasChanged',
      items: [{ item: 'contact', fields: { phone: '+32 3 555 09 99' } }],
    });
    const [correction] = body.corrections;
    const toTell = async () =>
      (await worker.get(`/transfer/v1/disclosures/${corrected.id}`)).body.onward.map((one: any) => [
        one.id,
        one.toTell,
      ]);
    const open = { correctionId: correction.id, kind: 'correction', items: ['contact'], state: 'open' };
    expect(await toTell()).toEqual([
      [told, [open]],
      [expect.any(String), []],
    ]);
    await worker.post(`/transfer/v1/corrections/${correction.id}/acknowledgements`, undefined);
    expect((await toTell())[0]).toEqual([told, [{ ...open, state: 'told' }]]);
    // What is passed on after the correction carries the right values already.
    const later = await passOn(corrected.id, { items: ['contact'] });
    expect(later.body).toMatchObject({ verdict: 'permitted', toTell: [] });

    await world.withdraw(corrected.consentId, corrected.subjectRef);
    const refused = await eventually(
      async () => {
        const { body: answer } = await passOn(corrected.id, { items: ['name'] });
        return answer.verdict === 'refused' && answer;
      },
      { what: 'the withdrawal is known', deadlineMs: 20_000 },
    );
    expect(refused).toMatchObject({ code: 'CONSENT_WITHDRAWN' });

    const erased = await world.delivered();
    await world.requestErasure(erased.id, erased.subjectRef, { items: ['contact'] });
    await world.event(erased.id, 'values.erased');
    expect((await passOn(erased.id)).body).toMatchObject({ code: 'ITEM_NOT_COVERED', clause: '3-items' });
    expect((await passOn(erased.id, { items: ['name'] })).body.verdict).toBe('permitted');
  });

  it('OG-5-case the frequency report counts requests by month, unit and purpose for both parties, and names nobody', async () => {
    const day = (ms: number) => formatInstant(ms).slice(0, 10);
    const [from, to] = [day(Date.now() - 2 * 86_400_000), day(Date.now() + 2 * 86_400_000)];
    const read = async (client: TestClient, query = `from=${from}&to=${to}`) =>
      client.get(`/transfer/v1/frequency-reports?protocolId=${world.protocolId}&${query}`);
    const dpos = [
      await world.as({ sub: 'dpo', party: world.sender, roles: ['dpo'], client_id: 'og' }),
      await world.receiverDpo(),
    ] as const;
    const total = (items: any[], purpose: string) =>
      items
        .filter(
          (item) => item.purpose === purpose && item.requesterUnit === TEAM && item.requesterParty === world.sender,
        )
        .reduce(
          (sum, { requests, permitted, refused }) => {
            sum.requests += requests;
            sum.permitted += permitted;
            for (const { code, count } of refused) sum[code] = (sum[code] ?? 0) + count;
            return sum;
          },
          { requests: 0, permitted: 0 },
        );
    const purpose = 'access-to-social-support';
    const before = total((await read(dpos[0])).body.items, purpose);
    await world.delivered();
    // A purpose that the protocol does not know is recorded without its name.
    const ref = await world.subject(team);
    for (let i = 0; i < 2; i += 1) await team.post('/transfer/v1/disclosures', world.request(ref, null));
    await team.post('/transfer/v1/disclosures', world.request(ref, null, { purpose: 'statistics' }));

    const report = await read(dpos[0]);
    expect(report.status).toBe(200);
    expect(total(report.body.items, purpose)).toEqual({
      ...before,
      requests: before.requests + 3,
      permitted: before.permitted + 1,
      CONSENT_MISSING: (before.CONSENT_MISSING ?? 0) + 2,
    });
    expect(total(report.body.items, 'unlisted')).toEqual({ requests: 1, permitted: 0, PURPOSE_NOT_AGREED: 1 });
    expect(JSON.stringify(report.body)).not.toContain(ref);
    for (const { month } of report.body.items) expect(month).toMatch(/^\d{4}-\d{2}$/);
    expect((await read(dpos[1])).body).toEqual(report.body);

    expect((await read(dpos[0], 'from=2020-01-01&to=2020-12-31')).body.items).toEqual([]);
    expect((await read(dpos[0], 'from=2026-02-02&to=2026-02-01')).status).toBe(400);
    expect((await read(await world.stranger())).status).toBe(404);
    expect((await read(team)).status).toBe(403);
  });
});
