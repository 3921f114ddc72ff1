import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { inventedDetainees } from '@convenant/sandbox';
import { eventually, type TestClient } from '@convenant/testing';
import { CanarySearch } from './canaries.js';
import {
  accepted,
  BY_AFIS_NUMBER,
  BY_BIS_NUMBER,
  BY_NATIONAL_NUMBER,
  ITEMS,
  LookUpFlow,
} from './look-up-flow.support.spec.js';
import { captureOutput, everyTopic, searchDatabases, searchTopics } from './places.js';

/** What was typed where a number belongs. */
const TYPED_NAME = 'Vlierbeek-Proefkonijn';
const WILDCARD = '790217*';
/** Identifiers and values of everybody who is looked up; whether somebody is present is a word that occurs by chance. */
const personal = inventedDetainees.flatMap((detainee) =>
  Object.entries(detainee).flatMap(([item, { fields }]) => (item === 'presence' ? [] : Object.values(fields))),
);

let flow: LookUpFlow;
let worker: TestClient;
let authorization: any;
let output: ReturnType<typeof captureOutput>;

beforeAll(async () => {
  output = captureOutput();
  flow = await LookUpFlow.start();
  authorization = await flow.authorize('worker-one');
}, 240_000);
beforeEach(async () => {
  // A token lasts five minutes.
  worker = await flow.worker('worker-one');
});
afterAll(async () => {
  output?.release();
  await flow?.stop();
}, 60_000);

const about = (id: string) => (entries: any[]) => entries.filter(({ subject }) => subject === id);
const typesAbout = async (side: 'sender' | 'receiver', id: string, count: number) =>
  about(id)(await flow.trail(side, (entries) => about(id)(entries).length >= count)).map(({ type }) => type);

/** Refused as it should be, without a word to the source; only the party that asked sees it. */
async function refused(answer: any, code: string, clause: string): Promise<void> {
  expect(answer).toMatchObject({ verdict: 'refused', state: 'refused', code, clause });
  expect(answer.items).toBeUndefined();
  expect(flow.source.answered.map(({ requestId }) => requestId)).not.toContain(answer.id);
  expect(await typesAbout('receiver', answer.id, 1)).toEqual(['disclosure.refused']);
  expect(await typesAbout('sender', answer.id, 0)).toEqual([]);
}

describe('the protocol with look-ups, through every service', () => {
  it('FJ-III.8 a look-up goes by the integrator to the source; receipt, source and version come back with the values', async () => {
    const seen = [{ aggregateId: authorization.id, version: 1 }];
    const answer = await flow.lookUp(worker, BY_NATIONAL_NUMBER, ITEMS, seen);
    expect(answer).toMatchObject({
      ...{ verdict: 'permitted', state: 'delivered', route: 'federal-integrator', controllerOfTransfer: 'integrator' },
      receipt: flow.integrator.receipts.get(answer.id),
      items: ITEMS.map((item) => ({ item, ...inventedDetainees[0]![item], source: 'detention-register' })),
    });
    expect(answer.receipt).toMatch(/^fsb-/);
    expect(flow.source.answered.at(-1)).toMatchObject({
      ...{ requestId: answer.id, caller: 'integrator', userRef: authorization.userRef, items: ITEMS },
    });
    // Both parties can show it; what came is with the receiving party only.
    for (const side of ['sender', 'receiver'] as const) {
      const entries = await flow.trail(side, (all) => about(answer.id)(all).length === 2);
      const [authorized, delivered] = about(answer.id)(entries);
      expect(authorized).toMatchObject({ type: 'disclosure.authorized', actorRef: authorization.userRef });
      expect(delivered).toMatchObject({
        ...{ type: 'disclosure.delivered', clause: 'III.8' },
        data: { receipt: answer.receipt, controllerOfTransfer: 'integrator' },
      });
    }
    const bis = await flow.lookUp(worker, BY_BIS_NUMBER, ['name', 'presence']);
    expect(bis).toMatchObject({ state: 'delivered', items: [{ item: 'name' }, { fields: { present: 'false' } }] });
    const afis = { ...BY_AFIS_NUMBER, absent: ['nationalNumber', 'bisNumber'] };
    expect(await flow.lookUp(worker, afis, ['prison'])).toMatchObject({ state: 'delivered' });
  });

  it('FJ-fn1 nobody is found by a name, a part of a number or a second-best number, and a stranger is nobody', async () => {
    for (const identifier of [
      { kind: 'name', value: TYPED_NAME },
      { kind: 'nationalNumber', value: WILDCARD },
      BY_AFIS_NUMBER,
    ]) {
      await refused(await flow.lookUp(worker, identifier, ['name']), 'LOOKUP_NOT_BY_IDENTIFIER', 'fn1');
    }
    const stranger = await flow.lookUp(worker, { kind: 'nationalNumber', value: '85073003328' }, ['name']);
    expect(stranger).toMatchObject({ verdict: 'permitted', state: 'failed', failure: 'SOURCE_KNOWS_NOBODY' });
    expect(stranger.items).toBeUndefined();
  });

  it('FJ-III.5 a user gets the items of the own task and capacity, and nobody an item outside the list', async () => {
    const { id } = await flow.authorize('narrow-worker', ['name', 'prison']);
    const narrow = await flow.worker('narrow-worker');
    const seen = [{ aggregateId: id, version: 1 }];
    expect(await flow.lookUp(narrow, undefined, ['name', 'prison'], seen)).toMatchObject({ state: 'delivered' });
    await refused(await flow.lookUp(narrow, undefined, ['name', 'cell']), 'USER_SCOPE', 'III.5');
    await refused(await flow.lookUp(worker, undefined, ['name', 'offence']), 'ITEM_NOT_COVERED', 'III.3');
  });

  it('FJ-fn5 only whom the officer authorised looks up, and nothing is given once a revocation is enforced', async () => {
    await refused(await flow.lookUp(await flow.worker('nobody-authorised')), 'USER_SCOPE', 'fn5');
    const { id } = await flow.authorize('leaving-worker');
    const leaving = await flow.worker('leaving-worker');
    const seen = [{ aggregateId: id, version: 1 }];
    expect(await flow.lookUp(leaving, undefined, ['name'], seen)).toMatchObject({ state: 'delivered' });
    const dpo = await flow.of('receiver', 'dpo');
    const path = `/register/v1/user-authorizations/${id}`;
    accepted(await dpo.post(`${path}/revocation`, { reason: 'leftUnit' }));
    const enforced = await eventually(
      async () => {
        const { body } = await dpo.get(path);
        return body.state === 'revoked' ? body : undefined;
      },
      { what: 'the revocation is enforced', deadlineMs: 30_000 },
    );
    expect(enforced.revocation.latencyMs).toBeGreaterThan(0);
    await refused(await flow.lookUp(leaving, undefined, ['name']), 'USER_SCOPE', 'fn5');
    // Who works for a party is no business of the other one.
    expect(await typesAbout('receiver', id, 3)).toEqual([
      'user.authorized',
      'user.revoked',
      'user.revocation.enforced',
    ]);
    expect(await typesAbout('sender', id, 0)).toEqual([]);
  });

  it('FJ-III.9 while non-cooperation of the integrator is on record, the source is asked directly and the sender is controller', async () => {
    flow.integrator.withhold('unreachable');
    const lost = await flow.lookUp(worker, undefined, ['name']);
    expect(lost).toMatchObject({ verdict: 'permitted', state: 'failed', failure: 'SOURCE_UNREACHABLE' });
    flow.integrator.withhold('discontinued');
    const told = await flow.lookUp(worker, undefined, ['name']);
    // Failures alone change no route: who is controller is for the parties to put on record.
    expect(told).toMatchObject({ state: 'failed', failure: 'SOURCE_REFUSED', route: 'federal-integrator' });

    const fallbacks = '/transfer/v1/route-fallbacks';
    const order = { protocolId: flow.protocolId, route: 'direct', reason: 'discontinued' };
    const ops = await flow.of('sender', 'ops');
    const active = accepted(await ops.post(fallbacks, order));
    expect(active).toMatchObject({ state: 'active', of: 'federal-integrator', controllerOfTransfer: 'sender' });
    expect(active.failures).toBeGreaterThanOrEqual(2);
    const direct = await flow.lookUp(worker);
    expect(direct).toMatchObject({ state: 'delivered', route: 'direct', controllerOfTransfer: 'sender' });
    expect(direct.receipt).toBeUndefined();
    expect(flow.source.answered.at(-1)).toMatchObject({ requestId: direct.id, caller: 'installation', status: 200 });

    flow.integrator.withhold();
    accepted(await ops.post(`${fallbacks}/${active.id}/ending`, undefined));
    const back = await flow.lookUp(worker, undefined, ['name']);
    expect(back).toMatchObject({ route: 'federal-integrator', controllerOfTransfer: 'integrator' });
    for (const side of ['sender', 'receiver'] as const) {
      expect(await typesAbout(side, active.id, 2)).toEqual(['route.fallback.activated', 'route.fallback.ended']);
      const entries = await flow.trail(side, (all) => about(direct.id)(all).length === 2);
      expect(about(direct.id)(entries)[1].data).toMatchObject({ route: 'direct', controllerOfTransfer: 'sender' });
    }
  });

  it('FJ-IV-end the express revocation by one party is enforced, and from then on nothing flows by any route', async () => {
    expect(await flow.lookUp(worker, undefined, ['name'])).toMatchObject({ state: 'delivered' });
    const path = `/register/v1/protocols/${flow.protocolId}`;
    const writing = { kind: 'revocation', writingHash: 'a'.repeat(64) };
    const ending = accepted(await (await flow.of('receiver', 'signatory')).post(`${path}/endings`, writing));
    expect(ending).toMatchObject({ kind: 'revocation', clause: 'IV-end' });
    const other = await flow.of('sender', 'dpo');
    const enforced = await eventually(
      async () => {
        const { body } = await other.get(`${path}/endings/${ending.id}`);
        return body.state === 'enforced' ? body : undefined;
      },
      { what: 'the ending is enforced', deadlineMs: 30_000 },
    );
    expect(enforced).toMatchObject({ unconfirmed: [] });
    expect((await other.get(path)).body.state).toBe('ended');

    const asked = flow.source.answered.length;
    for (const identifier of [BY_NATIONAL_NUMBER, BY_BIS_NUMBER]) {
      await refused(await flow.lookUp(worker, identifier, ['name']), 'PROTOCOL_ENDED', 'IV-end');
    }
    const order = { protocolId: flow.protocolId, route: 'direct', reason: 'refused' };
    expect((await (await flow.of('sender', 'ops')).post('/transfer/v1/route-fallbacks', order)).status).toBe(409);
    await expect(flow.authorize('late-worker')).rejects.toThrow('TRANSITION_ILLEGAL');
    expect(flow.source.answered.length).toBe(asked);
    for (const side of ['sender', 'receiver'] as const) {
      const entries = await flow.trail(side, (all) => all.some(({ type }) => type === 'protocol.ending.enforced'));
      const types = entries.map(({ type }) => type);
      expect(types).toEqual(expect.arrayContaining(['protocol.activated', 'protocol.revoked', 'barrier.applied']));
      // Whom a party authorised, looks for in vain or knows by a reference is for itself alone.
      const own = ['user.authorized', 'disclosure.refused', 'subject.registered'];
      expect(own.filter((type) => types.includes(type))).toEqual(side === 'receiver' ? own : []);
    }
  });

  it('FJ-fn1 the identifiers and the values stand in no topic, no table and no log line, nor do the secrets of the routes', async () => {
    const wanted = [...personal, TYPED_NAME, WILDCARD, ...flow.secrets];
    const search = new CanarySearch(wanted);
    const topics = await everyTopic(flow.system);
    expect(await searchTopics({ ...flow.system, topics }, search)).toBeGreaterThan(80);
    expect(await searchDatabases(flow.system, search)).toBeGreaterThan(100);
    const text = output.text();
    expect(text.match(/"route":"\/transfer\//g)?.length ?? 0).toBeGreaterThan(15);
    search.in('the logs', text);
    expect(search.found).toEqual([]);
    // They did pass through: the search knows them where they are.
    const given = await worker.get('/transfer/v1/inbox');
    expect(given.body.items.length).toBeGreaterThan(5);
    const planted = new CanarySearch(wanted);
    planted.in('an answer', JSON.stringify(inventedDetainees[0]));
    expect(planted.found.length).toBeGreaterThanOrEqual(6);
  });
});
