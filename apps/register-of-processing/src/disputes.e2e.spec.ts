import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import type { TestClient } from '@convenant/testing';
import { agreementOnFj, agreementOnOg, disclosed, PROTOCOLS } from './agreements.support.spec.js';
import { documentHash, otherText, RegisterWorld } from './register.support.spec.js';

describe('disputes', () => {
  let world: RegisterWorld;
  let og: string;
  let ocmw: string;
  let ogDpo: TestClient;
  let ocmwSignatory: TestClient;
  let protocolId: string;
  let disputes: string;

  beforeAll(async () => {
    world = await RegisterWorld.start('2026-02-27T10:00:00Z');
    og = await world.registerParty('Opgroeien regie', '0886.886.638');
    ocmw = await world.registerParty('OCMW Sint-Gillis-Waas', '0212.169.781');
    ogDpo = await world.of(og, ['dpo']);
    ocmwSignatory = await world.of(ocmw, ['signatory']);
    ({ id: protocolId } = await agreementOnOg(world, og, ocmw));
    disputes = `${PROTOCOLS}/${protocolId}/disputes`;
    await world.clock.set('2026-06-15T10:00:00Z');
  });
  afterAll(() => world?.stop());

  it('OG-10 a party opens a dispute before the court that the text names, and both see it until it is closed', async () => {
    const opened = await ogDpo.post(disputes, { ground: 'violation', writingHash: 'a'.repeat(64) });
    expect(opened.status).toBe(201);
    const { id } = opened.body;
    const court = 'De bevoegde rechtbank in Brussel';
    expect(opened.body).toMatchObject({
      party: og,
      scope: { protocolId },
      ground: 'violation',
      law: 'Belgisch recht',
      court,
      clause: '10',
      state: 'open',
    });
    expect(await world.events(id)).toMatchObject([
      { type: 'dispute.opened', clause: '10', data: { disputeId: id, protocolId, byParty: og, court } },
    ]);
    expect((await ocmwSignatory.get(`${disputes}/${id}`)).body).toEqual(opened.body);

    const closing = `${disputes}/${id}/closing`;
    const notHis = await ocmwSignatory.post(closing, { outcome: 'withdrawn' });
    expect(notHis.body).toMatchObject({ status: 403, code: 'FORBIDDEN', clause: '10' });
    const bare = await ocmwSignatory.post(closing, { outcome: 'settled' });
    expect(bare.body).toMatchObject({ code: 'INPUT_INVALID', issues: [{ name: '/documentHash' }] });
    const closed = await ocmwSignatory.post(closing, { outcome: 'settled', documentHash });
    expect(closed.body).toMatchObject({ state: 'closed', closing: { party: ocmw, outcome: 'settled', documentHash } });
    expect((await world.events(id)).at(-1)).toMatchObject({
      type: 'dispute.closed',
      clause: '10',
      data: { disputeId: id, outcome: 'settled', documentHash },
    });
    expect((await ogDpo.post(closing, { outcome: 'withdrawn' })).body).toMatchObject({ status: 409, code: 'CONFLICT' });
  });

  it('OG-10 a dispute is about the protocol, one person or one disclosure under it', async () => {
    const subjectRef = newId();
    const disclosureId = await disclosed(world, { protocolId, party: ocmw, subjectRef, at: '2026-06-01T08:00:00Z' });
    const one = await ogDpo.post(disputes, { scope: { disclosureId }, ground: 'unlawfulDisclosure' });
    expect(one.body).toMatchObject({ scope: { disclosureId, protocolId } });
    const person = await ocmwSignatory.post(disputes, { scope: { subjectRef }, ground: 'dataQuality' });
    expect(person.body).toMatchObject({ scope: { subjectRef, protocolId }, party: ocmw });
    expect((await ogDpo.get(disputes)).body.items.slice(0, 2).map(({ id }: any) => id)).toEqual([
      person.body.id,
      one.body.id,
    ]);
    const withdrawn = await ogDpo.post(`${disputes}/${one.body.id}/closing`, { outcome: 'withdrawn' });
    expect(withdrawn.body).toMatchObject({ state: 'closed' });

    for (const scope of [{ subjectRef: newId() }, { disclosureId, subjectRef: newId() }]) {
      const unknown = await ogDpo.post(disputes, { scope, ground: 'damages' });
      expect(unknown.body).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    }
  });

  it('OG-10 a dispute outlives the protocol, and is not about one that was never in force', async () => {
    const drafter = await world.of(og, ['agency']);
    const parties = { sender: og, receiver: ocmw };
    const draft = await drafter.post(PROTOCOLS, { parties, file: otherText, format: 'yaml', documentHash });
    const never = await ogDpo.post(`${PROTOCOLS}/${draft.body.id}/disputes`, { ground: 'interpretation' });
    expect(never.body).toMatchObject({ status: 409, code: 'TRANSITION_ILLEGAL' });

    const { id } = await agreementOnOg(world, og, ocmw);
    const lapse = { instrument: 'Decreet van 1 juni 2026', lapsedOn: '2026-06-01' };
    expect((await ogDpo.post(`${PROTOCOLS}/${id}/lapses`, lapse)).status).toBe(201);
    expect((await ogDpo.post(`${PROTOCOLS}/${id}/disputes`, { ground: 'damages' })).status).toBe(201);
  });

  it('a dispute is opened by an officer or a signatory, on a ground of the list, and exists for nobody else', async () => {
    expect((await ogDpo.post(disputes, { ground: 'anger' })).body).toMatchObject({ code: 'INPUT_INVALID' });
    const worker = await world.of(og, ['agency-user']);
    expect((await worker.post(disputes, { ground: 'violation' })).body).toMatchObject({ status: 403 });
    const firstDpo = await world.of(og, ['agency-user'], 'first-dpo-of-0886.886.638');
    const opened = await firstDpo.post(disputes, { ground: 'interpretation' });
    expect(opened.status).toBe(201);

    const stranger = await world.registerParty('FOD Justitie', '0308.357.753');
    const outsider = await world.of(stranger, ['dpo']);
    expect((await outsider.post(disputes, { ground: 'violation' })).status).toBe(404);
    expect((await outsider.get(disputes)).status).toBe(404);
    expect((await outsider.get(`${disputes}/${opened.body.id}`)).status).toBe(404);
    expect((await outsider.post(`${disputes}/${opened.body.id}/closing`, { outcome: 'withdrawn' })).status).toBe(404);
  });

  it('a dispute about a text that names no law or court says none', async () => {
    const receiver = await world.registerParty('Departement WVG', '0316.380.841', { unitCode: 'OVO000001' });
    const justice = (await world.admin.get('/register/v1/parties')).body.items.find(
      ({ enterpriseNumber }: any) => enterpriseNumber === '0308357753',
    ).id;
    const { id } = await agreementOnFj(world, justice, receiver);
    const dpo = await world.of(receiver, ['dpo']);
    const opened = await dpo.post(`${PROTOCOLS}/${id}/disputes`, { ground: 'interpretation' });
    expect(opened.status).toBe(201);
    expect(opened.body.court).toBeUndefined();
    expect(opened.body.clause).toBeUndefined();
  });
});
