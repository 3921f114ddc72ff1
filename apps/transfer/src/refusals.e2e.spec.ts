import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestClient } from '@convenant/testing';
import { TransferWorld, values } from './testing/transfer-world.support.spec.js';

describe('a referral is refused, and the refusal recorded like a success', () => {
  let world: TransferWorld;
  let team: TestClient;

  beforeAll(async () => {
    world = await TransferWorld.start();
    await world.protocol();
    team = await world.team();
  }, 60_000);
  afterAll(() => world?.stop());

  async function refused(change: object, client: TestClient = team, consentChange: object = {}) {
    const subjectRef = await world.subject();
    const consent = await world.giveConsent(subjectRef, consentChange);
    const body = world.request(subjectRef, consent, change);
    const explained = await client.lookup('/transfer/v1/disclosures/explain', body);
    const answer = await client.post('/transfer/v1/disclosures', body);
    expect(answer.status).toBe(201);
    const { id, ...rest } = answer.body;
    expect(explained).toMatchObject({ status: 200, body: rest });
    const events = await world.events(id);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ name: 'disclosure.refused', data: { verdict: rest.verdict, code: rest.code } });
    const kept = await world.database.query('SELECT 1 FROM vault_envelope WHERE disclosure_id = $1', [id]);
    expect(kept.rowCount).toBe(0);
    return { ...answer.body, event: events[0]! };
  }

  it('OG-C-consent without consent', async () => {
    const subjectRef = await world.subject();
    const answer = await team.post('/transfer/v1/disclosures', world.request(subjectRef, null));
    expect(answer.body).toMatchObject({ verdict: 'refused', code: 'CONSENT_MISSING', clause: 'C-consent' });
  });

  it('OG-C-consent when the notice before it lacked an information point', async () => {
    expect(await refused({}, team, { informationPoints: ['which-data'] })).toMatchObject({
      code: 'CONSENT_NOTICE_INCOMPLETE',
    });
  });

  it('OG-C-consent when the consent was for something else', async () => {
    expect(await refused({}, team, { items: ['name'] })).toMatchObject({ code: 'CONSENT_SCOPE_MISMATCH' });
  });

  it('OG-C-consent when it has expired', async () => {
    const duration = { occurrences: 1, expiresAt: '2026-03-02T00:00:00Z' };
    expect(await refused({}, team, { duration })).toMatchObject({ code: 'CONSENT_EXPIRED' });
  });

  it('OG-3-items for a field that the protocol does not list: refused, not dropped', async () => {
    const items = [{ item: 'name', fields: { ...values[0]!.fields, birthName: 'Geheim' } }, values[1]!];
    expect(await refused({ items })).toMatchObject({ code: 'ITEM_NOT_COVERED', clause: '3-items' });
  });

  it('OG-C-items for anything beside name and contact data, without repeating what was asked', async () => {
    const item = await refused({ items: [...values, { item: '90021512370', fields: { x: 'y' } }] });
    expect(item).toMatchObject({ code: 'ITEM_NOT_COVERED', clause: '3-items' });
    expect(item.event.data.items).toEqual(['name', 'contact', 'unlisted']);
  });

  it('OG-3-special for a word about health in a field for something else', async () => {
    const contact = { item: 'contact', fields: { ...values[1]!.fields, street: 'Proefstraat 12 (zwanger)' } };
    expect(await refused({ items: [values[0]!, contact] })).toMatchObject({
      code: 'SPECIAL_CATEGORY',
      clause: '3-special',
    });
  });

  it('OG-6-channel for another mailbox, another cipher, another way', async () => {
    for (const channel of [
      { kind: 'mail7zip', address: 'somebody@voorbeeld.example' },
      { kind: 'mail7zip', cipher: 'zip-crypto' },
      { kind: 'fax' },
    ]) {
      expect(await refused({ channel })).toMatchObject({ code: 'CHANNEL_NOT_AGREED', clause: '6-channel' });
    }
  });

  it('OG-4 for a recipient that the protocol does not cover', async () => {
    const recipient = { ...world.recipient, category: 'integrated-broad-reception' };
    expect(await refused({ recipient })).toMatchObject({ code: 'RECIPIENT_NOT_COVERED', clause: '4' });
  });

  it('OG-C-sender for a requester of another team', async () => {
    expect(await refused({}, await world.team({ unit: 'kg-gent' }))).toMatchObject({
      code: 'SENDER_UNIT_NOT_COVERED',
      clause: 'C-sender',
    });
  });

  it('OG-C-secrecy for a requester who is not bound by professional secrecy', async () => {
    expect(await refused({}, await world.team({ secrecy: false }))).toMatchObject({ code: 'SECRECY_REQUIRED' });
  });

  it('OG-2-compatibility for another purpose', async () => {
    expect(await refused({ purpose: 'marketing' })).toMatchObject({ code: 'PURPOSE_NOT_AGREED' });
  });

  it('OG-C-receiver when the client lives elsewhere', async () => {
    const items = [
      values[0]!,
      { item: 'contact', fields: { ...values[1]!.fields, postalCode: '9000', municipality: 'Gent' } },
    ];
    expect(await refused({ items })).toMatchObject({ code: 'RECIPIENT_NOT_COMPETENT', clause: 'C-receiver' });
  });

  it('OG-11-start before the protocol is in force', async () => {
    await world.clock.set('2026-02-28T22:59:50Z');
    try {
      const { code, clause } = await refused({}, team, { eventTime: '2026-02-01T00:00:00Z' });
      expect({ code, clause }).toEqual({ code: 'PROTOCOL_NOT_IN_FORCE', clause: '11-start' });
    } finally {
      await world.clock.set(new Date().toISOString());
    }
  });
});
