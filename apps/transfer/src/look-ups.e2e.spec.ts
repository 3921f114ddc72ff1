import { describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { LOOK_UPS, useLookUpWorld } from './testing/look-up-world.support.spec.js';
import { detained } from './testing/source-agency.support.spec.js';

describe('look-ups', () => {
  const w = useLookUpWorld();
  const { next, connect, named, authorize, request, lookUp, refusal } = w;

  it('FJ-III.8 go by the federal integrator: the route and its receipt stand on the disclosure, the values only in the answer and the vault', async () => {
    const value = next();
    const key = newId();
    const items = Object.keys(detained);
    const answer = await lookUp({ items, identifiers: [{ kind: 'nationalNumber', value }] }, w.worker, key);
    expect(answer.status).toBe(201);
    const [one] = answer.body.answers;
    expect(one).toMatchObject({
      verdict: 'permitted',
      clause: 'III.3',
      state: 'delivered',
      route: 'federal-integrator',
      receipt: 'fsb-2026-000117',
      controllerOfTransfer: 'integrator',
      generation: 1,
      items: items.map((item) => ({ item, fields: detained[item], source: 'justice-register', version: 'v7' })),
    });
    expect(w.source.asked.at(-1)).toMatchObject({
      path: '/integrator',
      authorization: 'Bearer secret-of-federal-integrator',
      body: { requestId: one.id, items, identifier: { kind: 'nationalNumber', value } },
    });
    const [authorized, delivered] = await w.world.events(one.id);
    expect(authorized).toMatchObject({
      name: 'disclosure.authorized',
      data: {
        channel: { kind: 'integrator', route: 'federal-integrator' },
        lookUp: { identifierKind: 'nationalNumber', task: 'reception', supervisor: { office: 'head-of-service' } },
      },
      row: { actor_ref: w.world.userRef('worker-one') },
    });
    expect(delivered).toMatchObject({
      name: 'disclosure.delivered',
      data: {
        route: 'federal-integrator',
        receipt: 'fsb-2026-000117',
        controllerOfTransfer: 'integrator',
        clause: 'III.8',
      },
    });
    const topics = JSON.stringify(await w.world.events());
    for (const secret of [value, 'Proefkonijn', 'C-117', 'secret-of']) expect(topics).not.toContain(secret);
    // The same again from the vault, without asking the w.source.
    const before = w.source.asked.length;
    const body = request({ items, identifiers: [{ kind: 'nationalNumber', value }] });
    expect((await w.worker.post(LOOK_UPS, body, key)).body).toEqual(answer.body);
    expect(w.source.asked.length).toBe(before);
    // The sender sees that it was disclosed, and no value; a colleague of the user gets nothing.
    const sender = await w.world.as({ sub: 'justice-dpo', party: w.world.sender, roles: ['dpo'] });
    expect((await sender.get(`/transfer/v1/disclosures/${one.id}`)).body).toMatchObject({
      state: 'delivered',
      route: 'federal-integrator',
      receipt: 'fsb-2026-000117',
      controllerOfTransfer: 'integrator',
    });
    const colleague = await named('worker-two');
    expect((await colleague.post(LOOK_UPS, body, key)).status).toBe(404);
    expect((await colleague.post(`/transfer/v1/disclosures/${one.id}/values/collect`, undefined)).status).toBe(403);
    expect((await colleague.get('/transfer/v1/inbox')).body.items).toEqual([]);
    expect((await w.worker.get('/transfer/v1/inbox')).body.items.map(({ id }: any) => id)).toContain(one.id);
  });

  it('FJ-III.8 without the receipt of the integrator nothing is passed on', async () => {
    w.source.receipt = undefined;
    const [one] = (await lookUp()).body.answers;
    expect(one).toMatchObject({ state: 'failed', failure: 'RECEIPT_MISSING' });
    expect(one.items).toBeUndefined();
    expect((await w.world.event(one.id, 'disclosure.failed')).data).toMatchObject({
      code: 'RECEIPT_MISSING',
      clause: 'III.8',
    });
    const kept = await w.world.database.query('SELECT 1 FROM vault_envelope WHERE disclosure_id = $1', [one.id]);
    expect(kept.rowCount).toBe(0);
  });

  it('FJ-III.3 only the six items, by national or BIS number, by AFIS number where neither exists, with right check digits', async () => {
    await refusal({ items: ['name', 'offence'] }, 'ITEM_NOT_COVERED', 'III.3');
    const afis = { kind: 'afisNumber', value: 'AF-2026/44' };
    await refusal({ identifiers: [afis] }, 'LOOKUP_NOT_BY_IDENTIFIER', 'fn1');
    await refusal({ identifiers: [{ ...afis, absent: ['bisNumber'] }] }, 'LOOKUP_NOT_BY_IDENTIFIER', 'fn1');
    const stated = await lookUp({ identifiers: [{ ...afis, absent: ['nationalNumber', 'bisNumber'] }] });
    expect(stated.body.answers).toMatchObject([{ verdict: 'permitted', state: 'delivered' }]);
    expect((await w.world.event(stated.body.answers[0].id, 'disclosure.authorized')).data.lookUp).toMatchObject({
      identifierKind: 'afisNumber',
      absentKinds: ['nationalNumber', 'bisNumber'],
    });
    const stored = (await w.world.events()).length;
    const value = next();
    const wrong = `${value.slice(0, 9)}${value.endsWith('11') ? '12' : '11'}`;
    const mistake = await lookUp({ identifiers: [{ kind: 'nationalNumber', value: wrong }] });
    expect(mistake).toMatchObject({
      status: 400,
      body: { code: 'IDENTIFIER_INVALID', issues: [{ name: '/identifiers/0/value' }] },
    });
    expect(JSON.stringify(mistake.body)).not.toContain(wrong);
    expect((await w.world.events()).length).toBe(stored);
    // What the source adds to what was asked for is not passed on either.
    w.source.change = (items) => [...items, { item: 'cell', fields: detained['cell'], source: 's', version: 'v' }];
    expect((await lookUp()).body.answers[0]).toMatchObject({ state: 'failed', failure: 'SOURCE_ANSWER_INVALID' });
    w.source.change = (items) => items.map((item) => ({ ...item, fields: { ...item.fields, offence: 'x' } }));
    expect((await lookUp()).body.answers[0]).toMatchObject({ state: 'failed', failure: 'SOURCE_ANSWER_INVALID' });
  });

  it('FJ-fn1 no name and no wildcard finds anybody; several persons are decided each alone; a user has a budget', async () => {
    const byName = await refusal(
      { identifiers: [{ kind: 'name', value: 'Proefkonijn' }] },
      'LOOKUP_NOT_BY_IDENTIFIER',
      'fn1',
    );
    expect((await w.world.events(byName.id))[0]!.data.lookUp).toMatchObject({ identifierKind: 'unlisted' });
    await refusal({ identifiers: [{ kind: 'nationalNumber', value: '850730*' }] }, 'LOOKUP_NOT_BY_IDENTIFIER', 'fn1');
    expect(JSON.stringify(await w.world.events())).not.toContain('850730*');

    const known = next();
    const stranger = next();
    w.source.strangers.add(stranger);
    const identifiers = [
      { kind: 'nationalNumber', value: known },
      { kind: 'name', value: 'x' },
      { kind: 'nationalNumber', value: stranger },
    ];
    const { body } = await lookUp({ identifiers });
    expect(body.answers).toMatchObject([
      { state: 'delivered' },
      { state: 'refused', code: 'LOOKUP_NOT_BY_IDENTIFIER' },
      { state: 'failed', failure: 'SOURCE_KNOWS_NOBODY' },
    ]);
    expect(new Set(body.answers.map(({ id }: any) => id)).size).toBe(3);
    // The same person again has the same reference.
    const again = await lookUp({ identifiers: [{ kind: 'nationalNumber', value: known }] });
    expect(again.body.answers[0].subjectRef).toBe(body.answers[0].subjectRef);
    const twice = await lookUp({ identifiers: [identifiers[0], identifiers[0]] });
    expect(twice).toMatchObject({ status: 400, body: { code: 'INPUT_INVALID' } });

    const greedy = await named('greedy');
    await authorize('greedy');
    const ten = () => ({ identifiers: Array.from({ length: 10 }, () => ({ kind: 'nationalNumber', value: next() })) });
    const batches = [];
    for (let batch = 0; batch < 3; batch += 1) batches.push(await lookUp(ten(), greedy));
    // At once: two commands cannot both spend what is left.
    batches.push(...(await Promise.all([lookUp(ten(), greedy), lookUp(ten(), greedy)])));
    expect(batches.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    const codes = batches.flatMap((batch) => batch.body.answers.map(({ code }: any) => code));
    expect(codes.filter((code) => code === undefined)).toHaveLength(40);
    expect(codes.filter((code) => code === 'LOOKUP_BUDGET_SPENT')).toHaveLength(10);
  });

  it('FJ-III.5 an item outside the task and capacity of the user is refused', async () => {
    const narrow = await named('narrow');
    await authorize('narrow', { items: ['name'] });
    await refusal({}, 'USER_SCOPE', 'III.5', narrow);
    await refusal({ task: 'transport', items: ['name'] }, 'USER_SCOPE', 'fn5', narrow);
    expect((await lookUp({ items: ['name'] }, narrow)).body.answers).toMatchObject([{ state: 'delivered' }]);
  });

  it('FJ-fn5 only an authorised natural person looks up: no system, no other unit, nobody after the end', async () => {
    const system = await named('wvg-system', { roles: ['agency'] });
    expect(await lookUp({}, system)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    await refusal({}, 'USER_SCOPE', 'fn5', await named('nobody-authorised'));
    await refusal({}, 'USER_SCOPE', 'fn5', await named('worker-one', { unit: 'ouderenzorg' }));
    await authorize('past', { validUntil: '2026-02-01T00:00:00Z' });
    await refusal({}, 'USER_SCOPE', 'fn5', await named('past'));
    expect((await lookUp({}, await w.world.stranger())).status).toBe(404);
    await refusal({}, 'USER_SCOPE', 'fn5', await w.world.team({ sub: 'of-the-sender' }));
  });

  it('OG-C-secrecy where users are authorised, token and authorisation must agree that the person is bound', async () => {
    await authorize('unbound', { secrecy: false });
    await refusal({}, 'SECRECY_REQUIRED', 'fn5', await named('unbound'));
    await refusal({}, 'SECRECY_REQUIRED', 'fn5', await named('worker-one', { secrecy: false }));
    expect((await lookUp({}, await named('unbound', { secrecy: false }))).body.answers[0].verdict).toBe('permitted');
  });

  it('FJ-III.1 nothing is looked up without a legal obligation or public task of both parties', async () => {
    const { model } = w.world;
    w.world.model = { ...model, legalBases: model.legalBases.filter(({ side }) => side === 'receiver') };
    const protocolId = await w.world.protocol(newId());
    w.world.model = model;
    await connect(protocolId);
    await authorize('worker-one', { protocolId });
    await refusal({ protocolId }, 'GROUND_MISSING', 'III.1');
  });
});
