import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPublicKey, verify } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@convenant/kernel';
import type { TestClient } from '@convenant/testing';
import { openArchive } from './testing/open-archive.support.spec.js';
import { MAILBOX, TransferWorld, values } from './testing/transfer-world.support.spec.js';

describe('a referral', () => {
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

  async function permitted() {
    const subjectRef = await world.subject();
    const consent = await world.giveConsent(subjectRef);
    const answer = await team.post('/transfer/v1/disclosures', world.request(subjectRef, consent));
    expect(answer).toMatchObject({ status: 201, body: { verdict: 'permitted', clause: '3-items' } });
    return { subjectRef, consent, id: answer.body.id as string };
  }

  it('OG-6-channel arrives in the one mailbox as an AES-256 archive that a real 7-Zip opens with the collected passphrase', async () => {
    const { id, subjectRef } = await permitted();
    await world.disclosed(team, id, 'delivered');
    const mail = world.mail.mails.find(({ raw }) => raw.includes(id))!;
    expect(mail.to).toEqual([MAILBOX]);
    for (const { fields } of values) for (const value of Object.values(fields)) expect(mail.raw).not.toContain(value);
    expect(mail.raw).not.toContain(subjectRef);

    const { body } = await worker.post(`/transfer/v1/disclosures/${id}/passphrase/collect`, undefined);
    expect(body).toMatchObject({ disclosureId: id, subjectRef, fileName: `${id}.7z` });
    const archive = mail.attachments.get(`${id}.7z`)!;
    const folder = await mkdtemp(join(tmpdir(), 'referral-'));
    const file = join(folder, 'a.7z');
    await writeFile(file, archive);
    const opened = await openArchive(file, body.passphrase);
    const content = JSON.parse(await readFile(join(opened.folder, 'disclosure.json'), 'utf8'));
    expect(content).toMatchObject({ disclosureId: id, subjectRef, items: values });
    expect(await readFile(join(opened.folder, 'disclosure.txt'), 'utf8')).toContain('Naam: Voorbeeldmans');
    await opened.remove();
    await rm(folder, { recursive: true });

    const anyone = world.anyone();
    const keys = await anyone.get('/transfer/v1/archive-keys');
    const key = createPublicKey(keys.body.items[0].publicKey);
    expect(verify(null, archive, key, mail.attachments.get(`${id}.7z.sig`)!)).toBe(true);
  });

  it('OG-3-items is recorded item by item with the facts it was decided on, and no value leaves the vault', async () => {
    const { id, consent, subjectRef } = await permitted();
    await world.disclosed(team, id, 'delivered');
    const [authorized, delivered] = await world.events(id);
    expect(authorized).toMatchObject({
      name: 'disclosure.authorized',
      data: {
        items: ['name', 'contact'],
        consentId: consent.aggregateId,
        channel: { kind: 'mail7zip', route: 'mailbox', cipher: '7z-aes-256' },
        facts: [
          { kind: 'protocol', subject: world.protocolId, aggregateversion: 2 },
          { kind: 'consent', subject: consent.aggregateId, aggregateversion: 1 },
        ],
      },
    });
    expect(delivered).toMatchObject({
      name: 'disclosure.delivered',
      data: {
        subjectRef,
        route: 'mailbox',
        cipher: '7z-aes-256',
        clause: '6-channel',
        receipt: expect.stringMatching(/^250 /),
      },
    });
    expect(delivered!.row.causation_id).toBe(authorized!.row.event_id);
    const ledger = await world.database.query(
      'SELECT item, fields, clause FROM disclosure_item WHERE disclosure_id = $1 ORDER BY item',
      [id],
    );
    expect(ledger.rows).toEqual([
      { item: 'contact', fields: ['street', 'postalCode', 'municipality', 'phone', 'email'], clause: '3-items' },
      { item: 'name', fields: ['firstName', 'lastName'], clause: '3-items' },
    ]);
    // The archive has left: only the values and the passphrase are kept.
    const kept = await world.database.query('SELECT part FROM vault_envelope WHERE disclosure_id = $1 ORDER BY part', [
      id,
    ]);
    expect(kept.rows.map(({ part }) => part)).toEqual(['passphrase', 'values']);
    const { rows: tables } = await world.database.query(
      `SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    );
    for (const { relname } of tables) {
      const { rows } = await world.database.query(`SELECT t::text AS text FROM "${relname}" t`);
      const text = rows.map((row) => row.text).join('\n');
      for (const canary of ['Voorbeeldmans', 'Proefstraat', 'zoe@voorbeeld']) {
        expect(text).not.toContain(canary);
        expect(text).not.toContain(Buffer.from(canary).toString('hex'));
        expect(text).not.toContain(Buffer.from(canary).toString('base64').replaceAll('=', ''));
      }
    }
  });

  it('OG-C-consent uses up its consent: the next referral needs another one', async () => {
    const { subjectRef, consent } = await permitted();
    const again = await team.post('/transfer/v1/disclosures', world.request(subjectRef, consent));
    expect(again).toMatchObject({
      status: 201,
      body: { verdict: 'refused', code: 'CONSENT_USED', clause: 'C-consent' },
    });
    expect(again.body.explanation).toMatchObject({
      nl: expect.any(String),
      fr: expect.any(String),
      en: expect.any(String),
    });
  });

  it('OG-C-consent is used once when twenty ask at the same moment', async () => {
    const subjectRef = await world.subject();
    const consent = await world.giveConsent(subjectRef);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => team.post('/transfer/v1/disclosures', world.request(subjectRef, consent))),
    );
    const verdicts = answers.map(({ body }) => body.code ?? body.verdict).sort();
    expect(verdicts).toEqual([...Array.from({ length: 19 }, () => 'CONSENT_USED'), 'permitted']);
  });

  it('OG-5-case is one effect and one answer however often the same command arrives', async () => {
    const subjectRef = await world.subject();
    const consent = await world.giveConsent(subjectRef);
    const key = newId();
    const body = world.request(subjectRef, consent);
    const answers = await Promise.all([1, 2, 3].map(() => team.post('/transfer/v1/disclosures', body, key)));
    expect(new Set(answers.map(({ body: answer }) => answer.id)).size).toBe(1);
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    const other = await team.post('/transfer/v1/disclosures', { ...body, purpose: 'other' }, key);
    expect(other).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  });

  it('is refused whole while the service is closed, a repeat too', async () => {
    const subjectRef = await world.subject();
    const [asked, another] = [await world.giveConsent(subjectRef), await world.giveConsent(subjectRef)];
    const key = newId();
    const ask = (consent: typeof asked, by: string) =>
      team.post('/transfer/v1/disclosures', world.request(subjectRef, consent), by);
    expect(await ask(asked, key)).toMatchObject({ status: 201, body: { verdict: 'permitted' } });
    const stored = async () => (await world.database.query('SELECT count(*)::int AS n FROM disclosure')).rows[0].n;
    const before = await stored();

    await world.database.query('UPDATE service_state SET server_started_at = NULL');
    try {
      for (const refused of [await ask(asked, key), await ask(another, newId())])
        expect(refused).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
      expect(await stored()).toBe(before);
    } finally {
      await world.database.query('UPDATE service_state SET server_started_at = pg_postmaster_start_time()');
    }
    expect(await ask(asked, key)).toMatchObject({ status: 201, body: { verdict: 'permitted' } });
  });

  it('waits for a fact that the caller has just seen, and says so when it does not come', async () => {
    const subjectRef = await world.subject();
    const body = world.request(subjectRef, { aggregateId: newId(), version: 1 });
    expect(await team.post('/transfer/v1/disclosures', body)).toMatchObject({ body: { code: 'VERSION_NOT_SEEN' } });
  });

  it('does not exist for another party, and belongs to one unit of the receiver', async () => {
    const { id, subjectRef, consent } = await permitted();
    await world.disclosed(team, id, 'delivered');
    const stranger = await world.stranger();
    expect((await stranger.get(`/transfer/v1/disclosures/${id}`)).status).toBe(404);
    expect((await stranger.post('/transfer/v1/disclosures', world.request(subjectRef, consent))).status).toBe(404);
    expect((await stranger.lookup('/transfer/v1/disclosures/explain', world.request(subjectRef, consent))).status).toBe(
      404,
    );
    expect((await stranger.post(`/transfer/v1/disclosures/${id}/passphrase/collect`, undefined)).status).toBe(404);
    expect((await stranger.get('/transfer/v1/inbox')).body.items).toEqual([]);

    const collect = `/transfer/v1/disclosures/${id}/passphrase/collect`;
    const clerk = await world.socialWorker({ sub: 'clerk', unit: 'front-office' });
    expect((await clerk.post(collect, undefined)).status).toBe(403);
    expect((await clerk.get('/transfer/v1/inbox')).body.items).toEqual([]);
    const open = await world.socialWorker({ sub: 'trainee', secrecy: false });
    expect((await open.post(collect, undefined)).status).toBe(403);
    expect((await team.post(collect, undefined)).status).toBe(403);
    expect(
      (await worker.get('/transfer/v1/inbox?limit=200')).body.items.map((item: { id: string }) => item.id),
    ).toContain(id);
  });

  it('OG-4 says who of the unit collected the passphrase, gives it again, and pages the inbox', async () => {
    const { id } = await permitted();
    await world.disclosed(team, id, 'delivered');
    const collect = `/transfer/v1/disclosures/${id}/passphrase/collect`;
    const key = newId();
    const first = await worker.post(collect, undefined, key);
    expect((await worker.post(collect, undefined, key)).body).toEqual(first.body);
    expect((await worker.post(collect, undefined)).body).toEqual(first.body);
    const colleague = await world.socialWorker({ sub: 'colleague' });
    expect((await colleague.post(collect, undefined)).body.passphrase).toBe(first.body.passphrase);
    const collected = (await world.events(id)).filter(({ name }) => name === 'disclosure.collected');
    expect(collected).toHaveLength(2);
    expect(new Set(collected.map(({ row }) => row.actor_ref)).size).toBe(2);
    expect(collected.every(({ row }) => /^u_/.test(row.actor_ref))).toBe(true);
    await world.disclosed(team, id, 'collected');
    const page = await worker.get('/transfer/v1/inbox?limit=1');
    expect(page.body.items[0].id).toBe(id);
    const next = await worker.get(`/transfer/v1/inbox?limit=1&after=${page.body.next}`);
    expect(next.body.items[0].id < id).toBe(true);
  });
});
