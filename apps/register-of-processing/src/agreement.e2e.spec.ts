import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestClient } from '@convenant/testing';
import { documentHash, ogFile, RegisterWorld } from './register.support.spec.js';

const PROTOCOLS = '/register/v1/protocols';

const DURATION_OVER = 'duration: { kind: fixed, agreement: null, endsOn: 2026-01-01, clause: 5-duration }';
/** Ten to the ninth of them, if anybody followed the aliases. */
const bomb = `[${'abcdefghi'
  .split('')
  .map(
    (name, index, names) =>
      `&${name} [${Array(10)
        .fill(index === 0 ? '1' : `*${names[index - 1]}`)
        .join(', ')}]`,
  )
  .join(', ')}]`;

describe('agreeing on the OG protocol', () => {
  let world: RegisterWorld;
  let og: string;
  let ocmw: string;
  let outsider: string;
  let agency: TestClient;
  let id: string;
  let dataHash: string;
  let twin: string;
  const ofProtocols = async () => (await world.events()).filter(({ type }) => type.startsWith('protocol.'));

  beforeAll(async () => {
    world = await RegisterWorld.start('2026-02-27T10:00:00Z');
    og = await world.registerParty('Opgroeien regie', '0886.886.638');
    ocmw = await world.registerParty('OCMW Sint-Gillis-Waas', '0212.169.781');
    outsider = await world.registerParty('Another body', '0308.357.753');
    agency = await world.of(og, ['agency']);
  });
  afterAll(() => world?.stop());

  const draft = (more: object = {}) => ({
    parties: { sender: og, receiver: ocmw },
    file: ogFile,
    format: 'yaml',
    documentHash,
    ...more,
  });
  const opinion = () => ({
    outcome: 'unstated',
    givenOn: '2026-01-06',
    followed: true,
    approvesTranscription: true,
    documentHash,
    dataHash,
  });
  const signature = (signatory: string) => ({
    signatory,
    signedOn: '2026-02-27',
    method: 'paper',
    documentHash,
    dataHash,
  });

  it.each([
    ['malformed YAML', () => draft({ file: `${ogFile}\n  - : [` }), 'FILE_UNREADABLE', null],
    [
      'wrong check digits',
      () => draft({ file: ogFile.replace('kbo: 0886.886.638', 'kbo: 0886.886.639') }),
      'ENTERPRISE_NUMBER_INVALID',
      'parties',
    ],
    [
      'a clause that does not exist',
      () => draft({ file: ogFile.replace('clause: C-consent', 'clause: C-nowhere') }),
      'CLAUSE_UNKNOWN',
      null,
    ],
    ['a key that stands there twice', () => draft({ file: `${ogFile}\nlanguage: nl\n` }), 'KEY_DUPLICATE', null],
    [
      'aliases that explode',
      () => draft({ file: ogFile.replace('\nterms:', `\nbomb: ${bomb}\nterms:`) }),
      'ALIAS_REFUSED',
      null,
    ],
    ['an unknown key', () => draft({ file: ogFile.replace('language: nl', 'langage: nl') }), 'KEY_UNKNOWN', null],
    [
      'a date that does not exist',
      () => draft({ file: ogFile.replace('on: 2026-03-01', 'on: 2026-02-30') }),
      'DATE_IMPOSSIBLE',
      '11-start',
    ],
    [
      'an end before its start',
      () => draft({ file: ogFile.replace(/duration: \{.*\}/, DURATION_OVER) }),
      'END_BEFORE_START',
      '5-duration',
    ],
    [
      'an unknown regime',
      () => draft({ file: ogFile.replace('id: be-vl-art8', 'id: be-vl-art9') }),
      'VALUE_INVALID',
      'title',
    ],
    [
      'other parties than it names',
      () => draft({ parties: { sender: og, receiver: outsider } }),
      'PARTY_MISMATCH',
      'parties',
    ],
  ])('refuses a file for %s with line, column and clause, and stores nothing', async (_, request, code, clause) => {
    const { status, body } = await agency.post(PROTOCOLS, request());
    expect([status, body.code]).toEqual([400, 'PROTOCOL_INVALID']);
    expect(body.findings).toContainEqual(
      expect.objectContaining({
        ...{ code, severity: 'error', line: expect.any(Number), column: expect.any(Number) },
        ...(clause === null ? {} : { clause }),
      }),
    );
    expect(await ofProtocols()).toEqual([]);
    const checked = await agency.lookup(`${PROTOCOLS}/validate`, request());
    expect(checked.status).toBe(200);
    expect(checked.body).toEqual({ valid: false, findings: body.findings });
    expect((await agency.get(PROTOCOLS)).body.items).toEqual([]);
  });

  it('does not read a file of ten megabytes', async () => {
    const { status, body } = await agency.post(PROTOCOLS, draft({ file: 'a'.repeat(10_000_000) }));
    expect([status, body.code]).toEqual([413, 'BODY_TOO_LARGE']);
    expect(await ofProtocols()).toEqual([]);
    expect((await agency.get(PROTOCOLS)).body.items).toEqual([]);
  });

  it('refuses unregistered parties, and a file for others than the caller', async () => {
    const unknown = '0197f0a4-6c1e-7b5a-9f43-3d8a52c40e99';
    const { body: unregistered } = await agency.post(PROTOCOLS, draft({ parties: { sender: og, receiver: unknown } }));
    expect(unregistered).toMatchObject({ code: 'PARTY_UNKNOWN', issues: [{ name: '/parties/receiver' }] });
    const stranger = await (await world.of(outsider, ['agency'])).post(PROTOCOLS, draft());
    expect([stranger.status, stranger.body.code]).toEqual([403, 'FORBIDDEN']);
    const operator = await world.admin.post(PROTOCOLS, draft());
    expect([operator.status, operator.body.code]).toEqual([403, 'FORBIDDEN']);
  });

  it('OG-title enters the protocol as data under the decree, with everything found on it', async () => {
    const checked = await agency.lookup(`${PROTOCOLS}/validate`, draft());
    expect(checked.body).toMatchObject({ valid: true, dataHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const { status, body } = await agency.post(PROTOCOLS, draft());
    expect(status).toBe(201);
    expect(body).toMatchObject({
      state: 'drafted',
      version: 1,
      regime: 'be-vl-art8',
      documentHash,
      dataHash: checked.body.dataHash,
    });
    expect(body.findings.length).toBeGreaterThan(10);
    for (const finding of body.findings)
      expect(finding).toMatchObject({ clause: expect.any(String), source: expect.any(String) });
    ({ id, dataHash } = body);
    const [event] = await world.events(id);
    expect(event).toMatchObject({
      type: 'protocol.drafted',
      data: { protocolId: id, dataHash, parties: { sender: og, receiver: ocmw } },
    });
  });

  it('OG-A-B keeps why each party is a public body, with the clause that says so', async () => {
    const { body } = await agency.get(`${PROTOCOLS}/${id}`);
    const { sender, receiver } = body.model.parties;
    expect(sender.status).toMatchObject({ clause: 'A', statement: expect.stringContaining('Vlaamse instantie') });
    expect(receiver.status).toMatchObject({ clause: 'B', statement: expect.stringContaining('OCMW') });
  });

  it('OG-1 keeps what the protocol is about', async () => {
    const { body } = await agency.get(`${PROTOCOLS}/${id}`);
    expect(body.model.subject).toMatchObject({
      clause: '1',
      text: { nl: expect.any(String), fr: expect.any(String), en: expect.any(String) },
    });
  });

  it('gives the same data hash to the same data in another layout', async () => {
    const { body } = await agency.lookup(`${PROTOCOLS}/validate`, draft({ file: `# a remark\n${ogFile}\n\n` }));
    expect(body.dataHash).toBe(dataHash);
  });

  it('does not exist for another party, nor for the operator', async () => {
    const stranger = await world.of(outsider, ['dpo', 'agency', 'signatory']);
    for (const answer of [
      await stranger.get(`${PROTOCOLS}/${id}`),
      await stranger.post(`${PROTOCOLS}/${id}/opinions`, opinion()),
      await stranger.post(`${PROTOCOLS}/${id}/signatures`, signature('mayor')),
      await stranger.post(`${PROTOCOLS}/${id}/endings`, { kind: 'notice' }),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND']);
    }
    expect((await stranger.get(PROTOCOLS)).body.items).toEqual([]);
    expect((await world.admin.get(`${PROTOCOLS}/${id}`)).status).toBe(403);
    expect((await world.admin.get(PROTOCOLS)).status).toBe(403);
  });

  it('shows counterparties to each other', async () => {
    const { body } = await (await world.of(ocmw, ['dpo'])).get('/register/v1/parties');
    expect(body.items.map((party: { id: string }) => party.id).sort()).toEqual([og, ocmw].sort());
  });

  it('takes no signature before both opinions', async () => {
    const { status, body } = await (
      await world.of(ocmw, ['signatory'])
    ).post(`${PROTOCOLS}/${id}/signatures`, signature('mayor'));
    expect([status, body.code]).toEqual([409, 'TRANSITION_ILLEGAL']);
  });

  it('OG-E-F takes an opinion from the data protection officer alone, over exactly this draft', async () => {
    const opinions = `${PROTOCOLS}/${id}/opinions`;
    const byAgency = await agency.post(opinions, opinion());
    expect(byAgency.body).toMatchObject({ status: 403, code: 'OPINION_NOT_BY_DPO', clause: 'E' });
    const dpo = await world.of(og, ['dpo']);
    const otherHash = await dpo.post(opinions, { ...opinion(), dataHash: 'f'.repeat(64) });
    expect(otherHash.body).toMatchObject({ status: 409, code: 'DOCUMENT_HASH_MISMATCH', clause: 'E' });
    const ahead = await dpo.post(opinions, { ...opinion(), givenOn: '2026-02-28' });
    expect([ahead.status, ahead.body.code]).toEqual([400, 'INPUT_INVALID']);
    expect(await world.events(id)).toHaveLength(1);
    expect((await dpo.get(`${PROTOCOLS}/${id}`)).body.opinions).toEqual([]);

    const given = await dpo.post(opinions, opinion());
    expect(given.status).toBe(201);
    expect(given.body.opinions).toMatchObject([{ party: og, outcome: 'unstated', givenOn: '2026-01-06' }]);
    // Known by the sub given when the party was registered, whatever roles the token has.
    const firstDpo = await world.of(ocmw, ['agency-user'], 'first-dpo-of-0212.169.781');
    const second = await firstDpo.post(opinions, { ...opinion(), givenOn: '2025-08-22' });
    expect(second.status).toBe(201);
    expect(second.body).toMatchObject({
      state: 'opined',
      opinions: [{ party: og }, { party: ocmw, givenOn: '2025-08-22' }],
    });
    expect(
      (await world.events(id)).filter(({ type }) => type === 'protocol.opinion.recorded').map(({ clause }) => clause),
    ).toEqual(['E', 'F']);
  });

  it('OG-3-phase1 lets the party that the file names decide an open point, and shows it as its decision', async () => {
    const decisions = `${PROTOCOLS}/${id}/decisions`;
    const decision = (openPoint: string, value: string) => ({
      openPoint,
      value,
      capacity: 'functionaris',
      decidedOn: '2026-02-20',
    });
    const notTheirs = await (await world.of(og, ['dpo'])).post(decisions, decision('client-declines', 'erase'));
    expect(notTheirs.body).toMatchObject({ status: 403, code: 'FORBIDDEN', clause: '3-phase1' });
    const dpo = await world.of(ocmw, ['dpo']);
    const wrong = await dpo.post(decisions, decision('client-declines', 'keep'));
    expect(wrong.body).toMatchObject({ status: 400, code: 'INPUT_INVALID', clause: '3-phase1' });
    await dpo.post(decisions, decision('client-declines', 'erase'));
    const { status, body } = await dpo.post(decisions, decision('phase1-ceiling', 'P6M'));
    expect(status).toBe(201);
    expect(body.decisions).toMatchObject([
      { openPoint: 'client-declines', value: 'erase' },
      { openPoint: 'phase1-ceiling', value: 'P6M' },
    ]);
    expect(body.decisions[0].decidedBy).toEqual({ party: ocmw, capacity: 'functionaris' });
    expect(body.waitsFor).toEqual(
      expect.not.arrayContaining(['openPoint:client-declines', 'openPoint:phase1-ceiling']),
    );
  });

  it('OG-end takes a signature only over the same hashes, of a signatory that the text names, once', async () => {
    const signatures = `${PROTOCOLS}/${id}/signatures`;
    const mayor = await world.of(ocmw, ['signatory'], 'mayor');
    const before = await world.events(id);
    const otherHash = await mayor.post(signatures, { ...signature('mayor'), documentHash: 'f'.repeat(64) });
    expect(otherHash.body).toMatchObject({ status: 409, code: 'DOCUMENT_HASH_MISMATCH', clause: 'end' });
    const unnamed = await mayor.post(signatures, signature('administrator-general'));
    expect([unnamed.status, unnamed.body.code]).toEqual([403, 'SIGNATORY_NOT_NAMED']);
    const noSignatory = await agency.post(signatures, signature('administrator-general'));
    expect([noSignatory.status, noSignatory.body.code]).toEqual([403, 'FORBIDDEN']);
    expect((await world.events(id)).length).toBe(before.length);

    const signed = await mayor.post(signatures, signature('mayor'));
    expect(signed.body.signatures).toMatchObject([{ signatory: 'mayor', capacity: 'burgemeester', method: 'paper' }]);
    const again = await mayor.post(signatures, signature('mayor'));
    expect([again.status, again.body.code]).toEqual([409, 'CONFLICT']);
    // The text gives day and month; the year is missing and stays a finding.
    expect(signed.body.findings).toContainEqual(
      expect.objectContaining({ code: 'SIGNATURE_DATE_INCOMPLETE', clause: 'end' }),
    );
  });

  it('lets a second draft of one agreement be agreed on as long as neither is in force', async () => {
    twin = (await agency.post(PROTOCOLS, draft())).body.id;
    const post = async (party: string, role: string, path: string, body: object) => {
      const answer = await (await world.of(party, [role])).post(`${PROTOCOLS}/${twin}/${path}`, body);
      expect(answer.status).toBe(201);
    };
    for (const party of [og, ocmw]) await post(party, 'dpo', 'opinions', opinion());
    for (const [openPoint, value] of [
      ['client-declines', 'erase'],
      ['phase1-ceiling', 'P6M'],
    ]) {
      await post(ocmw, 'dpo', 'decisions', { openPoint, value, capacity: 'functionaris', decidedOn: '2026-02-20' });
    }
    for (const signatory of ['mayor', 'general-director']) {
      await post(ocmw, 'signatory', 'signatures', signature(signatory));
    }
  });

  it('OG-parties is active once all three signatories signed the same hashes, and not before', async () => {
    const signatures = `${PROTOCOLS}/${id}/signatures`;
    const second = await (
      await world.of(ocmw, ['signatory'], 'director')
    ).post(signatures, signature('general-director'));
    expect(second.body).toMatchObject({ state: 'opined', waitsFor: ['signature:administrator-general'] });
    const third = await (await world.of(og, ['signatory'])).post(signatures, signature('administrator-general'));
    expect(third.status).toBe(201);
    expect(third.body).toMatchObject({ state: 'active', effectiveFrom: '2026-02-28T23:00:00.000Z', waitsFor: [] });
    const capacities = third.body.signatures.map(({ capacity }: { capacity: string }) => capacity);
    expect(capacities).toEqual(['burgemeester', 'algemeen directeur', 'waarnemend administrateur-generaal']);
  });

  it('OG-11-start is in force from 1 March 2026 in Brussels, as the parties decided what the text left open', async () => {
    const events = await world.events(id);
    expect(events.map(({ type }) => type).slice(-2)).toEqual(['protocol.signed', 'protocol.activated']);
    const activated = events.at(-1)!;
    expect(activated).toMatchObject({
      clause: '11-start',
      data: { trigger: 'date', effectiveFrom: '2026-02-28T23:00:00.000Z' },
    });
    expect(activated.data.model.retention.rules[0]).toMatchObject({ onDeclined: 'erase', ceiling: 'P6M' });
    const { body: page } = await agency.get(PROTOCOLS);
    expect(page.items).toContainEqual(expect.objectContaining({ id, state: 'active' }));
  });

  it('has no second protocol of one agreement in force: not by its file, and not by its last signature', async () => {
    const protocols = async () => (await agency.get(PROTOCOLS)).body.items;
    const [told, known] = [(await ofProtocols()).length, await protocols()];
    const file = await agency.post(PROTOCOLS, draft());
    expect(file.body).toMatchObject({ status: 400, code: 'PROTOCOL_INVALID' });
    const found = file.body.findings.find(({ code }: any) => code === 'AGREEMENT_IN_FORCE');
    expect(found).toMatchObject({ severity: 'error', clause: '11-start', line: expect.any(Number) });
    expect(found.text.en).toContain(id);
    expect((await agency.lookup(`${PROTOCOLS}/validate`, draft())).body).toMatchObject({ valid: false });
    const last = await (
      await world.of(og, ['signatory'])
    ).post(`${PROTOCOLS}/${twin}/signatures`, signature('administrator-general'));
    expect(last.body).toMatchObject({ status: 409, code: 'CONFLICT', clause: '11-start' });
    expect(last.body.detail).toContain(id);
    expect([(await ofProtocols()).length, await protocols()]).toEqual([told, known]);
    const { body } = await agency.get(`${PROTOCOLS}/${twin}`);
    expect(body).toMatchObject({ state: 'opined', waitsFor: ['signature:administrator-general'] });
    // Another agreement of the same parties is their own affair.
    const other = draft({ file: ogFile.replace(/^reference: .*$/m, 'reference: another-agreement') });
    expect((await agency.lookup(`${PROTOCOLS}/validate`, other)).body.valid).toBe(true);
  });

  it('takes no further opinion or signature once it is active', async () => {
    const late = await (await world.of(ocmw, ['signatory'])).post(`${PROTOCOLS}/${id}/signatures`, signature('mayor'));
    expect([late.status, late.body.code]).toEqual([409, 'TRANSITION_ILLEGAL']);
  });
});
