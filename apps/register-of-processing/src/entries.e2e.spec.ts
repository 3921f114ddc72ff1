import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { disclosureAuthorized, valuesErased } from '@convenant/contracts';
import { newId } from '@convenant/kernel';
import { eventually, type TestClient } from '@convenant/testing';
import { agreementOnFj, agreementOnOg, disclosed, PROTOCOLS } from './agreements.support.spec.js';
import { foldedBesideKept } from './folded.support.spec.js';
import { RegisterWorld } from './register.support.spec.js';

const ENTRIES = '/register/v1/register-entries';

/** Both shipped protocols are agreed on and run; everything is asked of the running register. */
describe('the register of processing activities', () => {
  let world: RegisterWorld;
  const parties: Record<string, string> = {};
  const dpo: Record<string, TestClient> = {};
  let ogId: string;
  let fjId: string;

  beforeAll(async () => {
    world = await RegisterWorld.start('2026-02-27T10:00:00Z');
    for (const [key, name, number] of [
      ['og', 'Opgroeien regie', '0886.886.638'],
      ['ocmw', 'OCMW Sint-Gillis-Waas', '0212.169.781'],
      ['justice', 'Federale Overheidsdienst Justitie', '0308.357.753'],
      ['wvg', 'Departement Welzijn, Volksgezondheid en Gezin', '0316.380.841'],
    ] as const) {
      parties[key] = await world.registerParty(name, number);
      dpo[key] = await world.of(parties[key], ['dpo']);
    }
    ({ id: ogId } = await agreementOnOg(world, parties['og']!, parties['ocmw']!));
    ({ id: fjId } = await agreementOnFj(world, parties['justice']!, parties['wvg']!));
    await entry('wvg', (it) => it.content.state === 'inForce');
  });
  afterAll(async () => {
    await world?.stop();
  });

  async function register(who: string): Promise<any[]> {
    return (await dpo[who]!.get(ENTRIES)).body.items ?? [];
  }

  /** The party's own entry, once it is as it should be. */
  async function entry(who: string, is: (entry: any) => boolean = () => true): Promise<any> {
    return eventually(async () => (await register(who)).find((it) => it.side === 'controller' && is(it)), {
      what: `the entry of ${who}`,
      deadlineMs: 15_000,
    });
  }

  async function told(id: string, type: string): Promise<any[]> {
    return (await world.events(id)).filter((event) => event.type === type).map(({ data }) => data);
  }

  async function drift(who: string, query = ''): Promise<any[]> {
    return (await dpo[who]!.get(`${ENTRIES}/drift${query}`)).body.items;
  }

  it('OG-2-original the sender’s entry says for what and on which ground the data were first collected, and is scheduled until the protocol takes effect', async () => {
    const { content, id, version, contentHash } = await entry('og');
    expect(content).toMatchObject({
      side: 'controller',
      role: 'sender',
      state: 'scheduled',
      effectiveFrom: '2026-02-28T23:00:00.000Z',
      originalPurpose: { instrument: expect.stringContaining('30 april 2004'), article: '7', clause: '2-original' },
      counterparty: { id: parties['ocmw'] },
      controller: { dpo: ['dpo@agency.test'] },
    });
    expect(content.legalBases.map((basis: any) => [basis.covers, basis.clause])).toEqual([
      ['collection', '2-original'],
      ['communication', '2-compatibility'],
    ]);
    expect(await told(id, 'registerEntry.versioned')).toMatchObject([{ entryVersion: version, contentHash, content }]);
    expect((await entry('ocmw')).content.originalPurpose).toBeUndefined();
  });

  it('OG-2-receiver the receiver’s entry has its three legal bases, and what runs under a purpose of the entry is no drift', async () => {
    await world.clock.set('2026-03-02T09:00:00Z');
    const { content } = await entry('ocmw', (it) => it.content.state === 'inForce');
    expect(content.legalBases.map(({ id, clause }: any) => [id, clause])).toEqual([
      ['local-social-policy-decree', '2-receiver'],
      ['local-social-policy-order', '2-receiver'],
      ['ocmw-law', '2-receiver'],
    ]);
    expect(content.retention.map((rule: any) => rule.period ?? rule.ceiling)).toEqual(['P6M', 'P10Y']);
    await disclosed(world, { protocolId: ogId, party: parties['ocmw']!, at: '2026-03-02T08:00:00Z' });
    const after = await entry('ocmw', (it) => it.activity.disclosures === 1);
    expect(after.activity).toMatchObject({ recipients: ['social-worker'], lastAt: '2026-03-02T08:00:00.000Z' });
    expect(after.content.purposes.map(({ id }: any) => id)).toContain('access-to-social-support');
    const kinds = (await drift('ocmw')).map(({ kind }) => kind);
    expect(kinds).not.toContain('PURPOSE_UNKNOWN');
  });

  it('FJ-III.2 the receiver’s entry has its legal instruments with their articles and its digital system', async () => {
    const { content } = await entry('wvg');
    expect(content.legalBases).toMatchObject([
      { instrument: expect.stringContaining('8 maart 2013'), articles: ['14', '15', '16'], clause: 'III.2' },
      { instrument: expect.stringContaining('8 juli 2014'), articles: ['27'], clause: 'III.2' },
    ]);
    expect(content.controllerFor).toContain('digitaal systeem van de artikelen 14 en 15');
    expect((await entry('justice')).content.legalBases).toMatchObject([{ covers: 'communication', clause: 'III.1' }]);
  });

  it('FJ-III.7 both parties’ entries mirror each other; a deviation that one declares is told to both and ends when it agrees again', async () => {
    const [own, other] = [await entry('wvg'), await entry('justice')];
    expect(own.content.protocol).toMatchObject({ clause: 'III.7', version: 1 });
    expect([own.content.purposes, own.content.dataItems]).toEqual([other.content.purposes, other.content.dataItems]);
    const declare = (body: object) => dpo['wvg']!.post(`${PROTOCOLS}/${fjId}/declared-entry`, body);
    const deviating = {
      reference: 'WVG-2026-17',
      retention: [{ rule: 'chapter-two', period: 'P7Y' }],
      recipients: [{ category: 'authorized-user' }, { category: 'insurer' }],
    };
    const answer = await declare(deviating);
    expect(answer.status).toBe(201);
    const mismatches = [
      { party: parties['wvg'], aspect: 'recipients', kind: 'notInProtocol', about: 'insurer' },
      { party: parties['wvg'], aspect: 'retention', kind: 'longerThanProtocol', about: 'chapter-two', clause: 'III.6' },
    ];
    expect(answer.body).toMatchObject({ state: 'mismatched', receiver: { declared: deviating }, mismatches });
    const seen = await dpo['justice']!.get(`${PROTOCOLS}/${fjId}/reconciliation`);
    expect(seen.body).toEqual(answer.body);
    for (const { id } of [own, other]) {
      expect(await told(id, 'registerEntry.mismatched')).toMatchObject([{ state: 'mismatched', mismatches }]);
    }
    expect(await drift('wvg')).toContainEqual(
      expect.objectContaining({ kind: 'RETENTION_LONGER', protocolId: fjId, about: 'chapter-two' }),
    );

    const agreed = await declare({ reference: 'WVG-2026-17' });
    expect(agreed.body).toMatchObject({ state: 'reconciled', mismatches: [] });
    for (const { id } of [own, other]) {
      expect((await told(id, 'registerEntry.mismatched')).at(-1)).toMatchObject({
        state: 'reconciled',
        mismatches: [],
      });
    }
    const versions = (await dpo['wvg']!.get(`${ENTRIES}/${own.id}/versions`)).body.items;
    expect(versions.map(({ version }: any) => version)).toEqual([3, 2, 1]);
    expect(versions[0].supersedes).toBe(versions[1].contentHash);
    expect(versions[1].content.declared).toEqual(deviating);
  });

  it('FJ-III.7 a declaration that cannot be read, or of somebody who may not, changes nothing', async () => {
    const path = `${PROTOCOLS}/${fjId}/declared-entry`;
    const body = { reference: 'R', retention: [{ rule: 'chapter-two', period: 'P1X' }] };
    expect((await dpo['wvg']!.post(path, body)).body).toMatchObject({
      code: 'INPUT_INVALID',
      issues: [{ name: '/retention/0/period' }],
    });
    const ops = await world.of(parties['wvg']!, ['ops']);
    expect((await ops.post(path, { reference: 'R' })).body).toMatchObject({ code: 'FORBIDDEN' });
    expect((await dpo['og']!.post(path, { reference: 'R' })).body).toMatchObject({ code: 'NOT_FOUND' });
    expect((await entry('wvg')).content.declared).toEqual({ reference: 'WVG-2026-17' });
  });

  it('GDPR-30 the register has entries of controllers and of processors, versioned only when they say something else', async () => {
    const all = await register('wvg');
    expect(all.map(({ side, content }) => [side, content.processor?.name])).toEqual([
      ['controller', undefined],
      ['processor', 'Smals'],
    ]);
    expect((await register('justice')).map(({ content }) => content.processor?.kind)).toEqual([
      undefined,
      'integrator',
    ]);
    const before = (await world.events()).filter(({ type }) => type === 'registerEntry.versioned').length;
    await world.clock.set('2026-03-05T09:00:00Z');
    await world.restart();
    for (const [who, roles] of [
      ['og', ['dpo']],
      ['ocmw', ['dpo']],
      ['justice', ['dpo']],
      ['wvg', ['dpo']],
    ] as const) {
      dpo[who] = await world.of(parties[who]!, [...roles]);
    }
    const outsider = await world.of(parties['wvg']!, ['agency-user']);
    expect((await outsider.get(ENTRIES)).body).toMatchObject({ code: 'FORBIDDEN' });
    expect((await dpo['og']!.get(`${ENTRIES}/${all[0].id}`)).body).toMatchObject({ code: 'NOT_FOUND' });
    const auditor = await world.of(parties['wvg']!, ['auditor']);
    expect((await auditor.get(`${ENTRIES}/${all[1].id}`)).body).toMatchObject({ side: 'processor', version: 1 });

    const ended = await (
      await world.of(parties['wvg']!, ['signatory'])
    ).post(`${PROTOCOLS}/${fjId}/endings`, {
      kind: 'revocation',
    });
    expect(ended.body.code).toBeUndefined();
    const last = await entry('wvg', ({ content }) => content.state === 'ended');
    expect(last.version).toBe(4);
    expect((await register('wvg')).map(({ content }) => content.state)).toEqual(['ended', 'ended']);
    const after = (await world.events()).filter(({ type }) => type === 'registerEntry.versioned').length;
    expect(after - before).toBe(4);
  });

  it('GDPR-30 a processor that a party records stands in its register at once, and is ended there when it is used no longer', async () => {
    const before = await entry('ocmw');
    const processors = `${PROTOCOLS}/${ogId}/processors`;
    const added = await dpo['ocmw']!.post(processors, {
      kind: 'processor',
      name: 'Invented Hosting',
      activities: 'Hosting',
    });
    expect(added.status).toBe(201);
    const named = await entry('ocmw', ({ content }) => content.processors.length > before.content.processors.length);
    expect(named.version).toBe(before.version + 1);
    expect(named.content.processors).toContainEqual({
      name: 'Invented Hosting',
      kind: 'processor',
      activities: 'Hosting',
      clause: '6-processors',
    });
    const own = (await register('ocmw')).find(({ content }) => content.processor?.name === 'Invented Hosting');
    expect(own).toMatchObject({ side: 'processor', version: 1, content: { state: 'inForce', retention: [] } });
    expect((await entry('og')).content.processors).not.toContainEqual(
      expect.objectContaining({ name: 'Invented Hosting' }),
    );
    await dpo['ocmw']!.post(`${processors}/${added.body.id}/ending`, {});
    const left = await entry('ocmw', ({ version }) => version === named.version + 1);
    expect(left.content.processors).toEqual(before.content.processors);
    const over = (await register('ocmw')).find(({ id }) => id === own.id);
    expect(over).toMatchObject({ version: 2, content: { state: 'ended' } });
  });

  it('GDPR-30 the register is exported as JSON, as CSV that no spreadsheet executes, and as a page in three languages', async () => {
    await dpo['ocmw']!.post(`${PROTOCOLS}/${ogId}/declared-entry`, { reference: '=cmd|calc' });
    const token = await world.issuer.token({ sub: 'officer', party: parties['ocmw'], roles: ['dpo'], client_id: 'c' });
    const get = async (path: string) => {
      const answer = await fetch(`${world.service.url}${ENTRIES}/export/${path}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    };
    const csv = await get('csv');
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(csv.headers.get('content-disposition')).toMatch(/^attachment; filename="register-of-processing-2026-/);
    expect(csv.text).toContain(`"'=cmd|calc"`);
    expect(csv.text).toContain('Organieke wet van 8 juli 1976');
    expect(JSON.parse((await get('json')).text).items).toHaveLength((await register('ocmw')).length);
    for (const [language, heading] of [
      ['nl', 'Register van de verwerkingsactiviteiten'],
      ['fr', 'Registre des activités de traitement'],
      ['en', 'Register of processing activities'],
    ] as const) {
      const page = await get(`html?language=${language}`);
      expect(page.text).toContain(`<h1>${heading}</h1>`);
      expect(page.text).not.toMatch(/<script|src=|href=|url\(/);
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
    expect((await get('xml')).status).toBe(400);
    expect((await get('csv?language=de')).status).toBe(400);
    const worker = await world.of(parties['ocmw']!, ['agency-user']);
    expect((await worker.get(`${ENTRIES}/export/json`)).body).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('GDPR-30 the drift list shows what runs beside the register: unknown recipients, flows after the end, entries without flow', async () => {
    await disclosed(world, { protocolId: fjId, party: parties['wvg']!, at: '2026-03-06T08:00:00Z' });
    const disclosureId = newId();
    await world.transfer.publish(disclosureAuthorized, {
      subject: disclosureId,
      protocolId: ogId,
      data: {
        disclosureId,
        subjectRef: newId(),
        protocolId: ogId,
        requesterParty: parties['og']!,
        purpose: 'access-to-social-support',
        items: ['name'],
        recipient: { party: parties['ocmw']!, unit: 'ocmw-sociale-dienst', category: 'housing-company' },
        requestedAt: '2026-03-04T08:00:00Z',
        protocolVersion: 1,
        clause: '5',
        channel: { kind: 'mail7zip', route: 'mailbox' },
        facts: [],
      },
    });
    const found = await eventually(
      async () => {
        const items = await drift('ocmw');
        return items.some(({ kind }) => kind === 'RECIPIENT_UNKNOWN') ? items : undefined;
      },
      { what: 'the disclosure is known', deadlineMs: 15_000 },
    );
    expect(found).toContainEqual(
      expect.objectContaining({
        kind: 'RECIPIENT_UNKNOWN',
        about: 'housing-company',
        disclosures: 1,
        protocolId: ogId,
      }),
    );
    expect(await drift('justice')).toContainEqual(
      expect.objectContaining({ kind: 'FLOW_WITHOUT_ENTRY', protocolId: fjId, disclosures: 1 }),
    );
    await world.transfer.publish(valuesErased, {
      subject: disclosureId,
      protocolId: ogId,
      data: {
        disclosureId,
        protocolId: ogId,
        subjectRef: newId(),
        generation: 1,
        items: ['name'],
        technique: 'crypto-erasure',
        counts: { envelopes: 1, keys: 1, passphrases: 0 },
        verification: { query: 'live-store', remaining: 0 },
        kekGeneration: 1,
        erasedAt: '2026-03-05T08:00:00Z',
      },
    });
    await entry('ocmw', ({ activity }) => activity.erased === 1);
    expect((await entry('og')).activity.erased).toBeUndefined();
    await world.clock.set('2026-05-01T09:00:00Z');
    expect((await drift('og')).map(({ kind }) => kind)).toContain('ENTRY_WITHOUT_FLOW');
    expect((await drift('og', '?idleDays=90')).map(({ kind }) => kind)).not.toContain('ENTRY_WITHOUT_FLOW');
    expect((await dpo['og']!.get(`${ENTRIES}/drift?idleDays=0`)).status).toBe(400);
  });

  it('a restored database learns every entry again from its events, with what was declared and what differs', async () => {
    const columns = 'id, protocol_id, party, processor, version, content, content_hash, versioned_at, mismatches';
    const { folded, kept } = await foldedBesideKept(world, { register_entry: columns });
    expect(kept['register_entry']!.length).toBeGreaterThan(6);
    expect(folded).toEqual(kept);
  });
});
