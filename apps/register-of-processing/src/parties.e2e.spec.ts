import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { undeclaredRoutes } from '@convenant/platform';
import { agreementOnFj, PROTOCOLS } from './agreements.support.spec.js';
import { RegisterWorld } from './register.support.spec.js';

describe('the register of parties', () => {
  let world: RegisterWorld;
  beforeAll(async () => {
    world = await RegisterWorld.start('2026-02-27T10:00:00Z');
  });
  afterAll(() => world?.stop());

  it('has no route that does not say who may use it', () => {
    expect(undeclaredRoutes(world.service.app)).toEqual([]);
  });

  it('OG-parties registers a public body under an id of its own, its enterprise number verified', async () => {
    const request = world.partyRequest('Agency of the north', '0886.886.638');
    const { status, body } = await world.admin.post('/register/v1/parties', request);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      name: 'Agency of the north',
      enterpriseNumber: '0886886638',
      issuer: world.issuer.url,
    });
    const [event] = await world.events(body.id);
    expect(event).toMatchObject({
      type: 'party.registered',
      data: { partyId: body.id, jwksUri: world.issuer.jwksUri },
    });
    expect(JSON.stringify(await world.events())).not.toContain('first-dpo-of');
  });

  it('refuses wrong check digits with code and place, and stores nothing', async () => {
    const { status, body } = await world.admin.post(
      '/register/v1/parties',
      world.partyRequest('Nobody', '0886.886.639'),
    );
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'IDENTIFIER_INVALID', issues: [{ name: '/enterpriseNumber' }] });
    expect(body.detail).not.toContain('0886');
  });

  it('FJ-II tells bodies with one enterprise number apart by their unit', async () => {
    const first = await world.registerParty('Department one', '0316.380.841', { unitCode: 'OVO000001' });
    const second = await world.registerParty('Department two', '0316.380.841', { unitCode: 'OVO000002' });
    expect(first).not.toBe(second);
    for (const unitCode of ['OVO000001', undefined]) {
      const number = unitCode ? '0316380841' : '0886886638';
      const again = await world.admin.post(
        '/register/v1/parties',
        world.partyRequest('Again', number, unitCode ? { unitCode } : {}),
      );
      expect([again.status, again.body.code]).toEqual([409, 'PARTY_EXISTS']);
    }
  });

  it('answers a repeated key with the first answer, and another body under it with a conflict', async () => {
    const key = randomUUID();
    const request = world.partyRequest('Agency of the east', '0308.357.753');
    const first = await world.admin.post('/register/v1/parties', request, key);
    const again = await world.admin.post('/register/v1/parties', request, key);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const other = await world.admin.post('/register/v1/parties', { ...request, name: 'Other' }, key);
    expect([other.status, other.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    expect(await world.events(first.body.id)).toHaveLength(1);
  });

  it('knows a repeated key across a restart', async () => {
    const key = randomUUID();
    const request = world.partyRequest('Agency of the south', '1000002197');
    const first = await world.admin.post('/register/v1/parties', request, key);
    await world.restart();
    const again = await world.admin.post('/register/v1/parties', request, key);
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await world.events(first.body.id)).toHaveLength(1);
  });

  it('shows a party itself alone while it has no protocol, and the operator every one', async () => {
    const { body: all } = await world.admin.get('/register/v1/parties');
    expect(all.items).toHaveLength(5);
    const id = all.items[0].id as string;
    const { body: own } = await (await world.of(id, ['agency'])).get('/register/v1/parties');
    expect(own.items.map((party: { id: string }) => party.id)).toEqual([id]);
  });

  it('is closed to whoever has no token, the wrong role, or an issuer that does not speak for the party', async () => {
    const request = world.partyRequest('Agency of the west', '0212.169.781');
    const anonymous = await (await world.service.as()).post('/register/v1/parties', request);
    expect([anonymous.status, anonymous.body.code]).toEqual([401, 'UNAUTHENTICATED']);
    const { body: all } = await world.admin.get('/register/v1/parties');
    const agency = await (await world.of(all.items[0].id, ['agency'])).post('/register/v1/parties', request);
    expect([agency.status, agency.body.code]).toEqual([403, 'FORBIDDEN']);
    const stranger = await (await world.of(randomUUID(), ['agency'])).get('/register/v1/parties');
    expect([stranger.status, stranger.body.code]).toEqual([401, 'UNAUTHENTICATED']);
  });

  it('needs an Idempotency-Key and refuses fields it does not know', async () => {
    const request = world.partyRequest('Agency of the west', '0212.169.781');
    const { body: keyless } = await world.admin.lookup('/register/v1/parties', request);
    expect(keyless.code).toBe('IDEMPOTENCY_KEY_MISSING');
    const { body: unknown } = await world.admin.post('/register/v1/parties', { ...request, kbo: '1' });
    expect(unknown).toMatchObject({ code: 'INPUT_INVALID', issues: [{ name: '/kbo' }] });
  });

  it('FJ-II shows a department nothing of what another one with its enterprise number has agreed', async () => {
    const { body: all } = await world.admin.get('/register/v1/parties');
    const named = (name: string) => all.items.find((party: { name: string }) => party.name === name).id as string;
    const [sender, one, two] = [named('Agency of the east'), named('Department one'), named('Department two')];
    const protocol = await agreementOnFj(world, sender, one);
    const at = `${PROTOCOLS}/${protocol.id}`;
    const [own, sibling] = [await world.of(one, ['dpo']), await world.of(two, ['dpo'])];
    expect((await own.get(at)).body).toMatchObject({ id: protocol.id, state: 'active' });
    const places = [at, `${at}/documents`, `${at}/evidence`, `${at}/alerts`, `${at}/versions`];
    for (const place of places) {
      const [seen, hidden] = [await own.get(place), await sibling.get(place)];
      expect([place, seen.status, hidden.status, hidden.body.code]).toEqual([place, 200, 404, 'NOT_FOUND']);
    }
    expect((await own.get(PROTOCOLS)).body.items).toHaveLength(1);
    expect((await sibling.get(PROTOCOLS)).body.items).toEqual([]);
    const seen = async (client: typeof own) =>
      (await client.get('/register/v1/parties')).body.items.map((party: { id: string }) => party.id).sort();
    expect(await seen(own)).toEqual([sender, one].sort());
    expect(await seen(sibling)).toEqual([two]);
  });
});
