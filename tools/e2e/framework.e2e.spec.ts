import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@convenant/testing';
import { accepted, type Body, FrameworkFlow, invented } from './framework-flow.support.spec.js';

const PURPOSE = 'local-housing-premium';
const applicant = { item: 'applicant', fields: { bisNumber: '84492311838', fullName: 'Zoë Voorbeeldmans' } };
const dwelling = { item: 'dwelling', fields: { street: 'Proefstraat 12', postalCode: '9991' } };
const withoutDwelling = (file: string) => file.replace(/ {2}- id: dwelling[\s\S]*?(?=dataFormat:)/, '');
type City = 'modelgem' | 'proefstede';
/** Of a protocol in force: its draft, two opinions, two signatures, the activation. */
const ACTIVATED = 6;
/** The same again for a second version. */
const AMENDED = 12;

/** A framework, two accessions, other items, a term of two years, three months of notice: protocols that no code knows. */
describe('a framework protocol that somebody else wrote, from its draft to the last erasure, through every service', () => {
  let flow: FrameworkFlow;
  let framework: string;
  const accession = {} as Record<City, string>;
  const subject = {} as Record<City, string>;
  const first = {} as Record<City, string>;

  beforeAll(async () => {
    flow = await FrameworkFlow.start('2026-05-19T10:00:00Z');
  }, 240_000);
  afterAll(() => flow?.stop(), 60_000);

  const desk = (city: City, more: object = {}) =>
    flow.of(city, 'agency-user', { unit: `woonloket-${city}`, secrecy: false, ...more });
  const disclose = async (city: City, change: object = {}, by: Body = 'agency') => {
    const request = {
      ...{ protocolId: accession[city], subjectRef: subject[city], purpose: PURPOSE, items: [applicant] },
      recipient: { party: flow.parties[city], unit: `woonloket-${city}`, category: 'housing-desk' },
      channel: { kind: 'inboxApi' },
      seen: [{ aggregateId: accession[city], version: ACTIVATED }],
      ...change,
    };
    const client = await flow.of(by, 'agency');
    return eventually(
      async () => {
        const answer = await client.post('/transfer/v1/disclosures', request);
        return answer.body.code === 'VERSION_NOT_SEEN' ? undefined : answer;
      },
      { what: 'transfer has seen the activation', deadlineMs: 30_000 },
    );
  };
  const permitted = async (city: City, change: object = {}) => {
    const body = accepted(await disclose(city, change));
    expect(body).toMatchObject({ verdict: 'permitted', clause: '3' });
    return body.id as string;
  };
  const refused = async (city: City, change: object, code: string, clause: string) => {
    const body = accepted(await disclose(city, change));
    expect(body).toMatchObject({ verdict: 'refused', code, clause, explanation: { nl: expect.any(String) } });
    expect((await (await desk(city)).get(`/transfer/v1/disclosures/${body.id}`)).status).toBe(404);
  };
  const delivered = async (id: string) =>
    flow.until(await flow.of('agency', 'agency'), `/transfer/v1/disclosures/${id}`, ({ state }) =>
      ['delivered', 'collected'].includes(state),
    );
  const ended = async (id: string) =>
    flow.until(await flow.of('agency', 'dpo'), `/register/v1/protocols/${id}`, ({ state }) => state === 'ended');
  /** Both cities accede anew, to the framework that goes on; the second with its whole term. */
  const accede = async (signedOn: string) => {
    const proefstede = await invented('toetreding-proefstede');
    const withFramework =
      "duration: { kind: linkedAgreement, agreement: kader-woonpremies, endsOn: null, clause: '7' }";
    const files = {
      modelgem: withoutDwelling(await invented('toetreding-modelgem')),
      proefstede: proefstede.replace(/^duration: .*$/m, withFramework),
    };
    for (const city of ['modelgem', 'proefstede'] as const) {
      accession[city] = (await flow.agree(city, files[city], signedOn)).id;
      subject[city] = await flow.subject(accession[city], 'file 4711');
    }
  };

  it('is drafted, signed and activated, and both cities accede to it; nothing flows before its day', async () => {
    const agreed = await flow.agree('city', await invented('kader-woonpremies'), '2026-05-19');
    framework = agreed.id;
    expect(agreed).toMatchObject({ state: 'active', effectiveFrom: '2026-05-19T22:00:00.000Z' });
    for (const city of ['modelgem', 'proefstede'] as const) {
      const { id, model } = await flow.agree(city, await invented(`toetreding-${city}`), '2026-05-19');
      expect(model).toMatchObject({ kind: 'accession', framework: 'kader-woonpremies' });
      accession[city] = id;
      subject[city] = await flow.subject(id, 'file 4711');
    }
    expect(subject.modelgem).not.toBe(subject.proefstede);
    await refused('modelgem', {}, 'PROTOCOL_NOT_IN_FORCE', '7');
  });

  it('gives the unit that acceded what its accession allows, in its inbox, on the ground that both sides have', async () => {
    await flow.clock('2026-06-01T08:00:00Z');
    first.modelgem = await permitted('modelgem', { items: [applicant, dwelling] });
    first.proefstede = await permitted('proefstede');
    await delivered(first.proefstede);
    expect(await delivered(first.modelgem)).toMatchObject({ items: ['applicant', 'dwelling'] });
    const clerk = await desk('modelgem');
    const { body: inbox } = await clerk.get('/transfer/v1/inbox');
    expect(inbox.items.map(({ id }: any) => id)).toEqual([first.modelgem]);
    const take = (client: typeof clerk) => client.post(`/transfer/v1/disclosures/${first.modelgem}/values/collect`, {});
    expect(accepted(await take(clerk)).items).toEqual([applicant, dwelling]);
    expect((await take(await desk('modelgem', { unit: 'another-desk' }))).body).toMatchObject({ code: 'FORBIDDEN' });
    expect((await take(await desk('proefstede'))).body).toMatchObject({ status: 404 });
    const passphrase = await clerk.post(`/transfer/v1/disclosures/${first.modelgem}/passphrase/collect`, undefined);
    expect(passphrase.body).toMatchObject({ status: 409, code: 'CONFLICT' });
  });

  it('refuses what one accession or the framework does not cover, with code and clause, and strangers altogether', async () => {
    // The framework and the other accession have it.
    await refused('proefstede', { items: [applicant, dwelling] }, 'ITEM_NOT_COVERED', '3');
    await refused('modelgem', { items: [{ item: 'income', fields: { amount: '1' } }] }, 'ITEM_NOT_COVERED', '3');
    await refused('modelgem', { purpose: 'tax-inspection' }, 'PURPOSE_NOT_AGREED', '2');
    await refused('modelgem', { channel: { kind: 'mail7zip' } }, 'CHANNEL_NOT_AGREED', '5');
    for (const party of [flow.parties.proefstede, flow.parties.city, flow.parties.outsider]) {
      const recipient = { party, unit: 'woonloket-modelgem', category: 'housing-desk' };
      await refused('modelgem', { recipient }, 'RECIPIENT_NOT_COVERED', '4');
    }
    // Of the framework itself, of the other accession, of nothing at all: for them this one does not exist.
    for (const body of ['city', 'proefstede', 'outsider'] as const) {
      expect((await disclose('modelgem', {}, body)).body).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    }
    const borrowed = await flow.of('modelgem', 'agency-user', { unit: 'woonloket-modelgem' }, 'proefstede');
    expect((await borrowed.get('/transfer/v1/inbox')).status).toBe(401);
    const dpo = await flow.of('proefstede', 'dpo');
    const { body: seen } = await dpo.get('/audit/v1/entries?limit=500');
    expect(JSON.stringify(seen)).not.toContain(accession.modelgem);
  });

  it('binds its accessions as it was amended: from that day on they permit no more, and both parties are told', async () => {
    await flow.clock('2026-06-02T08:00:00Z');
    const path = `/register/v1/protocols/${accession.modelgem}`;
    const officers = [await flow.of('agency', 'dpo'), await flow.of('modelgem', 'dpo')];
    const beyond = { code: 'ACCESSION_BEYOND_FRAMEWORK', about: 'ACCESSION_WIDER_ITEMS', clause: '3' };
    const alerts = async () => (await officers[0]!.get(`${path}/alerts`)).body.items;
    const narrower = withoutDwelling(await invented('kader-woonpremies')).replace(
      /^entryIntoForce: .*$/m,
      "entryIntoForce: { kind: date, on: 2026-06-08, clause: '7' }",
    );
    await flow.amend(framework, 'city', narrower, '2026-06-02');
    for (const officer of officers) {
      const { body } = await officer.get(path);
      expect(body.findings).toContainEqual(
        expect.objectContaining({ code: 'ACCESSION_WIDER_ITEMS', severity: 'error', clause: '3' }),
      );
    }
    await flow.clock('2026-06-07T21:58:00Z');
    await delivered(await permitted('modelgem', { items: [applicant, dwelling] }));
    expect(await alerts()).not.toContainEqual(expect.objectContaining({ code: beyond.code }));
    await flow.clock('2026-06-07T22:00:00Z');
    const seen = [{ aggregateId: framework, version: AMENDED }];
    await refused('modelgem', { items: [applicant, dwelling], seen }, 'ITEM_NOT_COVERED', '1-framework');
    await delivered(await permitted('modelgem'));
    const raised = await flow.until(officers[1]!, `${path}/alerts`, ({ items }) =>
      items.some(({ code }: any) => code === beyond.code),
    );
    const told = raised.items.filter(({ code }: any) => code === beyond.code);
    expect(told).toMatchObject([beyond, beyond]);
    const parties = told.map(({ party }: any) => party);
    expect(parties.sort()).toEqual([flow.parties.agency, flow.parties.modelgem].sort());
    // The other accession never went as far.
    const { body: other } = await (
      await flow.of('proefstede', 'dpo')
    ).get(`/register/v1/protocols/${accession.proefstede}/alerts`);
    expect(other.items).not.toContainEqual(expect.objectContaining({ code: beyond.code }));
    const again = await flow.refusedDraft('modelgem', await invented('toetreding-modelgem'));
    expect(again).toContainEqual(expect.objectContaining({ code: 'ACCESSION_WIDER_ITEMS', clause: '3' }));
  });

  it('keeps what each city received as long as its own accession says', async () => {
    for (const [city, dueAt] of [
      ['modelgem', '2029-06-01T08:00:00.000Z'],
      ['proefstede', '2027-12-01T09:00:00.000Z'],
    ] as const) {
      const path = `/retention/v1/clocks/${first[city]}`;
      const clock = await flow.until(await flow.of(city, 'dpo'), path, ({ state }) => state === 'running');
      expect(clock.dueAt.slice(0, 16)).toBe(dueAt.slice(0, 16));
      expect(clock).toMatchObject({ rule: 'premium-file', clause: '3-retention' });
    }
  });

  it('ends for one city by its notice of three calendar months, to the day, and goes on for the other', async () => {
    await flow.clock('2026-06-10T08:00:00Z');
    const path = `/register/v1/protocols/${accession.modelgem}/endings`;
    const signatory = await flow.of('modelgem', 'signatory');
    const notice = accepted(await signatory.post(path, { kind: 'notice', receivedAt: '2026-06-10T07:00:00Z' }));
    expect(notice).toMatchObject({ clause: '7-notice', endsAt: '2026-09-10T22:00:00.000Z' });
    await flow.clock('2026-09-10T21:58:00Z');
    await delivered(await permitted('modelgem'));
    await flow.clock('2026-09-10T22:00:00Z');
    await ended(accession.modelgem);
    const ending = await flow.until(
      await flow.of('modelgem', 'dpo'),
      `${path}/${notice.id}`,
      ({ state }) => state === 'enforced',
    );
    expect(ending).toMatchObject({ kind: 'notice', unconfirmed: [] });
    await refused('modelgem', {}, 'PROTOCOL_ENDED', '7-notice');
    await delivered(await permitted('proefstede'));
    const { body } = await (await flow.of('city', 'dpo')).get(`/register/v1/protocols/${framework}`);
    expect(body.state).toBe('active');
  });

  it('ends by the shorter term of an accession, and by its own two years for every accession', async () => {
    await flow.clock('2027-05-31T22:00:00Z');
    await refused('proefstede', {}, 'PROTOCOL_ENDED', '7');
    await ended(accession.proefstede);
    await flow.clock('2027-06-10T08:00:00Z');
    await accede('2027-06-10');
    for (const city of ['modelgem', 'proefstede'] as const) await delivered(await permitted(city));

    await flow.clock('2028-05-31T21:58:00Z');
    for (const city of ['modelgem', 'proefstede'] as const) await permitted(city);
    await flow.clock('2028-05-31T22:00:00Z');
    await ended(framework);
    for (const city of ['modelgem', 'proefstede'] as const) {
      await ended(accession[city]);
      const body = accepted(await disclose(city));
      expect(body).toMatchObject({ verdict: 'refused', code: 'PROTOCOL_ENDED' });
    }
  });

  it('is erased by the schedule on the day of each accession, after all of it has ended, with an attestation', async () => {
    const dpo = await flow.of('proefstede', 'dpo');
    const erased = async (city: City) => {
      const officer = await flow.of(city, 'dpo');
      await flow.until(officer, `/retention/v1/clocks/${first[city]}`, ({ state }) => state === 'erased');
      const { body } = await officer.get(`/transfer/v1/disclosures/${first[city]}`);
      expect(body.erasedAt).toEqual(expect.any(String));
      const taken = await (await desk(city)).post(`/transfer/v1/disclosures/${first[city]}/values/collect`, {});
      expect(taken.body).toMatchObject({ status: 410, code: 'ANSWER_ERASED' });
    };
    // Due since December: eighteen months; three years have another year to go.
    await erased('proefstede');
    const running = await (await flow.of('modelgem', 'dpo')).get(`/retention/v1/clocks/${first.modelgem}`);
    expect(running.body.state).toBe('running');
    await flow.clock('2029-06-01T08:05:00Z');
    await erased('modelgem');
    const { body: trail } = await dpo.get('/audit/v1/entries?type=erasure.attested&limit=500');
    expect(trail.items.map(({ data }: any) => data.disclosureId)).toContain(first.proefstede);
    expect(trail.items.map(({ data }: any) => data.disclosureId)).not.toContain(first.modelgem);
  });
});
