import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { eventually } from '@convenant/testing';
import { startSystem, type SystemUnderTest } from './start-system.js';

let system: SystemUnderTest | undefined;
let headers: Record<string, string>;

async function call(path: string, body?: unknown, more: Record<string, string> = {}) {
  const answer = await fetch(`${system!.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...more, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, any> };
}

async function tokenOf(persona: string): Promise<Record<string, string>> {
  return { authorization: `Bearer ${(await call('/sandbox/v1/tokens', { persona })).body['token']}` };
}

beforeAll(async () => {
  system = await startSystem();
  const { issuer, jwksUri } = system.sandbox;
  const party = await call(
    '/register/v1/parties',
    {
      name: 'OCMW Voorbeeldgem (verzonnen)',
      enterpriseNumber: '0999.000.030',
      issuer,
      jwksUri,
      contacts: [{ role: 'dpo', mailbox: 'dpo@derde.example' }],
      firstDpo: { sub: 'other-dpo' },
    },
    { ...(await tokenOf('admin')), 'idempotency-key': randomUUID() },
  );
  await call('/sandbox/v1/personas/other-agency', { party: party.body['id'] });
  headers = await tokenOf('other-agency');
}, 120_000);

afterAll(() => system?.stop(), 60_000);

describe('a service whose database is older than its topic', () => {
  it('shows nothing and decides nothing, and its health says why', async () => {
    const read = () => call(`/consent/v1/consents/${randomUUID()}`, undefined, headers);
    await eventually(async () => (await read()).status === 404, { what: 'consent knows the party and is open' });

    const client = new pg.Client({ connectionString: system!.databases.get('consent')! });
    await client.connect();
    await client.query(`UPDATE service_state SET closed_because = 'behind', server_started_at = NULL`);
    await client.end();

    expect(await read()).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    const command = { consentId: randomUUID() };
    const decided = await call('/consent/v1/withdrawals', command, { ...headers, 'idempotency-key': randomUUID() });
    expect(decided).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    const health = await eventually(
      async () => {
        const answer = await call('/consent/health');
        return answer.status === 503 && answer.body;
      },
      { what: 'health has noticed' },
    );
    expect(health).toMatchObject({
      status: 'DOWN',
      details: { database: 'UP', closed: expect.stringContaining('an operator must rebase it') },
    });
  });
});
