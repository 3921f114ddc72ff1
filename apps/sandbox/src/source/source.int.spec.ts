import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inszKind, newId } from '@convenant/kernel';
import { inventedDetainees } from './detainees.js';
import { ServiceIntegrator } from './service-integrator.js';
import { SourceAgency } from './source-agency.js';

let source: SourceAgency;
let integrator: ServiceIntegrator;

beforeAll(async () => {
  source = await SourceAgency.start({ 'of-integrator': 'integrator', 'of-installation': 'installation' });
  integrator = await ServiceIntegrator.start(
    { 'carry-for-me': 'installation' },
    { url: source.url, bearerToken: 'of-integrator' },
  );
});
afterAll(async () => {
  await integrator?.close();
  await source?.close();
});

const question = (change: object = {}) => ({
  requestId: newId(),
  protocol: newId(),
  purpose: 'help-and-services-to-detainees',
  items: ['name', 'cell'],
  identifier: { kind: 'nationalNumber', value: inventedDetainees[0]!['identifier']!.fields['nationalNumber']! },
  onBehalfOf: { party: newId(), userRef: 'u_somebody' },
  ...change,
});

async function ask(url: string, token: string, body: unknown): Promise<{ status: number; body: any }> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, { method: 'POST', headers, body: text });
  return { status: response.status, body: await response.json() };
}

describe('the source agency', () => {
  it('gives the items asked for, each with source and version, and remembers who asked but nobody it was about', async () => {
    const asked = question();
    const { status, body } = await ask(source.url, 'of-installation', asked);
    expect(status).toBe(200);
    expect(body).toEqual({
      items: ['name', 'cell'].map((item) => ({ item, ...inventedDetainees[0]![item], source: 'detention-register' })),
    });
    expect(source.answered.at(-1)).toEqual({
      ...{ requestId: asked.requestId, caller: 'installation', userRef: 'u_somebody' },
      ...{ identifierKind: 'nationalNumber', items: ['name', 'cell'], status: 200 },
    });
    expect(JSON.stringify(source.answered)).not.toContain(asked.identifier.value);
  });

  it('knows nobody by a name, refuses what it does not keep, and hears no stranger', async () => {
    const byName = question({ identifier: { kind: 'lastName', value: 'Vlierbeek-Proefkonijn' } });
    expect(await ask(source.url, 'of-installation', byName)).toMatchObject({ status: 404 });
    expect(await ask(source.url, 'of-installation', question({ items: ['offence'] }))).toMatchObject({ status: 403 });
    expect(await ask(source.url, 'of-nobody', question())).toMatchObject({ status: 401 });
    expect(await ask(source.url, 'of-installation', question({ offence: 'x' }))).toMatchObject({ status: 400 });
    expect(await ask(source.url, 'of-installation', 'no JSON')).toMatchObject({ status: 400 });
    expect(await ask(`${source.url}/all`, 'of-installation', question())).toMatchObject({ status: 400 });
    expect(await ask(source.url, 'of-installation', 'x'.repeat(70_000))).toMatchObject({ status: 413 });
  });

  it('keeps invented people whose numbers have right check digits', () => {
    const numbers = inventedDetainees.map((detainee) => Object.entries(detainee['identifier']!.fields)[0]!);
    expect(numbers.map(([kind]) => kind)).toEqual(['nationalNumber', 'bisNumber', 'afisNumber']);
    for (const [kind, value] of numbers.slice(0, 2)) expect(inszKind(value)).toBe(kind);
  });
});

describe('the service integrator', () => {
  it('carries under its own name and gives a receipt, the same one for the same request', async () => {
    const asked = question();
    const first = await ask(integrator.url, 'carry-for-me', asked);
    expect(first).toMatchObject({ status: 200, body: { receipt: 'fsb-000001' } });
    expect(source.answered.at(-1)).toMatchObject({ requestId: asked.requestId, caller: 'integrator' });
    expect(await ask(integrator.url, 'carry-for-me', asked)).toEqual(first);
    expect((await ask(integrator.url, 'carry-for-me', question())).body.receipt).toBe('fsb-000002');
    const stranger = question({ identifier: { kind: 'bisNumber', value: '1' } });
    expect(await ask(integrator.url, 'carry-for-me', stranger)).toMatchObject({ status: 404 });
    expect(await ask(integrator.url, 'of-integrator', asked)).toMatchObject({ status: 401 });
  });

  it('can be told not to cooperate, in three ways, and asks the source nothing then', async () => {
    const before = source.answered.length;
    integrator.withhold('refused');
    expect((await ask(integrator.url, 'carry-for-me', question())).status).toBe(403);
    integrator.withhold('discontinued');
    expect((await ask(integrator.url, 'carry-for-me', question())).status).toBe(410);
    integrator.withhold('unreachable');
    await expect(ask(integrator.url, 'carry-for-me', question())).rejects.toThrow();
    expect(source.answered.length).toBe(before);
    integrator.withhold();
    expect((await ask(integrator.url, 'carry-for-me', question())).status).toBe(200);
  });

  it('says that the source does not answer when it does not', async () => {
    const alone = await ServiceIntegrator.start({ t: 'x' }, { url: 'http://127.0.0.1:9/', bearerToken: 'y' });
    expect(await ask(alone.url, 't', question())).toMatchObject({ status: 502 });
    await alone.close();
  });
});
