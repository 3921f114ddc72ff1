import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@convenant/kernel';
import { eventually, type TestClient } from '@convenant/testing';
import { openArchive } from './testing/open-archive.support.spec.js';
import { TransferWorld, values } from './testing/transfer-world.support.spec.js';

const NEW_PHONE = '+32 3 555 09 99';

describe('data that are not right', () => {
  let world: TransferWorld;
  let team: TestClient;
  let worker: TestClient;

  beforeAll(async () => {
    world = await TransferWorld.start();
    await world.protocol();
    team = await world.team();
    worker = await world.socialWorker();
  }, 60_000);
  afterAll(() => world?.stop());

  const report = (disclosureId: string, change: object = {}, client = worker) =>
    client.post('/transfer/v1/quality-reports', {
      disclosureId,
      items: ['contact'],
      kind: 'outdated',
      toldBySubject: true,
      ...change,
    });
  const investigate = (id: string, client = team) =>
    client.post(`/transfer/v1/quality-reports/${id}/investigations`, { findings: 'confirmed' });
  const resolve = (id: string, change: object = {}, client = team) =>
    client.post(`/transfer/v1/quality-reports/${id}/resolution`, {
      measure: 'corrected',
      reason: 'sourceHasChanged',
      items: [{ item: 'contact', fields: { phone: NEW_PHONE } }],
      ...change,
    });
  const collect = (id: string, what: 'values' | 'passphrase' = 'values', key?: string) =>
    worker.post(`/transfer/v1/disclosures/${id}/${what}/collect`, undefined, ...(key ? [key] : []));
  const names = async (id: string) => (await world.events(id)).map(({ name }) => name);

  async function investigated() {
    const referral = await world.delivered();
    const { body } = await report(referral.id);
    await investigate(body.id);
    return { ...referral, reportId: body.id as string };
  }

  it('OG-7 are reported with a deadline, investigated, corrected and reported back; the old value is unreadable and the new one is the next generation', async () => {
    const { id, subjectRef } = await world.delivered();
    const key = newId();
    const before = await collect(id, 'values', key);
    expect(before.body).toMatchObject({ generation: 1, items: values });
    const { rows: old } = await world.database.query(
      `SELECT ciphertext, wrapped_key FROM vault_envelope WHERE disclosure_id = $1 AND part = 'values'`,
      [id],
    );

    const reported = await report(id);
    expect(reported).toMatchObject({
      status: 201,
      body: {
        disclosureId: id,
        subjectRef,
        state: 'open',
        kind: 'outdated',
        toldBySubject: true,
        deadline: { period: 'P30D', basis: 'installation' },
        overdue: false,
        clause: '7',
      },
    });
    const reportId = reported.body.id as string;
    expect((await team.get('/transfer/v1/quality-reports?state=open')).body.items).toContainEqual(reported.body);
    expect((await worker.get('/transfer/v1/quality-reports?state=open')).body.items).toContainEqual(reported.body);

    expect((await investigate(reportId)).body).toMatchObject({ state: 'investigated', findings: 'confirmed' });
    const resolved = await resolve(reportId);
    expect(resolved).toMatchObject({
      status: 201,
      body: { state: 'resolved', measure: 'corrected', reason: 'sourceHasChanged', overdue: false },
    });
    expect((await worker.get(`/transfer/v1/quality-reports/${reportId}`)).body).toEqual(resolved.body);
    expect(await names(reportId)).toEqual(['quality.reported', 'quality.investigated', 'quality.resolved']);

    // The old generation is gone with its key, and the archive that held the old value cannot be opened any more.
    const { rows: now } = await world.database.query('SELECT * FROM vault_envelope WHERE disclosure_id = $1', [id]);
    expect(now).toMatchObject([{ part: 'values', generation: 2 }]);
    expect(now[0].wrapped_key.equals(old[0].wrapped_key)).toBe(false);
    for (const answer of [await collect(id, 'values', key), await collect(id, 'passphrase')]) {
      expect(answer).toMatchObject({ status: 410, body: { code: 'ANSWER_ERASED' } });
    }
    const after = await collect(id);
    const contact = { ...values[1]!.fields, phone: NEW_PHONE };
    expect(after.body).toMatchObject({ generation: 2, items: [values[0], { item: 'contact', fields: contact }] });
    expect((await world.event(id, 'values.erased')).data).toMatchObject({
      generation: 1,
      items: [],
      counts: { envelopes: 2, passphrases: 1 },
    });
    const topics = JSON.stringify(await world.events());
    for (const value of [NEW_PHONE, ...Object.values(values[1]!.fields)]) expect(topics).not.toContain(value);
  });

  it('GDPR-19 every earlier recipient of the item is told and acknowledges, until none is open', async () => {
    const first = await world.delivered();
    const second = await world.delivered(first.subjectRef);
    const other = await world.delivered();
    const reportId = (await report(first.id)).body.id as string;
    await investigate(reportId);
    const { body } = await resolve(reportId);
    expect(body.corrections.map((told: { disclosureId: string }) => told.disclosureId).sort()).toEqual(
      [first.id, second.id].sort(),
    );
    for (const id of [first.id, second.id]) expect((await collect(id)).body.items[1].fields.phone).toBe(NEW_PHONE);
    expect((await collect(other.id)).body.generation).toBe(1);
    for (const correction of body.corrections) {
      expect(await names(correction.id)).toEqual(['correction.propagated']);
      expect(correction).toMatchObject({ kind: 'correction', items: ['contact'], generation: 2, state: 'open' });
      const path = `/transfer/v1/corrections/${correction.id}/acknowledgements`;
      expect((await team.post(path, undefined)).status).toBe(403);
      expect((await worker.post(path, undefined)).body).toMatchObject({ state: 'acknowledged' });
      await worker.post(path, undefined);
      expect(await names(correction.id)).toEqual(['correction.propagated', 'correction.acknowledged']);
    }
    const open = (await team.get('/transfer/v1/corrections?state=open')).body.items;
    expect(open.filter((told: { reportId: string }) => told.reportId === reportId)).toEqual([]);
  });

  it('GDPR-19 what is superfluous is erased here, and every recipient is told to erase it', async () => {
    const { id, reportId } = await investigated();
    const { body } = await resolve(reportId, { measure: 'erased', reason: 'notNecessary', items: undefined });
    expect(body.corrections).toMatchObject([{ kind: 'erasure', disclosureId: id, items: ['contact'] }]);
    expect((await world.event(id, 'values.erased')).data).toMatchObject({ items: ['contact'] });
    expect((await collect(id)).body.items).toEqual([values[0]]);
    const correction = body.corrections[0].id as string;
    await worker.post(`/transfer/v1/corrections/${correction}/acknowledgements`, undefined);
    expect(await names(correction)).toEqual(['erasure.propagated', 'erasure.acknowledged']);
  });

  it('GDPR-16-18 a rejection has a reason and changes nothing', async () => {
    const { id, reportId } = await investigated();
    const { body } = await resolve(reportId, { measure: 'rejected', reason: 'sourceIsRight', items: undefined });
    expect(body).toMatchObject({ state: 'resolved', measure: 'rejected', reason: 'sourceIsRight', corrections: [] });
    expect((await collect(id)).body).toMatchObject({ generation: 1, items: values });
  });

  it('OG-7 a correction under a hold keeps the old value for the court, where nobody reads it, until the release', async () => {
    const { id, subjectRef, reportId } = await investigated();
    const holdId = await world.placeHold({ subjectRef });
    await barrierOf(holdId);
    await resolve(reportId);
    expect((await collect(id)).body).toMatchObject({ generation: 2 });
    expect((await collect(id, 'passphrase')).status).toBe(410);
    const stored = async () =>
      (
        await world.database.query(
          `SELECT generation FROM vault_envelope WHERE disclosure_id = $1 AND part = 'values' ORDER BY generation`,
          [id],
        )
      ).rows.map(({ generation }) => generation);
    expect(await stored()).toEqual([1, 2]);
    await world.releaseHold(holdId);
    expect((await world.event(id, 'values.erased')).data).toMatchObject({ generation: 1, items: [] });
    expect(await stored()).toEqual([2]);
  });

  async function barrierOf(holdId: string) {
    return eventually(
      async () =>
        (await world.events()).find(({ name, data }) => name === 'barrier.applied' && data.cause.subject === holdId),
      { what: 'the hold is a barrier' },
    );
  }

  it('OG-7 a correction before a mail could leave is what leaves', async () => {
    const arrived = await world.delivered();
    const reportId = (await report(arrived.id)).body.id as string;
    await investigate(reportId);
    world.mail.behaviour = { refuseWith: 451 };
    const consent = await world.giveConsent(arrived.subjectRef);
    const asked = await team.post('/transfer/v1/disclosures', world.request(arrived.subjectRef, consent));
    const id = asked.body.id as string;
    await eventually(
      async () =>
        (
          await world.database.query(
            `SELECT 1 FROM delivery_attempt WHERE disclosure_id = $1 AND outcome = 'notSent'`,
            [id],
          )
        ).rowCount,
      { what: 'the archive is made and could not leave' },
    );
    expect((await resolve(reportId)).body.corrections).toHaveLength(2);
    world.mail.behaviour = {};
    await world.disclosed(team, id, 'delivered');
    const { passphrase } = (await collect(id, 'passphrase')).body;
    const folder = await mkdtemp(join(tmpdir(), 'corrected-'));
    const mail = world.mail.mails.find(({ raw }) => raw.includes(id))!;
    await writeFile(join(folder, 'a.7z'), mail.attachments.get(`${id}.7z`)!);
    const opened = await openArchive(join(folder, 'a.7z'), passphrase);
    expect(await readFile(join(opened.folder, 'disclosure.json'), 'utf8')).toContain(NEW_PHONE);
    await opened.remove();
    await rm(folder, { recursive: true });
  });

  it('OG-7 an answer after the deadline is taken, and said to be late', async () => {
    const { reportId } = await investigated();
    await world.clock.set(new Date(Date.now() + 31 * 86_400_000).toISOString());
    try {
      expect((await worker.get(`/transfer/v1/quality-reports/${reportId}`)).body).toMatchObject({ overdue: true });
      expect((await resolve(reportId)).body).toMatchObject({ state: 'resolved', overdue: true });
      expect((await world.event(reportId, 'quality.resolved')).data).toMatchObject({ overdue: true });
    } finally {
      await world.clock.set(new Date().toISOString());
    }
  });

  it('OG-7 a report is taken back by the one who made it, before it is resolved', async () => {
    const { reportId } = await investigated();
    expect((await team.post(`/transfer/v1/quality-reports/${reportId}/withdrawal`, undefined)).status).toBe(403);
    const withdrawn = await worker.post(`/transfer/v1/quality-reports/${reportId}/withdrawal`, undefined);
    expect(withdrawn.body).toMatchObject({ state: 'withdrawn', overdue: false });
    expect(await resolve(reportId)).toMatchObject({ status: 409, body: { code: 'TRANSITION_ILLEGAL', clause: '7' } });
  });

  it('OG-7 refuses what does not fit with the clause, and stores nothing', async () => {
    const { id, reportId } = await investigated();
    const stored = async () => (await world.events()).length;
    const before = await stored();
    const invalid = { status: 400, body: { code: 'INPUT_INVALID', clause: '7' } };
    expect(await report(id, { items: ['income'] })).toMatchObject(invalid);
    expect(await report(id, { kind: 'ugly' })).toMatchObject({ status: 400 });
    const name = [{ item: 'name', fields: { lastName: 'Anders' } }];
    expect(await resolve(reportId, { items: name })).toMatchObject(invalid);
    expect(await resolve(reportId, { items: undefined })).toMatchObject(invalid);
    expect(await resolve(reportId, { items: [{ item: 'contact' }] })).toMatchObject(invalid);
    expect(await resolve(reportId, { measure: 'rejected' })).toMatchObject(invalid);
    expect(await resolve(reportId, { measure: 'erased' })).toMatchObject(invalid);
    for (const fields of [{ phone: 'geen' }, { income: '1200' }, { street: 'Proefstraat 12 (zwanger)' }]) {
      const answer = await resolve(reportId, { items: [{ item: 'contact', fields }] });
      expect(answer).toMatchObject({ status: 400, body: { code: 'INPUT_INVALID', clause: expect.any(String) } });
      expect(JSON.stringify(answer.body)).not.toContain('zwanger');
    }
    expect(await report(id, {}, team)).toMatchObject({ status: 403, body: { clause: '7' } });
    expect(await investigate(reportId, worker)).toMatchObject({ status: 403, body: { clause: '7' } });
    const stranger = await world.stranger();
    expect((await report(id, {}, stranger)).status).toBe(404);
    expect((await investigate(reportId, stranger)).status).toBe(404);
    expect((await stranger.get(`/transfer/v1/quality-reports/${reportId}`)).status).toBe(404);
    expect((await stranger.get('/transfer/v1/quality-reports')).body.items).toEqual([]);
    expect((await investigate(newId())).status).toBe(404);
    expect((await resolve(newId())).status).toBe(404);
    expect((await worker.post(`/transfer/v1/corrections/${newId()}/acknowledgements`, undefined)).status).toBe(404);
    expect(await stored()).toBe(before);
    const fresh = (await report(id)).body.id as string;
    expect(await resolve(fresh)).toMatchObject({ status: 409, body: { code: 'TRANSITION_ILLEGAL', clause: '7' } });
  });

  it('OG-7 tells the sender nothing of an erasure: the recipient of erased values is told like every other', async () => {
    const { id, subjectRef, reportId } = await investigated();
    await world.requestErasure(id, subjectRef);
    await world.event(id, 'values.erased');
    const { body } = await resolve(reportId);
    expect(body).toMatchObject({ state: 'resolved', corrections: [{ disclosureId: id, generation: 2 }] });
    expect((await collect(id)).status).toBe(410);
    expect(await report(id)).toMatchObject({ status: 409, body: { code: 'CONFLICT', clause: '7' } });
  });

  it('the values are for the named unit and its secrecy only, and each generation that a user takes is recorded', async () => {
    const { id, reportId } = await investigated();
    const path = `/transfer/v1/disclosures/${id}/values/collect`;
    expect((await (await world.stranger()).post(path, undefined)).status).toBe(404);
    expect((await team.post(path, undefined)).status).toBe(403);
    expect((await (await world.socialWorker({ unit: 'ocmw-onthaal' })).post(path, undefined)).status).toBe(403);
    expect((await (await world.socialWorker({ secrecy: false })).post(path, undefined)).status).toBe(403);
    await collect(id);
    await collect(id);
    await resolve(reportId);
    await collect(id);
    const collected = (await world.events(id)).filter(({ name }) => name === 'disclosure.collected');
    expect(collected.map(({ data }) => data.what)).toEqual(['values', 'values']);
  });
});
