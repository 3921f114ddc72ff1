import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { undeclaredRoutes } from '@convenant/platform';
import { eventually, type TestClient } from '@convenant/testing';
import { TransferWorld } from './testing/transfer-world.support.spec.js';

const SUBJECTS = '/transfer/v1/subjects';
const nationalNumber = (value: string) => ({ kind: 'nationalNumber', value });

describe('a subject', () => {
  let world: TransferWorld;
  let team: TestClient;
  let protocolId: string;

  beforeAll(async () => {
    world = await TransferWorld.start();
    protocolId = await world.protocol();
    team = await world.team();
  }, 60_000);
  afterAll(() => world?.stop());

  it('has one reference however often and however the case and the number are written', async () => {
    const first = await team.post(SUBJECTS, {
      protocolId,
      agencyCaseRef: 'KG-2026-1',
      identifier: nationalNumber('90.02.15-123.70'),
    });
    expect(first).toMatchObject({ status: 201, body: { protocolId, version: 1 } });
    const { subjectRef } = first.body;
    for (const body of [
      { agencyCaseRef: ' KG-2026-1 ' },
      { agencyCaseRef: 'KG-2026-2', identifier: nationalNumber('90021512370') },
      { agencyCaseRef: 'KG-2026-2' },
    ]) {
      expect((await team.post(SUBJECTS, { protocolId, ...body })).body).toEqual(first.body);
    }
    expect((await world.events(subjectRef)).map(({ name }) => name)).toEqual(['subject.registered']);
    const found = await team.lookup(`${SUBJECTS}/get`, { protocolId, identifier: nationalNumber('90021512370') });
    expect(found).toMatchObject({ status: 200, body: { items: [first.body] } });
  });

  it('has one reference when many register the same person at once, and another under another protocol', async () => {
    const body = { protocolId, agencyCaseRef: 'KG-at-once' };
    const answers = await Promise.all(Array.from({ length: 12 }, () => team.post(SUBJECTS, body)));
    const refs = new Set(answers.map((answer) => answer.body.subjectRef));
    expect(refs.size).toBe(1);
    const other = await world.protocol(newId());
    expect(refs.has((await team.post(SUBJECTS, { ...body, protocolId: other })).body.subjectRef)).toBe(false);
  });

  it('is refused where the case and the number point to two persons, or a person would get two numbers', async () => {
    await team.post(SUBJECTS, { protocolId, agencyCaseRef: 'KG-a', identifier: nationalNumber('87.09.14-021.91') });
    await team.post(SUBJECTS, { protocolId, agencyCaseRef: 'KG-b' });
    const two = await team.post(SUBJECTS, {
      protocolId,
      agencyCaseRef: 'KG-b',
      identifier: nationalNumber('87091402191'),
    });
    expect(two).toMatchObject({ status: 409, body: { code: 'SUBJECT_CONFLICT' } });
    const second = await team.post(SUBJECTS, {
      protocolId,
      agencyCaseRef: 'KG-a',
      identifier: nationalNumber('90021512370'),
    });
    expect(second).toMatchObject({ status: 409, body: { code: 'SUBJECT_CONFLICT' } });
  });

  it('is refused when the check digits of its number are wrong, without repeating the number', async () => {
    const answer = await team.post(SUBJECTS, {
      protocolId,
      agencyCaseRef: 'KG-c',
      identifier: nationalNumber('90021512371'),
    });
    expect(answer.body).toMatchObject({ code: 'IDENTIFIER_INVALID' });
    expect(JSON.stringify(answer.body)).not.toContain('90021512371');
  });

  it('is registered by the sender only; for a third party the protocol does not exist', async () => {
    const body = { protocolId, agencyCaseRef: 'KG-d' };
    expect((await (await world.socialWorker()).post(SUBJECTS, body)).status).toBe(403);
    expect((await (await world.stranger()).post(SUBJECTS, body)).status).toBe(404);
    expect((await (await world.stranger()).lookup(`${SUBJECTS}/get`, body)).status).toBe(404);
    expect((await world.anyone().post(SUBJECTS, body)).status).toBe(401);
  });

  it("is known to the receiver once something about it has arrived, by its number and not by the sender's case", async () => {
    const identifier = nationalNumber('90.03.12-001.95');
    const registered = await team.post(SUBJECTS, { protocolId, agencyCaseRef: 'KG-e', identifier });
    expect(registered.status).toBe(201);
    const { subjectRef } = registered.body;
    const worker = await world.socialWorker();
    const find = async () => (await worker.lookup(`${SUBJECTS}/get`, { protocolId, identifier })).body.items;
    expect(await find()).toEqual([]);
    const consent = await world.giveConsent(subjectRef);
    const { body } = await team.post('/transfer/v1/disclosures', world.request(subjectRef, consent));
    await world.disclosed(team, body.id, 'delivered');
    expect(await find()).toEqual([registered.body]);
    expect((await worker.lookup(`${SUBJECTS}/get`, { protocolId, agencyCaseRef: 'KG-e' })).body.items).toEqual([]);
  });

  it('keeps case references and numbers out of every table and every event in the clear', async () => {
    await team.post(SUBJECTS, {
      protocolId,
      agencyCaseRef: 'GEHEIM-7714',
      identifier: nationalNumber('88.11.23-045.26'),
    });
    const { rows: tables } = await world.database.query(
      `SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    );
    for (const { relname } of tables) {
      const { rows } = await world.database.query(`SELECT t::text AS text FROM "${relname}" t`);
      const text = rows.map((row) => row.text).join('\n');
      for (const canary of ['GEHEIM-7714', '88112304526', '88.11.23']) {
        expect(text).not.toContain(canary);
        expect(text).not.toContain(Buffer.from(canary).toString('hex'));
        expect(text).not.toContain(Buffer.from(canary).toString('base64').replaceAll('=', ''));
      }
    }
    const { rows } = await world.database.query(
      `SELECT attname, attstattarget FROM pg_attribute WHERE attrelid = 'subject_key'::regclass AND attname IN ('key_hash', 'ciphertext', 'wrapped_key')`,
    );
    expect(rows.map(({ attstattarget }) => attstattarget)).toEqual([0, 0, 0]);
  });
});

describe('the service', () => {
  let world: TransferWorld;

  beforeAll(async () => {
    world = await TransferWorld.start();
    await world.protocol();
  }, 60_000);
  afterAll(() => world?.stop());

  it('declares on every route who may use it', () => {
    expect(undeclaredRoutes(world.replicas[0]!)).toEqual([]);
  });

  it('answers a gap where a fact is blocked: the requester learns only that, the DPO learns which', async () => {
    const team = await world.team();
    const subjectRef = await world.subject();
    const consentId = newId();
    // A withdrawal of a consent that never came: it cannot be applied, so the consent is blocked.
    await world.withdraw(consentId, subjectRef);
    await eventually(async () => (await world.events()).find(({ name }) => name === 'deadLetter.recorded'), {
      what: 'the dead letter',
    });
    const request = world.request(subjectRef, null, { consentId });
    const { body } = await team.post('/transfer/v1/disclosures', request);
    expect(body).toMatchObject({ verdict: 'gap', code: 'FACT_MISSING' });
    expect(JSON.stringify(body)).not.toContain(consentId);
    const view = `/transfer/v1/disclosures/${body.id}`;
    expect((await team.get(view)).body.missing).toBeUndefined();
    const dpo = await world.team({ sub: 'dpo', roles: ['dpo'] });
    expect((await dpo.get(view)).body.missing).toEqual([`consent/${consentId}`]);
    expect((await world.events(body.id))[0]).toMatchObject({
      name: 'disclosure.refused',
      data: { verdict: 'gap', missing: [`consent/${consentId}`] },
    });
    // Everybody else goes on.
    const consent = await world.giveConsent(subjectRef);
    expect((await team.post('/transfer/v1/disclosures', world.request(subjectRef, consent))).body.verdict).toBe(
      'permitted',
    );
  });
});
