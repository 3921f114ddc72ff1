import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { startTelemetryForTests, type TestTelemetry } from '@convenant/platform';
import { eventually } from '@convenant/testing';
import { startSystem, type SystemUnderTest } from './start-system.js';

let system: SystemUnderTest | undefined;
let telemetry: TestTelemetry;

beforeAll(async () => {
  telemetry = startTelemetryForTests();
  system = await startSystem();
}, 120_000);

afterAll(async () => {
  await system?.stop();
  await telemetry?.stop();
}, 60_000);

async function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${system!.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

async function tokenOf(persona: string): Promise<string> {
  return ((await (await post('/sandbox/v1/tokens', { persona })).json()) as { token: string }).token;
}

describe('one trace', () => {
  it('leads from the command over HTTP through outbox, topic and every inbox into the trail', async () => {
    const { issuer, jwksUri } = system!.sandbox;
    const registered = await post(
      '/register/v1/parties',
      {
        name: 'OCMW Voorbeeldgem (verzonnen)',
        enterpriseNumber: '0999.000.030',
        issuer,
        jwksUri,
        contacts: [{ role: 'dpo', mailbox: 'dpo@derde.example' }],
        firstDpo: { sub: 'other-dpo' },
      },
      { authorization: `Bearer ${await tokenOf('admin')}`, 'idempotency-key': randomUUID() },
    );
    expect(registered.status).toBe(201);
    const { id: party } = (await registered.json()) as { id: string };
    const trace = registered.headers.get('belgov-trace-id');

    // Consent, transfer, retention, breach and the trail each handle it: five inboxes beside the register that told it.
    const inboxes = await eventually(
      () => {
        const names = telemetry
          .spans()
          .filter((span) => span.spanContext().traceId === trace)
          .map((span) => span.name);
        const handled = names.filter((name) => name === 'process party.registered').length;
        return names.some((name) => name.startsWith('send')) && handled >= 5 && handled;
      },
      { what: 'the trace has reached every inbox' },
    );
    expect(inboxes).toBe(5);

    await post('/sandbox/v1/personas/other-dpo', { party });
    const headers = { authorization: `Bearer ${await tokenOf('other-dpo')}` };
    const { items } = (await (await fetch(`${system!.url}/audit/v1/entries`, { headers })).json()) as {
      items: { type: string; subject: string }[];
    };
    expect(items.map(({ type, subject }) => ({ type, subject }))).toContainEqual({
      type: 'party.registered',
      subject: party,
    });
  });
});
