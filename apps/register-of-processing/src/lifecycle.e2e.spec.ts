import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { eventually, type TestClient } from '@convenant/testing';
import { agreementOnOg, barrierOf, disclosed, PROTOCOLS } from './agreements.support.spec.js';
import { RegisterWorld } from './register.support.spec.js';

describe('suspensions and endings by law', () => {
  let world: RegisterWorld;
  let og: string;
  let ocmw: string;
  let ogDpo: TestClient;
  let ocmwDpo: TestClient;
  let id: string;

  const typesOf = async (subject: string) => (await world.events(subject)).map(({ type }) => type);
  const versionOf = async (type: string) => (await typesOf(id)).lastIndexOf(type) + 1;
  const until = (client: TestClient, path: string, check: (body: any) => boolean, what: string): Promise<any> =>
    eventually(
      async () => {
        const { body } = await client.get(path);
        return check(body) ? body : undefined;
      },
      { what },
    );

  beforeAll(async () => {
    world = await RegisterWorld.start('2026-02-27T10:00:00Z');
    og = await world.registerParty('Opgroeien regie', '0886.886.638');
    ocmw = await world.registerParty('OCMW Sint-Gillis-Waas', '0212.169.781');
    ogDpo = await world.of(og, ['dpo']);
    ocmwDpo = await world.of(ocmw, ['dpo']);
  });
  beforeEach(async () => {
    ({ id } = await agreementOnOg(world, og, ocmw));
    await world.clock.set('2026-06-15T10:00:00Z');
  });
  afterEach(() => world.clock.set('2026-02-27T10:00:00Z'));
  afterAll(() => world?.stop());

  it('a suspension is enforcing until transfer has stopped the flow, and is lifted by the party that suspended', async () => {
    const suspensions = `${PROTOCOLS}/${id}/suspensions`;
    const suspended = await ocmwDpo.post(suspensions, { clause: '9-breach' });
    expect(suspended.status).toBe(201);
    expect(suspended.body).toMatchObject({ state: 'enforcing', party: ocmw, clause: '9-breach', unconfirmed: [] });
    const one = `${suspensions}/${suspended.body.id}`;
    expect((await ogDpo.get(`${PROTOCOLS}/${id}`)).body.state).toBe('suspended');
    expect((await ogDpo.post(suspensions, {})).body).toMatchObject({ status: 409, code: 'TRANSITION_ILLEGAL' });

    const cut = newId();
    await barrierOf(world, 'suspension', id, await versionOf('protocol.suspended'), [cut]);
    await until(ogDpo, one, ({ state }) => state === 'enforced', 'the suspension is enforced');
    expect((await world.events(id)).at(-1)).toMatchObject({
      type: 'protocol.suspension.enforced',
      clause: '9-breach',
      data: { causeId: suspended.body.id, latencyMs: expect.any(Number), unconfirmed: [cut] },
    });

    expect((await ogDpo.post(`${one}/resumption`, {})).body).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    const key = newId();
    const resumed = await ocmwDpo.post(`${one}/resumption`, {}, key);
    expect(resumed).toMatchObject({ status: 201, body: { state: 'resumed', resumedAt: expect.any(String) } });
    expect((await ocmwDpo.post(`${one}/resumption`, {}, key)).body).toEqual(resumed.body);
    expect((await ocmwDpo.post(`${one}/resumption`, {})).body).toMatchObject({ status: 409, code: 'CONFLICT' });
    expect((await ogDpo.get(`${PROTOCOLS}/${id}`)).body.state).toBe('active');
    expect((await world.events(id)).at(-1)).toMatchObject({
      type: 'protocol.resumed',
      data: { suspensionId: suspended.body.id, byParty: ocmw },
    });
  });

  it('a suspension is for an officer or a signatory of one of the parties, under a clause of the text', async () => {
    const suspensions = `${PROTOCOLS}/${id}/suspensions`;
    expect((await (await world.of(og, ['agency-user'])).post(suspensions, {})).body).toMatchObject({ status: 403 });
    expect((await ogDpo.post(suspensions, { clause: 'no-clause' })).body).toMatchObject({ code: 'INPUT_INVALID' });
    expect((await ogDpo.post(suspensions, { reason: 'none' })).body).toMatchObject({ status: 400 });
    expect((await (await world.of(newId(), ['dpo'])).post(suspensions, {})).status).not.toBe(201);
    expect((await ogDpo.get(`${suspensions}/${newId()}`)).body).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(await typesOf(id)).not.toContain('protocol.suspended');
  });

  it('OG-11-lapse suspends at once, ends as of the lapse date and lists what was disclosed since', async () => {
    const before = await disclosed(world, { protocolId: id, party: ocmw, at: '2026-05-31T21:59:59Z' });
    const since = await disclosed(world, { protocolId: id, party: ocmw, at: '2026-06-01T08:00:00Z' });
    const lapses = `${PROTOCOLS}/${id}/lapses`;
    const missing = await ogDpo.post(lapses, { lapsedOn: '2026-06-01' });
    expect(missing.body).toMatchObject({ code: 'INPUT_INVALID', issues: [{ name: '/instrument' }] });
    const noDate = await ogDpo.post(lapses, { instrument: 'Decreet van 1 juni 2026', lapsedOn: '2026-02-31' });
    expect(noDate.body).toMatchObject({ code: 'INPUT_INVALID' });

    const lapsed = await ogDpo.post(lapses, { instrument: 'Decreet van 1 juni 2026', lapsedOn: '2026-06-01' });
    expect(lapsed.status).toBe(201);
    expect(lapsed.body).toMatchObject({
      kind: 'legalGroundLapsed',
      clause: '11-lapse',
      state: 'enforcing',
      endsAt: '2026-05-31T22:00:00.000Z',
    });
    const told = (await world.events(id)).slice(-3);
    expect(told.map(({ type }) => type)).toEqual(['protocol.suspended', 'protocol.lapsed', 'protocol.ended']);
    const flaggedSince = '2026-05-31T22:00:00.000Z';
    expect(told[1]!.data).toMatchObject({
      instrument: 'Decreet van 1 juni 2026',
      lapsedOn: '2026-06-01',
      flaggedSince,
    });
    expect(told[2]!.data).toMatchObject({ endingId: lapsed.body.id, kind: 'legalGroundLapsed', flaggedSince });

    const flagged = `${PROTOCOLS}/${id}/endings/${lapsed.body.id}/flagged`;
    const list = await until(ocmwDpo, flagged, ({ items }) => items.length > 0, 'what was disclosed is listed');
    expect(list).toMatchObject({ flaggedSince, items: [{ disclosureId: since, items: ['name'] }] });
    expect(JSON.stringify(list)).not.toContain(before);

    const ending = `${PROTOCOLS}/${id}/endings/${lapsed.body.id}`;
    await barrierOf(world, 'suspension', id, await versionOf('protocol.suspended'));
    await barrierOf(world, 'ending', id, await versionOf('protocol.lapsed'));
    await until(ogDpo, ending, ({ state }) => state === 'enforced', 'the lapse is enforced');
    expect((await ogDpo.get(`${PROTOCOLS}/${id}`)).body).toMatchObject({ state: 'ended', endings: [lapsed.body.id] });
    const again = await ogDpo.post(lapses, { instrument: 'Decreet van 1 juni 2026', lapsedOn: '2026-06-01' });
    expect(again.body).toMatchObject({ status: 409, code: 'TRANSITION_ILLEGAL' });
  });

  it('OG-11-lapse on a date that lies ahead lets the flow go on until then, and flags nothing', async () => {
    const lapses = `${PROTOCOLS}/${id}/lapses`;
    const lapsed = await ocmwDpo.post(lapses, { instrument: 'Arrest 2026/77', lapsedOn: '2026-07-01' });
    expect(lapsed.body).toMatchObject({ state: 'scheduled', endsAt: '2026-06-30T22:00:00.000Z' });
    expect((await typesOf(id)).at(-1)).toBe('protocol.lapsed');
    const flagged = await ogDpo.get(`${PROTOCOLS}/${id}/endings/${lapsed.body.id}/flagged`);
    expect(flagged.body).toEqual({ endingId: lapsed.body.id, items: [] });
    await world.clock.set('2026-06-30T22:00:00Z');
    await eventually(async () => (await typesOf(id)).at(-1) === 'protocol.ended', { what: 'the end is told' });
  });

  it('OG-5-duration and OG-C-annex: the flow ends with the cooperation agreement, and with no other', async () => {
    const endings = `${PROTOCOLS}/${id}/linked-agreement-endings`;
    const other = await ogDpo.post(endings, { agreement: 'another-agreement', endedOn: '2026-06-10' });
    expect(other.body).toMatchObject({ status: 409, code: 'TRANSITION_ILLEGAL', clause: '5-duration' });
    const ended = await ogDpo.post(endings, { agreement: 'cooperation-agreement', endedOn: '2026-06-10' });
    expect(ended.body).toMatchObject({ kind: 'linkedAgreementEnded', clause: '5-duration', state: 'enforcing' });
    const told = (await world.events(id)).slice(-2);
    expect(told).toMatchObject([
      { type: 'protocol.linkedAgreement.ended', data: { agreement: 'cooperation-agreement', byParty: og } },
      { type: 'protocol.ended', data: { kind: 'linkedAgreementEnded', flaggedSince: '2026-06-09T22:00:00.000Z' } },
    ]);
    await barrierOf(world, 'ending', id, await versionOf('protocol.linkedAgreement.ended'));
    const path = `${PROTOCOLS}/${id}/endings/${ended.body.id}`;
    await until(ocmwDpo, path, ({ state }) => state === 'enforced', 'the ending is enforced');
  });

  it('OG-C-annex ends the flow when the cooperation agreement ends', async () => {
    const endings = `${PROTOCOLS}/${id}/linked-agreement-endings`;
    const signatory = await world.of(ocmw, ['signatory']);
    const ended = await signatory.post(endings, { agreement: 'cooperation-agreement', endedOn: '2026-09-01' });
    expect(ended.body).toMatchObject({ state: 'scheduled', endsAt: '2026-08-31T22:00:00.000Z' });
    expect((await ogDpo.get(`${PROTOCOLS}/${id}`)).body).toMatchObject({ endsAt: '2026-08-31T22:00:00.000Z' });
  });

  it('OG-11-notice is told as ended, once, when its six months have run out', async () => {
    const given = await (await world.of(og, ['signatory'])).post(`${PROTOCOLS}/${id}/endings`, { kind: 'notice' });
    expect(given.body).toMatchObject({ state: 'scheduled', endsAt: '2026-12-15T23:00:00.000Z' });
    expect(await typesOf(id)).not.toContain('protocol.ended');
    await world.clock.set('2026-12-15T23:00:00Z');
    const ends = async () => (await world.events(id)).filter(({ type }) => type === 'protocol.ended');
    const [ended] = await eventually(async () => ((await ends()).length > 0 ? ends() : undefined), {
      what: 'the end of the notice is told',
    });
    expect(ended).toMatchObject({
      clause: '11-notice',
      data: { endingId: given.body.id, kind: 'notice', endedAt: '2026-12-15T23:00:00.000Z' },
    });
    expect(ended!.data.flaggedSince).toBeUndefined();
    await barrierOf(world, 'ending', id, await versionOf('protocol.notice.given'));
    const path = `${PROTOCOLS}/${id}/endings/${given.body.id}`;
    await until(ogDpo, path, ({ state }) => state === 'enforced', 'the notice is enforced');
    await world.restart();
    expect(await ends()).toHaveLength(1);
    ogDpo = await world.of(og, ['dpo']);
    ocmwDpo = await world.of(ocmw, ['dpo']);
  });

  it('tracks the duties after an ending until each is done, by whom and shown by what', async () => {
    const ended = await ogDpo.post(`${PROTOCOLS}/${id}/lapses`, { instrument: 'Decreet', lapsedOn: '2026-06-01' });
    const duties = `${PROTOCOLS}/${id}/endings/${ended.body.id}/duties`;
    const states = (body: any) => Object.fromEntries(body.items.map(({ duty, state }: any) => [duty, state]));
    expect(states((await ogDpo.get(duties)).body)).toEqual({
      stopFlow: 'open',
      stopDeliveries: 'open',
      flagSince: 'open',
      keepUntilRetentionEnds: 'open',
    });
    const complete = (client: TestClient, duty: string, body: object = {}) =>
      client.post(`${duties}/${duty}/completion`, body);
    expect((await complete(ogDpo, 'stopFlow')).body).toMatchObject({ status: 409, code: 'TRANSITION_ILLEGAL' });
    expect((await complete(ogDpo, 'damagesReserved')).body).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    const notHis = await complete(ogDpo, 'keepUntilRetentionEnds');
    expect(notHis.body).toMatchObject({ status: 403, code: 'FORBIDDEN', clause: '11-lapse' });

    const evidenceHash = 'd'.repeat(64);
    const done = await complete(ocmwDpo, 'keepUntilRetentionEnds', { evidenceHash });
    expect(done.status).toBe(201);
    expect(done.body.items).toContainEqual(
      expect.objectContaining({ duty: 'keepUntilRetentionEnds', state: 'completed', party: ocmw, evidenceHash }),
    );
    expect((await world.events(id)).at(-1)).toMatchObject({
      type: 'protocol.endDuty.completed',
      clause: '11-lapse',
      data: { endingId: ended.body.id, duty: 'keepUntilRetentionEnds', byParty: ocmw, evidenceHash },
    });
    expect((await complete(ocmwDpo, 'keepUntilRetentionEnds')).body).toMatchObject({ status: 409, code: 'CONFLICT' });
    await complete(ogDpo, 'flagSince');
    await barrierOf(world, 'ending', id, await versionOf('protocol.lapsed'));
    await until(
      ogDpo,
      duties,
      (body) => body.items.every(({ state }: any) => state === 'completed'),
      'every duty is completed',
    );
  });

  it('a duty is not done before the protocol has ended', async () => {
    const given = await (await world.of(og, ['signatory'])).post(`${PROTOCOLS}/${id}/endings`, { kind: 'notice' });
    const path = `${PROTOCOLS}/${id}/endings/${given.body.id}/duties/keepUntilRetentionEnds/completion`;
    expect((await ocmwDpo.post(path, {})).body).toMatchObject({
      status: 409,
      code: 'TRANSITION_ILLEGAL',
      clause: '11-notice',
    });
  });
});
