import { describe, expect, it } from '@jest/globals';
import { createPublicKey, verify } from 'node:crypto';
import { protocolRevoked, userRevoked } from '@convenant/contracts';
import { canonicalJson, formatInstant, newId } from '@convenant/kernel';
import { eventually } from '@convenant/testing';
import { LOOK_UPS, UNIT, useLookUpWorld } from './testing/look-up-world.support.spec.js';

describe('look-ups, accounted for and stopped', () => {
  const w = useLookUpWorld();
  const { connect, named, authorize, request, lookUp, names, refusal } = w;

  it('FJ-fn2-3 items carry their source and version; the receiver reports an error instead of editing, and the source corrects', async () => {
    const [one] = (await lookUp()).body.answers;
    const delivered = await w.world.event(one.id, 'disclosure.delivered');
    expect(delivered.data.items).toEqual([
      { item: 'name', fields: ['lastName', 'firstName'], source: 'justice-register', version: 'v7' },
      { item: 'prison', fields: ['prison'], source: 'justice-register', version: 'v7' },
    ]);
    const report = { disclosureId: one.id, items: ['prison'], kind: 'outdated', toldBySubject: true };
    const source_ = await w.world.team({ sub: 'justice-source' });
    expect((await source_.post('/transfer/v1/quality-reports', report)).status).toBe(404);
    const reported = await w.worker.post('/transfer/v1/quality-reports', report);
    expect(reported).toMatchObject({ status: 201, body: { state: 'open', clause: 'III.3' } });
    const path = `/transfer/v1/quality-reports/${reported.body.id}`;
    await source_.post(`${path}/investigations`, { findings: 'confirmed' });
    const items = [{ item: 'prison', fields: { prison: 'Andere gevangenis' } }];
    const resolution = { measure: 'corrected', reason: 'sourceHasChanged', items };
    expect((await source_.post(`${path}/resolution`, resolution)).body).toMatchObject({ state: 'resolved' });
    const collected = await w.worker.post(`/transfer/v1/disclosures/${one.id}/values/collect`, undefined);
    expect(collected.body).toMatchObject({ generation: 2, items: [{ item: 'name' }, items[0]] });
  });

  it('FJ-III.9 the fallback is used only on recorded non-cooperation; meanwhile the sender is controller of the transfer', async () => {
    w.source.status = 503;
    const [lost] = (await lookUp()).body.answers;
    expect(lost).toMatchObject({ verdict: 'permitted', state: 'failed', failure: 'SOURCE_UNREACHABLE' });
    w.source.status = 403;
    expect((await lookUp()).body.answers[0]).toMatchObject({ state: 'failed', failure: 'SOURCE_REFUSED' });
    w.source.status = 200;
    expect((await lookUp()).body.answers[0]).toMatchObject({ route: 'federal-integrator' });

    const fallbacks = '/transfer/v1/route-fallbacks';
    const order = {
      protocolId: w.world.protocolId,
      route: 'direct',
      reason: 'unreachable',
      evidenceHash: 'a'.repeat(64),
    };
    const dpo = await w.world.receiverDpo();
    expect((await dpo.post(fallbacks, order)).status).toBe(403);
    expect((await w.ops.post(fallbacks, { ...order, route: 'federal-integrator' })).body).toMatchObject({
      code: 'INPUT_INVALID',
    });
    const active = await w.ops.post(fallbacks, order);
    expect(active).toMatchObject({
      status: 201,
      body: { state: 'active', of: 'federal-integrator', controllerOfTransfer: 'sender', clause: 'III.9' },
    });
    expect(active.body.failures).toBeGreaterThanOrEqual(2);
    expect((await w.ops.post(fallbacks, order)).body).toMatchObject({ status: 409, code: 'CONFLICT' });
    const [direct] = (await lookUp()).body.answers;
    expect(direct).toMatchObject({ state: 'delivered', route: 'direct', controllerOfTransfer: 'sender' });
    expect(direct.receipt).toBeUndefined();
    expect(w.source.asked.at(-1)).toMatchObject({ path: '/source', authorization: 'Bearer secret-of-direct' });

    const ended = await w.ops.post(`${fallbacks}/${active.body.id}/ending`, undefined);
    expect(ended.body).toMatchObject({ state: 'ended' });
    expect((await w.ops.post(`${fallbacks}/${active.body.id}/ending`, undefined)).status).toBe(409);
    expect((await lookUp()).body.answers[0]).toMatchObject({
      route: 'federal-integrator',
      controllerOfTransfer: 'integrator',
    });
    expect((await dpo.get(`${fallbacks}?protocolId=${w.world.protocolId}`)).body.items).toEqual([ended.body]);
    expect((await w.world.events(active.body.id)).map(({ name, data }) => [name, data.controllerOfTransfer])).toEqual([
      ['route.fallback.activated', 'sender'],
      ['route.fallback.ended', 'integrator'],
    ]);
    const elsewhere = { protocolId: w.world.protocolId, route: 'direct', url: 'http://169.254.169.254/latest' };
    expect((await w.ops.post('/transfer/v1/source-endpoints', elsewhere)).body).toMatchObject({
      code: 'INPUT_INVALID',
    });
  });

  it('FJ-III.10 the data protection officer justifies the access of a user by a signed report', async () => {
    const user = await named('reported');
    await authorize('reported', { items: ['name'], supervisor: { userRef: w.world.userRef('team-head') } });
    const from = formatInstant(Date.now() - 60_000);
    const [seen] = (await lookUp({ items: ['name'] }, user)).body.answers;
    const [refused] = (await lookUp({ items: ['cell'] }, user)).body.answers;
    const body = { userRef: w.world.userRef('reported'), from, until: formatInstant(Date.now() + 60_000) };
    const dpo = await w.world.receiverDpo();
    const { status, body: answer } = await dpo.post('/transfer/v1/user-reports', body);
    expect(status).toBe(201);
    const { report, signature } = answer;
    expect(report.lookUps).toMatchObject([
      {
        disclosureId: seen.id,
        subjectRef: seen.subjectRef,
        items: ['name'],
        task: 'reception',
        verdict: 'permitted',
        state: 'delivered',
      },
      { disclosureId: refused.id, items: ['cell'], verdict: 'refused', code: 'USER_SCOPE', clause: 'III.5' },
    ]);
    const supervisor = { userRef: w.world.userRef('team-head') };
    expect(report.lookUps[0]).toMatchObject({
      supervisor,
      receipt: 'fsb-2026-000117',
      purpose: 'help-and-services-to-detainees',
    });
    expect(report.authorizations).toMatchObject([{ items: ['name'], supervisor, unit: UNIT }]);
    const keys = (await w.world.anyone().get('/transfer/v1/archive-keys')).body.items;
    const key = createPublicKey(keys.find(({ keyId }: any) => keyId === signature.keyId).publicKey);
    const signed = (text: string) => verify(null, Buffer.from(text), key, Buffer.from(signature.value, 'base64'));
    expect(signed(canonicalJson(report))).toBe(true);
    expect(signed(canonicalJson({ ...report, lookUps: [] }))).toBe(false);
    expect((await user.post('/transfer/v1/user-reports', body)).status).toBe(403);
    const stranger = await (await w.world.stranger()).post('/transfer/v1/user-reports', body);
    expect(stranger.body.report).toMatchObject({ lookUps: [], authorizations: [] });
    const { rowCount } = await w.world.database.query('SELECT 1 FROM user_report WHERE user_ref = $1', [body.userRef]);
    expect(rowCount).toBe(2);
  });

  it('FJ-fn4 every operation leaves a record, down to the erasure; then the answer is gone for good', async () => {
    const key = newId();
    const body = request({ items: ['name'] });
    const [one] = (await w.worker.post(LOOK_UPS, body, key)).body.answers;
    await w.world.requestErasure(one.id, one.subjectRef, { items: ['name'] });
    await w.world.event(one.id, 'values.erased');
    expect(await w.worker.post(LOOK_UPS, body, key)).toMatchObject({ status: 410, body: { code: 'ANSWER_ERASED' } });
    expect(await names(one.id)).toEqual(['disclosure.authorized', 'disclosure.delivered', 'values.erased']);
  });

  it('FJ-fn4 an intent without outcome is continued by the repeat', async () => {
    const key = newId();
    const body = request();
    let release!: () => void;
    w.source.hold = new Promise((resolve) => (release = resolve));
    const asked = w.source.asked.length;
    const abandoned = new AbortController();
    const url = `${w.world.url}${LOOK_UPS}`;
    const headers = {
      'content-type': 'application/json',
      'idempotency-key': key,
      authorization: await bearer('worker-one'),
    };
    const first = fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal: abandoned.signal });
    await eventually(async () => w.source.asked.length > asked, { what: 'the source is asked' });
    abandoned.abort();
    await expect(first).rejects.toThrow();
    const requestId = w.source.asked.at(-1)!.body.requestId as string;
    await eventually(
      async () =>
        (
          await w.world.database.query('SELECT 1 FROM look_up WHERE disclosure_id = $1 AND lease_until IS NULL', [
            requestId,
          ])
        ).rowCount,
      { what: 'nobody waits for the answer any more' },
    );
    w.source.hold = undefined;
    release();
    const [one] = (await w.worker.post(LOOK_UPS, body, key)).body.answers;
    expect(one).toMatchObject({ id: requestId, state: 'delivered' });
    expect(await names(requestId)).toEqual(['disclosure.authorized', 'disclosure.delivered']);
  });

  async function bearer(sub: string): Promise<string> {
    return `Bearer ${await w.world.token({ sub, party: w.world.receiver, roles: ['agency-user'], unit: UNIT, secrecy: true, client_id: 'wvg' })}`;
  }

  it('FJ-fn5 a revoked user: what is being fetched is waited for and not given, then the barrier stands', async () => {
    const id = await authorize('leaving');
    const user = await named('leaving');
    const key = newId();
    const body = request();
    const [before] = (await user.post(LOOK_UPS, body, key)).body.answers;
    let release!: () => void;
    w.source.hold = new Promise((resolve) => (release = resolve));
    const asked = w.source.asked.length;
    const running = lookUp({}, user);
    await eventually(async () => w.source.asked.length > asked, { what: 'the source is asked' });
    await revoke(id, 'leaving');
    await refusal({}, 'USER_SCOPE', 'fn5', user);
    const applied = async () =>
      (await w.world.events()).find(({ name, data }) => name === 'barrier.applied' && data.cause.subject === id);
    expect(await applied()).toBeUndefined();
    w.source.hold = undefined;
    release();
    expect((await running).body.answers).toMatchObject([{ state: 'failed', failure: 'USER_SCOPE' }]);
    const barrier = await eventually(applied, { what: 'the barrier stands' });
    expect(barrier.data.cause).toEqual({ kind: 'revocation', service: 'register', subject: id, aggregateversion: 2 });
    // What the user was given before is not given again.
    expect(before.state).toBe('delivered');
    expect(await user.post(LOOK_UPS, body, key)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    // Others go on.
    expect((await lookUp()).body.answers).toMatchObject([{ state: 'delivered' }]);
  });

  async function revoke(authorizationId: string, sub: string): Promise<void> {
    const { protocolId, receiver: partyId } = w.world;
    const data = {
      authorizationId,
      partyId,
      protocolId,
      userRef: w.world.userRef(sub),
      reason: 'leftUnit',
      clause: 'fn5',
    };
    const revokedAt = formatInstant(Date.now());
    await w.world.register.publish(userRevoked, {
      subject: authorizationId,
      protocolId,
      data: { ...data, revokedAt } as never,
    });
    await eventually(
      async () =>
        (
          await w.world.database.query(
            'SELECT 1 FROM user_fact WHERE authorization_id = $1 AND revoked_at IS NOT NULL',
            [authorizationId],
          )
        ).rowCount,
      { what: 'the revocation is known', deadlineMs: 20_000 },
    );
  }

  it('FJ-IV-end the express revocation by one party stops the flow at once, also of what is being fetched', async () => {
    const protocolId = await w.world.protocol(newId());
    await connect(protocolId);
    await authorize('worker-one', { protocolId });
    let release!: () => void;
    w.source.hold = new Promise((resolve) => (release = resolve));
    const asked = w.source.asked.length;
    const running = lookUp({ protocolId });
    await eventually(async () => w.source.asked.length > asked, { what: 'the source is asked' });
    const at = formatInstant(Date.now() - 1_000);
    const ending = { endingId: newId(), byParty: w.world.receiver, receivedAt: at, endsAt: at, clause: 'IV-end' };
    const data = { protocolId, version: 1, ...ending, dutiesAfter: ['stopFlow'] };
    await w.world.register.publish(protocolRevoked, {
      subject: protocolId,
      data: data as never,
      protocolId,
      clause: 'IV-end',
    });
    await eventually(
      async () =>
        (
          await w.world.database.query('SELECT 1 FROM protocol_fact WHERE protocol_id = $1 AND ended_at IS NOT NULL', [
            protocolId,
          ])
        ).rowCount,
      { what: 'the ending is known', deadlineMs: 20_000 },
    );
    await refusal({ protocolId }, 'PROTOCOL_ENDED', 'IV-end');
    w.source.hold = undefined;
    release();
    expect((await running).body.answers).toMatchObject([{ state: 'failed', failure: 'PROTOCOL_ENDED' }]);
    const barrier = await eventually(
      async () =>
        (await w.world.events()).find(
          ({ name, data: said }) => name === 'barrier.applied' && said.cause.subject === protocolId,
        ),
      { what: 'the barrier stands' },
    );
    expect(barrier.data).toMatchObject({ cause: { kind: 'ending' }, unconfirmed: [] });
  });
});
