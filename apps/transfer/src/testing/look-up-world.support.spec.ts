import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { userAuthorized } from '@convenant/contracts';
import { newId } from '@convenant/kernel';
import { parseProtocol, type ProtocolModel } from '@convenant/protocol';
import { eventually, type TestClient } from '@convenant/testing';
import { detained, SourceAgency } from './source-agency.support.spec.js';
import { TransferWorld } from './transfer-world.support.spec.js';

export const LOOK_UPS = '/transfer/v1/look-ups';
export const UNIT = 'justitieel-welzijnswerk';
const file = new URL('../../../../protocols/fod-justitie--departement-wvg.yaml', import.meta.url);

/** A number of an invented person, with its check digits. */
function numberOf(serial: number): string {
  const stem = `850730${String(serial).padStart(3, '0')}`;
  return `${stem}${String(97 - (Number(stem) % 97)).padStart(2, '0')}`;
}

/** The protocol that ships, with what its text leaves open decided. */
async function fjModel(): Promise<ProtocolModel> {
  const parsed = parseProtocol(await readFile(file, 'utf8'), { format: 'yaml' });
  if (!parsed.ok) throw new Error('The protocol file does not parse');
  const model = structuredClone(parsed.model);
  for (const item of model.dataItems) if (item.specialCategory) item.specialCategory.ground = 'Decree of 8 March 2013';
  model.retention.rules[0]!.period = 'P5Y';
  return model;
}

/**
 * The transfer service under the protocol that has look-ups, with an authorised user and a source that answers. Registers its
 * own hooks: to be called once, in a `describe`.
 */
export function useLookUpWorld() {
  let world: TransferWorld;
  let source: SourceAgency;
  let worker: TestClient;
  let ops: TestClient;
  let serial = 100;
  const next = () => numberOf((serial += 1));

  beforeAll(async () => {
    source = await SourceAgency.start();
    world = await TransferWorld.start({
      env: { SOURCE_ORIGINS: source.origin, SOURCE_TIMEOUT_MS: '20000', LOOK_UP_BUDGET: '40' },
    });
    world.model = await fjModel();
    await world.protocol();
    ops = await world.as({ sub: 'justice-ops', party: world.sender, roles: ['ops'], client_id: 'justice' });
    await connect();
    worker = await named('worker-one');
    await authorize('worker-one');
  }, 60_000);
  afterEach(() => {
    source.status = 200;
    source.hold = undefined;
    source.change = (items) => items;
    source.receipt = 'fsb-2026-000117';
  });
  afterAll(async () => {
    await world?.stop();
    await source?.stop();
  });

  async function connect(protocolId = world.protocolId) {
    for (const [route, path] of [
      ['federal-integrator', '/integrator'],
      ['direct', '/source'],
    ]) {
      const body = { protocolId, route, url: `${source.origin}${path}`, bearerToken: `secret-of-${route}` };
      const set = await ops.post('/transfer/v1/source-endpoints', body);
      expect(set).toMatchObject({ status: 201, body: { authenticated: true } });
      expect(JSON.stringify(set.body)).not.toContain('secret-of');
    }
  }

  const named = (sub: string, change: object = {}) =>
    world.socialWorker({ sub, unit: UNIT, client_id: 'wvg', ...change });

  /** What the register says, once it is known here. @returns the id of the authorisation */
  async function authorize(sub: string, change: object = {}): Promise<string> {
    const id = newId();
    const { protocolId, receiver: partyId } = world;
    const data = {
      ...{ authorizationId: id, partyId, protocolId, userRef: world.userRef(sub) },
      ...{ unit: UNIT, task: 'reception', capacity: 'social-worker', secrecy: true },
      items: Object.keys(detained),
      ...{ scopeSource: 'protocol', protocolVersion: 1, supervisor: { office: 'head-of-service' } },
      ...{ validFrom: '2026-01-01T00:00:00Z', validUntil: '2099-01-01T00:00:00Z', clause: 'fn5' },
      ...change,
    };
    await world.register.publish(userAuthorized, { subject: id, data: data as never, protocolId: data.protocolId });
    await eventually(
      async () => (await world.database.query('SELECT 1 FROM user_fact WHERE authorization_id = $1', [id])).rowCount,
      { what: 'the user is known', deadlineMs: 20_000 },
    );
    return id;
  }

  const request = (change: object = {}) => ({
    protocolId: world.protocolId,
    purpose: 'help-and-services-to-detainees',
    task: 'reception',
    category: 'authorized-user',
    items: ['name', 'prison'],
    identifiers: [{ kind: 'nationalNumber', value: next() }],
    ...change,
  });
  const lookUp = (change: object = {}, client = worker, key?: string) =>
    client.post(LOOK_UPS, request(change), ...(key ? [key] : []));
  const names = async (id: string) => (await world.events(id)).map(({ name }) => name);
  const refusal = async (change: object, code: string, clause: string | undefined, client = worker) => {
    const before = source.asked.length;
    const answer = await lookUp(change, client);
    expect(answer).toMatchObject({ status: 201, body: { answers: [{ verdict: 'refused', code, state: 'refused' }] } });
    expect(answer.body.answers[0].clause).toBe(clause);
    expect(source.asked.length).toBe(before);
    expect(await names(answer.body.answers[0].id)).toEqual(['disclosure.refused']);
    return answer.body.answers[0];
  };

  return {
    get world() {
      return world;
    },
    get source() {
      return source;
    },
    get worker() {
      return worker;
    },
    get ops() {
      return ops;
    },
    ...{ next, connect, named, authorize, request, lookUp, names, refusal },
  };
}
