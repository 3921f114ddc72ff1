import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { KeyedReferences } from '@convenant/platform';
import { eventually, type TestClient } from '@convenant/testing';
import { agreementOnFj, agreementOnOg, barrierOf } from './agreements.support.spec.js';
import { fjFile, RegisterWorld } from './register.support.spec.js';

const USERS = '/register/v1/user-authorizations';

describe('authorisations of users', () => {
  let world: RegisterWorld;
  let justice: string;
  let welfare: string;
  let ocmw: string;
  let dpo: TestClient;
  let protocolId: string;

  beforeAll(async () => {
    world = await RegisterWorld.start('2026-03-01T10:00:00Z');
    justice = await world.registerParty('FOD Justitie', '0308.357.753');
    welfare = await world.registerParty('Departement WVG', '0316.380.841', { unitCode: 'OVO000001' });
    ocmw = await world.registerParty('OCMW Sint-Gillis-Waas', '0212.169.781');
    dpo = await world.of(welfare, ['dpo']);
    ({ id: protocolId } = await agreementOnFj(world, justice, welfare));
  });
  afterAll(() => world?.stop());

  const request = (change: object = {}) => ({
    protocolId,
    sub: 'worker-one',
    unit: 'justitieel-welzijnswerk',
    task: 'reception',
    capacity: 'social-worker',
    secrecy: true,
    items: ['name', 'prison'],
    supervisor: { sub: 'team-head' },
    validUntil: '2027-03-01T10:00:00Z',
    ...change,
  });

  it('FJ-fn5 a named person is authorised with a start, an end and a supervisor; who it is leaves the register nowhere', async () => {
    const given = await dpo.post(USERS, request());
    expect(given.status).toBe(201);
    const { id } = given.body;
    // The same reference that every other service computes from the token.
    const userRef = new KeyedReferences(Buffer.alloc(32, 7).toString('base64')).userRef(world.issuer.url, 'worker-one');
    expect(given.body).toMatchObject({
      party: welfare,
      userRef,
      person: { issuer: world.issuer.url, sub: 'worker-one' },
      supervisor: { sub: 'team-head' },
      scopeSource: 'protocol',
      validFrom: expect.stringContaining('2026-03-01T10:'),
      validUntil: '2027-03-01T10:00:00.000Z',
      state: 'authorized',
      clause: 'fn5',
    });
    const [event] = await world.events(id);
    expect(event).toMatchObject({
      type: 'user.authorized',
      clause: 'fn5',
      data: { partyId: welfare, userRef, task: 'reception', items: ['name', 'prison'], scopeSource: 'protocol' },
    });
    const topic = JSON.stringify(await world.events());
    expect(topic).not.toContain('worker-one');
    expect(topic).not.toContain('team-head');

    expect((await dpo.get(`${USERS}?protocolId=${protocolId}`)).body.items).toEqual([given.body]);
    expect((await dpo.get(`${USERS}/${id}`)).body).toEqual(given.body);
    const again = await dpo.post(USERS, request({ items: ['name'] }));
    expect(again.body).toMatchObject({ status: 409, code: 'CONFLICT', clause: 'fn5' });
    const other = await dpo.post(USERS, request({ task: 'transport', supervisor: { office: 'head-of-service' } }));
    expect(other.body).toMatchObject({ state: 'authorized', supervisor: { office: 'head-of-service' } });
    const first = await dpo.get(`${USERS}?limit=1`);
    expect(first.body.items).toEqual([other.body]);
    expect((await dpo.get(`${USERS}?limit=1&after=${first.body.next}`)).body).toEqual({ items: [given.body] });
  });

  it('FJ-fn5 only the data protection officer of the party that looks up gives, sees and revokes', async () => {
    const { body } = await dpo.post(USERS, request({ sub: 'worker-two' }));
    const senderDpo = await world.of(justice, ['dpo']);
    const worker = await world.of(welfare, ['agency-user', 'ops', 'signatory']);
    const stranger = await world.of(ocmw, ['dpo']);
    expect((await senderDpo.post(USERS, request({ sub: 'x' }))).status).toBe(403);
    expect((await worker.post(USERS, request({ sub: 'x' }))).status).toBe(403);
    expect((await stranger.post(USERS, request({ sub: 'x' }))).status).toBe(404);
    expect((await senderDpo.get(USERS)).body).toEqual({ items: [] });
    expect((await worker.get(USERS)).status).toBe(403);
    for (const [client, status] of [
      [senderDpo, 404],
      [stranger, 404],
      [worker, 403],
    ] as const) {
      expect((await client.get(`${USERS}/${body.id}`)).status).toBe(status);
      expect((await client.post(`${USERS}/${body.id}/revocation`, { reason: 'leftUnit' })).status).toBe(status);
    }
  });

  it('FJ-fn5 a revocation is enforcing until transfer has confirmed it, then revoked with the latency', async () => {
    const { body } = await dpo.post(USERS, request({ sub: 'worker-three' }));
    const revoked = await dpo.post(`${USERS}/${body.id}/revocation`, { reason: 'leftUnit' });
    expect(revoked.body).toMatchObject({ state: 'enforcing', revocation: { reason: 'leftUnit' } });
    expect((await dpo.post(`${USERS}/${body.id}/revocation`, { reason: 'error' })).body).toMatchObject({
      status: 409,
      code: 'CONFLICT',
    });
    await barrierOf(world, 'revocation', protocolId, 2, [], body.id);
    const enforced = await eventually(
      async () => {
        const answer = await dpo.get(`${USERS}/${body.id}`);
        return answer.body.state === 'revoked' && answer.body;
      },
      { what: 'the revocation is enforced' },
    );
    expect(enforced.revocation.latencyMs).toBeGreaterThan(0);
    expect((await world.events(body.id)).map(({ type }) => type)).toEqual([
      'user.authorized',
      'user.revoked',
      'user.revocation.enforced',
    ]);
    // The task is free again.
    expect((await dpo.post(USERS, request({ sub: 'worker-three' }))).status).toBe(201);
  });

  it('FJ-III.5 an authorisation stays within the items of the protocol, and within its table of tasks where it has one', async () => {
    const invalid = async (change: object, name: string, clause: string) =>
      expect((await dpo.post(USERS, request({ sub: 'worker-four', ...change }))).body).toMatchObject({
        status: 400,
        code: 'INPUT_INVALID',
        clause,
        issues: [{ name }],
      });
    const told = async () => (await world.events()).filter(({ type }) => type.startsWith('user.')).length;
    const stored = await told();
    await invalid({ items: ['name', 'offence'] }, '/items/1', 'III.3');
    await invalid({ supervisor: { sub: 'worker-four' } }, '/supervisor/sub', 'fn5');
    await invalid({ validFrom: '2027-03-01T10:00:00Z' }, '/validUntil', 'fn5');
    await invalid({ validFrom: '2026-01-01T10:00:00Z', validUntil: '2026-02-01T10:00:00Z' }, '/validUntil', 'fn5');
    expect((await dpo.post(USERS, request({ validUntil: undefined }))).body).toMatchObject({ code: 'INPUT_INVALID' });
    expect(await told()).toBe(stored);

    const row = (capacity: string, items: string) =>
      `      - { task: reception, capacity: ${capacity}, items: [${items}], basis: null, clause: III.5 }`;
    const table = ['scope:', row('null', 'name'), row('social-worker', 'name, cell')].join('\n');
    const file = fjFile.replace('    scopeClause: III.5', `    ${table}\n    scopeClause: III.5`);
    const { id } = await agreementOnFj(world, justice, welfare, file);
    const tabled = (change: object) => request({ sub: 'worker-five', protocolId: id, ...change });
    expect((await dpo.post(USERS, tabled({ items: ['name', 'prison'] }))).body).toMatchObject({
      code: 'INPUT_INVALID',
      clause: 'III.5',
      issues: [{ name: '/items/1' }],
    });
    expect((await dpo.post(USERS, tabled({ items: ['cell'], capacity: 'clerk' }))).status).toBe(400);
    expect((await dpo.post(USERS, tabled({ items: ['cell'] }))).status).toBe(201);
  });

  it('FJ-fn5 nobody is authorised under a protocol that knows no users or has ended', async () => {
    const ended = await agreementOnFj(world, justice, welfare);
    const writing = { kind: 'revocation', writingHash: 'a'.repeat(64) };
    const ending = await (
      await world.of(welfare, ['signatory'])
    ).post(`/register/v1/protocols/${ended.id}/endings`, writing);
    expect(ending.status).toBe(201);
    expect((await dpo.post(USERS, request({ protocolId: ended.id }))).body).toMatchObject({
      status: 409,
      code: 'TRANSITION_ILLEGAL',
    });
    const og = await world.registerParty('Opgroeien regie', '0886.886.638');
    const { id } = await agreementOnOg(world, og, ocmw);
    const ocmwDpo = await world.of(ocmw, ['dpo']);
    expect((await ocmwDpo.post(USERS, request({ protocolId: id }))).body).toMatchObject({ code: 'TRANSITION_ILLEGAL' });
    expect((await dpo.post(USERS, request({ protocolId: newId() }))).status).toBe(404);
  });
});
