import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import type { TestClient } from '@convenant/testing';
import { BreachWorld, model, NOW, report } from './testing/breach-world.support.spec.js';

const BREACHES = '/breach/v1/breaches';

const assessment = (risk: string) => ({
  risk,
  consequences: ['unwanted-contact'],
  measuresTaken: ['mailbox-closed'],
  measuresProposed: ['second-factor'],
});

const filing = {
  authority: 'gba-apd',
  language: 'nl',
  natureText: 'Onbevoegde toegang tot een mailbox.',
  consequences: 'Ongewenst contact.',
  measures: 'De mailbox is afgesloten.',
  categoriesOfSubjects: 'Cliënten van preventieve gezinsondersteuning.',
};

describe('the duties after a breach', () => {
  let world: BreachWorld;
  let dpo: TestClient;
  let known: { disclosureId: string; subjectRef: string };

  beforeAll(async () => {
    world = await BreachWorld.start();
    dpo = await world.of(world.receiver);
    known = await world.disclosure();
  });
  afterAll(() => world?.stop());

  async function breached(more: object = {}): Promise<any> {
    const { status, body } = await dpo.post(BREACHES, report(more));
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body;
  }

  async function acknowledge({ notices }: any): Promise<void> {
    const other = await world.of(world.sender);
    for (const id of notices) await other.post(`/breach/v1/notices/${id}/acknowledgements`, {});
  }

  it('GDPR-33 keeps the four instants apart and counts 72 continuous hours from awareness', async () => {
    const breach = await breached({ processorInformedAt: '2026-04-03T09:30:00Z' });
    expect(breach).toMatchObject({
      occurredFrom: '2026-04-02T06:00:00.000Z',
      occurredTo: '2026-04-02T08:00:00.000Z',
      detectedAt: '2026-04-03T08:00:00.000Z',
      processorInformedAt: '2026-04-03T09:30:00.000Z',
      awareAt: '2026-04-03T09:00:00.000Z',
      awareBasis: 'ownFinding',
      authority: { state: 'running', dueAt: '2026-04-06T09:00:00.000Z', delayJustificationNeeded: false },
    });
    expect(breach.authority.remainingSeconds).toBeLessThanOrEqual(71 * 3600);
    expect(breach.authority.remainingSeconds).toBeGreaterThan(71 * 3600 - 60);
    // Across the change of the clock the hours are real ones.
    await world.clock.set('2026-03-28T12:00:00Z');
    const spring = await breached({
      occurredFrom: '2026-03-28T06:00:00Z',
      occurredTo: '2026-03-28T07:00:00Z',
      detectedAt: '2026-03-28T08:00:00Z',
      awareAt: '2026-03-28T09:00:00Z',
    });
    expect(spring.authority.dueAt).toBe('2026-03-31T09:00:00.000Z');
    await world.clock.set(NOW);
    const [detected, aware] = await world.events(breach.id);
    expect(detected).toMatchObject({
      name: 'breach.detected',
      data: { processorInformedAt: '2026-04-03T09:30:00.000Z' },
    });
    expect(aware).toMatchObject({ data: { basis: 'ownFinding', authorityDueAt: '2026-04-06T09:00:00.000Z' } });
  });

  it('GDPR-33 takes a controller to be aware once its processor informs it', async () => {
    const breach = await breached({ awareAt: undefined, processorInformedAt: '2026-04-03T08:30:00Z' });
    expect(breach).toMatchObject({ awareAt: '2026-04-03T08:30:00.000Z', awareBasis: 'processorInformed' });
    const { status, body } = await dpo.post(BREACHES, report({ processorInformedAt: '2026-04-03T08:30:00Z' }));
    expect([status, body.code, body.issues[0].name]).toEqual([400, 'INPUT_INVALID', '/awareAt']);
  });

  it.each([
    ['a breach in the future', { occurredFrom: '2026-05-01T00:00:00Z', occurredTo: undefined }, '/occurredFrom'],
    ['an end before the start', { occurredTo: '2026-04-01T00:00:00Z' }, '/occurredTo'],
    ['a detection before the breach', { detectedAt: '2026-04-01T00:00:00Z' }, '/detectedAt'],
    ['an awareness before the detection', { awareAt: '2026-04-03T07:00:00Z' }, '/awareAt'],
    ['an awareness in the future', { awareAt: '2026-04-03T11:00:00Z' }, '/awareAt'],
    ['a processor that knew before', { processorInformedAt: '2026-04-01T00:00:00Z' }, '/processorInformedAt'],
    ['a basis without an awareness', { awareAt: undefined, awareBasis: 'investigation' }, '/awareAt'],
    ['no kind of harm', { nature: [] }, '/nature'],
    ['a day that does not exist', { detectedAt: '2026-02-30T00:00:00Z' }, '/detectedAt'],
    ['an unknown disclosure', { scope: { disclosureIds: [newId()] } }, '/scope/disclosureIds/0'],
    ['a protocol of others', { scope: { protocolIds: [newId()] } }, '/scope/protocolIds/0'],
    ['an unknown person', { scope: { subjectRefs: [newId()] } }, '/scope/subjectRefs/0'],
    [
      'a period that ends before it starts',
      { scope: { period: { from: '2026-04-02T00:00:00Z', to: '2026-04-01T00:00:00Z' } } },
      '/scope/period/to',
    ],
  ])('GDPR-33 refuses %s and stores nothing', async (_, change, name) => {
    const before = (await dpo.get(`${BREACHES}?limit=200`)).body.items.length;
    const { status, body } = await dpo.post(BREACHES, report(change));
    expect([status, body.code]).toEqual([400, 'INPUT_INVALID']);
    expect(body.issues.map((it: any) => it.name)).toContain(name);
    expect((await dpo.get(`${BREACHES}?limit=200`)).body.items).toHaveLength(before);
  });

  it('GDPR-33 keeps a suspicion, tells nobody, and starts the hours when it becomes a breach', async () => {
    const suspected = await breached({ awareAt: undefined });
    expect(suspected).toMatchObject({ state: 'suspected', notices: [], authority: { state: 'notRunning' } });
    expect(suspected.waitsFor).toContain('awareness');
    const early = await dpo.post(`${BREACHES}/${suspected.id}/assessments`, assessment('low'));
    expect([early.status, early.body.code]).toEqual([409, 'CONFLICT']);

    const path = `${BREACHES}/${suspected.id}/awareness`;
    const future = await dpo.post(path, { awareAt: '2026-04-03T12:00:00Z', basis: 'investigation' });
    expect([future.status, future.body.code]).toEqual([400, 'INPUT_INVALID']);
    const { body } = await dpo.post(path, { awareAt: '2026-04-03T09:45:00Z', basis: 'investigation' });
    expect(body).toMatchObject({
      state: 'detected',
      awareBasis: 'investigation',
      authority: { state: 'running', dueAt: '2026-04-06T09:45:00.000Z' },
    });
    expect(body.notices).toHaveLength(1);
    const again = await dpo.post(path, { awareAt: '2026-04-03T09:50:00Z', basis: 'ownFinding' });
    expect([again.status, again.body.code]).toEqual([409, 'CONFLICT']);
    const dismissal = await dpo.post(`${BREACHES}/${suspected.id}/dismissals`, { reason: 'false-alarm' });
    expect([dismissal.status, dismissal.body.code]).toEqual([409, 'CONFLICT']);
  });

  it('GDPR-33 keeps every breach in the register, a dismissed suspicion too', async () => {
    const { id } = await breached({ awareAt: undefined });
    const { body } = await dpo.post(`${BREACHES}/${id}/dismissals`, { reason: 'false-alarm' });
    expect(body).toMatchObject({ state: 'dismissed', authority: { state: 'dismissed' }, waitsFor: [] });
    const more = await dpo.post(`${BREACHES}/${id}/awareness`, {
      awareAt: '2026-04-03T09:45:00Z',
      basis: 'ownFinding',
    });
    expect([more.status, more.body.code]).toEqual([409, 'CONFLICT']);
    const first = (await dpo.get(`${BREACHES}?limit=1`)).body;
    let page = first;
    const ids = [first.items[0].id];
    while (page.next) {
      page = (await dpo.get(`${BREACHES}?limit=1&after=${page.next}`)).body;
      ids.push(...page.items.map((it: any) => it.id));
    }
    expect(ids).toContain(id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("GDPR-33 prepares the Art. 33(3) fields for the authority's own portal and records the receipt; it files nothing", async () => {
    const breach = await breached();
    await acknowledge(breach);
    const path = `${BREACHES}/${breach.id}`;
    await dpo.post(`${path}/assessments`, assessment('low'));
    const english = await dpo.post(`${path}/filings`, { ...filing, language: 'en' });
    expect([english.status, english.body.code]).toEqual([400, 'INPUT_INVALID']);
    const prepared = await dpo.post(`${path}/filings`, filing);
    expect(prepared.body).toMatchObject({ state: 'prepared', phase: 1, language: 'nl', authority: 'gba-apd' });
    const { document } = prepared.body;
    expect(document.statement).toContain('Convenant heeft niets ingediend');
    const value = (label: string) => document.fields.find((it: any) => it.label === label)?.value;
    expect(value('Aantal betrokkenen (bij benadering)')).toBe('1');
    expect(value('Aantal gegevensrecords (bij benadering)')).toBe('2');
    expect(value('Categorieën van persoonsgegevens')).toContain(model.dataItems[0]!.label.nl);
    expect(value('Contact van de functionaris voor gegevensbescherming')).toBe('dpo@ocmw.example');
    expect(document.fields.map((it: any) => it.article)).toEqual(
      expect.arrayContaining(['33(3)(a)', '33(3)(b)', '33(3)(c)', '33(3)(d)', '33(1)']),
    );
    expect((await dpo.get(path)).body.waitsFor).toEqual(['authorityFiling']);

    const receipts = `${path}/filings/${prepared.body.id}/receipts`;
    const tooEarly = await dpo.post(receipts, { receiptCode: 'GBA-1', filedAt: '2026-04-01T00:00:00Z' });
    expect([tooEarly.status, tooEarly.body.code]).toEqual([400, 'INPUT_INVALID']);
    const recorded = await dpo.post(receipts, { receiptCode: 'GBA-2026-00077', filedAt: '2026-04-03T09:59:00Z' });
    expect(recorded.body).toMatchObject({ state: 'recorded', receiptCode: 'GBA-2026-00077', withinDeadline: true });
    const twice = await dpo.post(receipts, { receiptCode: 'GBA-2', filedAt: '2026-04-03T09:59:00Z' });
    expect([twice.status, twice.body.code]).toEqual([409, 'CONFLICT']);
    expect((await dpo.get(path)).body).toMatchObject({ authority: { state: 'filed' }, waitsFor: [] });

    const closed = await dpo.post(`${path}/closings`, { effects: ['none-seen'], remedialAction: ['second-factor'] });
    expect(closed.body).toMatchObject({ state: 'closed', closing: { remedialAction: ['second-factor'] } });
    expect((await dpo.post(`${path}/assessments`, assessment('high'))).status).toBe(409);
    const names = (await world.events(breach.id)).map(({ name }) => name);
    expect(names.filter((name) => /^authority|closed/.test(name))).toEqual([
      'authorityFiling.prepared',
      'authorityFiling.recorded',
      'breach.closed',
    ]);
    const outsider = await world.of(world.sender);
    expect((await outsider.get(`${path}/filings/${prepared.body.id}`)).status).toBe(404);
  });

  it('GDPR-33 prepares in French, and in German once the categories of data are given in German', async () => {
    const { id } = await breached();
    const french = await dpo.post(`${BREACHES}/${id}/filings`, { ...filing, language: 'fr' });
    expect(french.body.document.statement).toContain("Convenant n'a introduit aucune notification");
    const german = await dpo.post(`${BREACHES}/${id}/filings`, { ...filing, language: 'de' });
    expect(german.body).toMatchObject({ code: 'INPUT_INVALID', issues: [{ name: '/categoriesOfData' }] });
    const categoriesOfData = 'Name und Kontaktdaten';
    const told = await dpo.post(`${BREACHES}/${id}/filings`, { ...filing, language: 'de', categoriesOfData });
    expect(told.body).toMatchObject({ phase: 2, language: 'de' });
    expect(JSON.stringify(told.body.document)).toContain(categoriesOfData);
  });

  it('GDPR-33 asks for reasons once the 72 hours are over, before a filing is prepared', async () => {
    const { id } = await breached();
    const path = `${BREACHES}/${id}`;
    const delay = { reason: 'extent-unknown', reasons: 'De omvang was pas na onderzoek duidelijk.' };
    const early = await dpo.post(`${path}/delays`, delay);
    expect([early.status, early.body.code]).toEqual([409, 'CONFLICT']);
    await dpo.post(`${path}/assessments`, assessment('low'));
    await world.clock.set('2026-04-06T09:00:01Z');
    const overdue = (await dpo.get(path)).body;
    expect(overdue.authority).toMatchObject({ state: 'overdue', delayJustificationNeeded: true });
    expect(overdue.waitsFor).toEqual(expect.arrayContaining(['authorityFiling', 'delayJustification']));
    const refused = await dpo.post(`${path}/filings`, filing);
    expect([refused.status, refused.body.code]).toEqual([409, 'CONFLICT']);
    const justified = await dpo.post(`${path}/delays`, delay);
    expect(justified.body.authority).toMatchObject({ state: 'overdue', delayJustificationNeeded: false });
    const prepared = await dpo.post(`${path}/filings`, filing);
    expect(JSON.stringify(prepared.body.document)).toContain(delay.reasons);
    const receipts = `${path}/filings/${prepared.body.id}/receipts`;
    const late = await dpo.post(receipts, { receiptCode: 'GBA-3', filedAt: '2026-04-06T09:00:01Z' });
    expect(late.body.withinDeadline).toBe(false);
    expect((await dpo.get(path)).body.authority.state).toBe('filedLate');
    const said = (await world.events(id)).find(({ name }) => name === 'breach.delay.justified');
    expect(said!.data).toMatchObject({ reason: 'extent-unknown', authorityDueAt: '2026-04-06T09:00:00.000Z' });
    expect(JSON.stringify(said!.data)).not.toContain('omvang');
    await world.clock.set(NOW);
  });

  it('GDPR-33 needs no notification when a risk is unlikely', async () => {
    const breach = await breached();
    await acknowledge(breach);
    const { body } = await dpo.post(`${BREACHES}/${breach.id}/assessments`, assessment('none'));
    expect([body.authority.state, body.waitsFor]).toEqual(['notRequired', []]);
  });

  it('GDPR-34 lists the persons from the ledger, with a text, and waits at high risk until they are told', async () => {
    const breach = await breached();
    const path = `${BREACHES}/${breach.id}`;
    const list = await dpo.get(`${path}/subjects`);
    expect(list.body.items).toEqual([
      { subjectRef: known.subjectRef, protocolId: world.protocolId, items: ['contact', 'name'] },
    ]);
    expect(list.body.text.nl).toContain(model.dataItems[0]!.label.nl);
    expect(list.body.text.fr).toContain('OCMW Sint-Gillis-Waas');
    const assessed = await dpo.post(`${path}/assessments`, assessment('high'));
    expect(assessed.body.waitsFor).toContain('subjectInformation');
    const open = await dpo.post(`${path}/closings`, { effects: [], remedialAction: [] });
    expect([open.status, open.body.code]).toEqual([409, 'CONFLICT']);
    expect(open.body.waitsFor).toContain('subjectInformation');

    const told = { mode: 'direct', informedAt: '2026-04-03T09:50:00Z', language: 'nl', textHash: 'd'.repeat(64) };
    const future = await dpo.post(`${path}/subjectInformation`, { ...told, informedAt: '2026-04-09T00:00:00Z' });
    expect([future.status, future.body.code]).toEqual([400, 'INPUT_INVALID']);
    const informed = await dpo.post(`${path}/subjectInformation`, told);
    expect(informed.body.subjectInformation).toMatchObject([{ mode: 'direct', persons: 1 }]);
    expect(informed.body.waitsFor).not.toContain('subjectInformation');
    const said = (await world.events(breach.id)).find(({ name }) => name === 'subjects.informed');
    expect(said!.data).toMatchObject({ mode: 'direct', persons: 1, partyId: world.receiver });
  });

  it('GDPR-34 takes the coded exemptions and no other reason', async () => {
    const { id } = await breached();
    const path = `${BREACHES}/${id}`;
    await dpo.post(`${path}/assessments`, assessment('high'));
    for (const wrong of [
      { mode: 'exempt', exemption: 'tooMuchWork' },
      { mode: 'exempt', exemption: 'disproportionateEffort' }, // asks for a public communication instead
      { mode: 'exempt' },
    ]) {
      expect((await dpo.post(`${path}/subjectInformation`, wrong)).body.code).toBe('INPUT_INVALID');
    }
    const { body } = await dpo.post(`${path}/subjectInformation`, { mode: 'exempt', exemption: 'unintelligible' });
    expect(body.subjectInformation).toMatchObject([{ mode: 'exempt', exemption: 'unintelligible' }]);
    expect(body.waitsFor).not.toContain('subjectInformation');
  });
});
