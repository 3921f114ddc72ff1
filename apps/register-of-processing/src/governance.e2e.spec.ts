import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lawChangeNotifiedByAgency, processorListSharedByAgency } from '@convenant/contracts';
import pg from 'pg';
import { newId } from '@convenant/kernel';
import { eventually, kafkaSettings, TestAgency, type TestClient } from '@convenant/testing';
import { agreementOnFj, agreementOnOg, PROTOCOLS } from './agreements.support.spec.js';
import { foldedBesideKept } from './folded.support.spec.js';
import { documentHash as textHash, fjFile, RegisterWorld } from './register.support.spec.js';

const HOST = 'Shared services of the municipalities';

const contract = {
  reference: 'DPA-2026-014',
  concludedOn: '2026-01-15',
  subjectMatter: 'Hosting of the client file',
  duration: 'Two years',
  nature: 'Storage and backup',
  purpose: 'Running the client file',
  dataTypes: 'Name and contact data',
  dataSubjects: 'Clients referred',
  controllerDutiesAndRights: 'Article 4',
  documentedInstructions: 'Article 5',
  confidentiality: 'Article 6',
  security: 'Article 7',
  subProcessors: 'Article 8',
  rightsAssistance: 'Article 9',
  complianceAssistance: 'Article 10',
  deletionOrReturn: 'Article 11',
  audits: 'Article 12',
};
const sound = { activities: 'Hosting of the client file', guarantees: 'ISO/IEC 27001 certificate', contract };

describe('governance', () => {
  let world: RegisterWorld;
  let og: string;
  let ocmw: string;
  let ogDpo: TestClient;
  let ocmwDpo: TestClient;
  let protocolId: string;
  let at: string;

  beforeAll(async () => {
    world = await RegisterWorld.start('2026-02-27T10:00:00Z', kafkaSettings(), undefined, {
      INSTALLATION_HOST_NAME: HOST,
      INSTALLATION_HOST_NUMBER: '0566988259',
    });
    og = await world.registerParty('Opgroeien regie', '0886.886.638');
    ocmw = await world.registerParty('OCMW Sint-Gillis-Waas', '0212.169.781');
    ogDpo = await world.of(og, ['dpo']);
    ocmwDpo = await world.of(ocmw, ['dpo']);
    ({ id: protocolId } = await agreementOnOg(world, og, ocmw));
    at = `${PROTOCOLS}/${protocolId}`;
    await world.clock.set('2026-03-02T10:00:00Z');
  });
  afterAll(() => world?.stop());

  const typesOf = async (subject: string) => (await world.events(subject)).map(({ type }) => type);
  /** Standing alerts: code, what about, and whose. */
  const standing = async (path = at, client = ogDpo): Promise<string[]> =>
    (await client.get(`${path}/alerts`)).body.items
      .filter(({ clearedAt }: any) => clearedAt === undefined)
      .map(({ code, about, party }: any) => `${code} ${about ?? '-'} ${party === og ? 'og' : 'ocmw'}`);
  const raised = (alert: string) =>
    eventually(async () => (await standing()).includes(alert), { what: `${alert} is raised` });
  const cleared = (alert: string) =>
    eventually(async () => !(await standing()).includes(alert), { what: `${alert} is cleared` });
  const pdf = (text: string) => Buffer.from(`%PDF-1.7\n${text}`);
  const upload = (client: TestClient, bytes: Buffer, more: object = {}, path = at) =>
    client.post(`${path}/documents`, {
      title: 'Security policy',
      mediaType: 'application/pdf',
      content: bytes.toString('base64'),
      documentHash: createHash('sha256').update(bytes).digest('hex'),
      ...more,
    });

  it('OG-6-processors a processor without the points of Article 28 is blocked, for both parties to see, until it has them', async () => {
    const { audits: _, security: __, ...partial } = contract;
    const added = await ocmwDpo.post(`${at}/processors`, {
      kind: 'processor',
      name: 'Client File Hosting',
      enterpriseNumber: '0414.299.866',
      ...sound,
      contract: partial,
    });
    expect(added.status).toBe(201);
    const { id } = added.body;
    const reasons = [{ code: 'CONTRACT_INCOMPLETE', fields: ['security', 'audits'] }];
    expect(added.body).toMatchObject({ party: ocmw, state: 'blocked', reasons, clause: '6-processors' });
    expect(await world.events(id)).toMatchObject([
      { type: 'processor.added', clause: '6-processors', data: { state: 'blocked', name: 'Client File Hosting' } },
      { type: 'processor.blocked', clause: '6-processors', data: { reasons, party: ocmw } },
    ]);
    await raised(`PROCESSOR_BLOCKED ${id} ocmw`);
    expect((await ogDpo.get(`${at}/processors`)).body.items).toMatchObject([{ id, state: 'blocked', reasons }]);
    expect((await ogDpo.post(`${at}/processors/${id}/contract`, sound)).body).toMatchObject({ code: 'FORBIDDEN' });

    const under = { kind: 'subProcessor', name: 'Backup vault', under: id, ...sound };
    const sub = await ocmwDpo.post(`${at}/processors`, under);
    expect(sub.body.reasons.map(({ code }: any) => code)).toEqual(['AUTHORISATION_MISSING', 'PROCESSOR_ABOVE_BLOCKED']);
    const subContract = `${at}/processors/${sub.body.id}/contract`;
    await ocmwDpo.post(subContract, { ...sound, authorisation: 'specific' });

    const ending = { ...contract, endsOn: '2026-06-30' };
    const repaired = await ocmwDpo.post(`${at}/processors/${id}/contract`, { ...sound, contract: ending });
    expect(repaired.body).toMatchObject({ state: 'allowed', reasons: [] });
    await cleared(`PROCESSOR_BLOCKED ${id} ocmw`);
    await cleared(`PROCESSOR_BLOCKED ${sub.body.id} ocmw`);
    expect((await world.events(sub.body.id)).at(-1)).toMatchObject({
      type: 'processor.changed',
      data: { state: 'allowed' },
    });

    // The day after the last day of the contract, by the calendar of Brussels; the sub-processor with it.
    await world.clock.set('2026-06-30T21:50:00Z');
    expect((await ogDpo.get(`${at}/processors`)).body.items[0]).toMatchObject({ state: 'allowed' });
    await world.clock.set('2026-06-30T22:01:00Z');
    await raised(`PROCESSOR_BLOCKED ${id} ocmw`);
    await raised(`PROCESSOR_BLOCKED ${sub.body.id} ocmw`);
    expect(await typesOf(id)).toEqual([
      'processor.added',
      'processor.blocked',
      'processor.changed',
      'processor.blocked',
    ]);
    expect((await world.events(id)).at(-1)!.data.reasons).toEqual([{ code: 'CONTRACT_EXPIRED', fields: [] }]);

    expect((await ocmwDpo.post(`${at}/processors/${id}/ending`, {})).body).toMatchObject({ code: 'CONFLICT' });
    expect((await ocmwDpo.post(`${at}/processors/${sub.body.id}/ending`, {})).body).toMatchObject({ state: 'ended' });
    await ocmwDpo.post(`${at}/processors/${id}/contract`, sound);
    await cleared(`PROCESSOR_BLOCKED ${id} ocmw`);
    await world.clock.set('2026-03-02T10:00:00Z');
  });

  it('OG-6-processors a record that cannot be right is refused and not kept', async () => {
    const before = (await ocmwDpo.get(`${at}/processors`)).body.items.length;
    const post = async (body: object) => (await ocmwDpo.post(`${at}/processors`, body)).body;
    const record = { kind: 'processor', name: 'Another one', ...sound };
    expect(await post({ ...record, enterpriseNumber: '0431.150.351' })).toMatchObject({ code: 'IDENTIFIER_INVALID' });
    expect(await post({ ...record, contract: { ...contract, endsOn: '2026-02-30' } })).toMatchObject({ status: 400 });
    expect(await post({ ...record, contract: { ...contract, endsOn: '2026-01-14' } })).toMatchObject({
      issues: [{ name: '/contract/endsOn' }],
    });
    expect(await post({ ...record, name: undefined })).toMatchObject({ issues: [{ name: '/name' }] });
    expect(await post({ ...record, kind: 'subProcessor' })).toMatchObject({ issues: [{ name: '/under' }] });
    expect(await post({ ...record, kind: 'subProcessor', under: newId() })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await post({ ...record, name: 'client file hosting' })).toMatchObject({ code: 'CONFLICT' });
    expect((await ocmwDpo.get(`${at}/processors`)).body.items).toHaveLength(before);
    const worker = await world.of(ocmw, ['agency-user']);
    expect((await worker.post(`${at}/processors`, record)).status).toBe(403);
  });

  it('GDPR-28 the body that hosts the installation is a processor of both parties, and missing until each has its contract on record', async () => {
    const { expected } = (await ogDpo.get(`${at}/processors`)).body;
    expect(expected).toEqual([
      { party: og, name: HOST, kind: 'installation', clause: '6-processors' },
      { party: ocmw, name: HOST, kind: 'installation', clause: '6-processors' },
    ]);
    await world.clock.set('2026-04-02T10:00:00Z');
    await raised('PROCESSOR_NOT_RECORDED installation og');
    const { body } = await ogDpo.post(`${at}/processors`, { kind: 'installation', ...sound });
    expect(body).toMatchObject({ name: HOST, enterpriseNumber: '0566988259', state: 'allowed', party: og });
    await cleared('PROCESSOR_NOT_RECORDED installation og');
    expect(await standing()).toContain('PROCESSOR_NOT_RECORDED installation ocmw');
    await world.clock.set('2026-03-02T10:00:00Z');
  });

  it('OG-6-list the parties give each other their lists, acknowledge them, and are alerted when a list is missing or no longer true', async () => {
    await world.clock.set('2026-04-02T10:00:00Z');
    await raised('PROCESSOR_LIST_NOT_SHARED - ocmw');
    const shared = await ocmwDpo.post(`${at}/processor-lists`, {});
    expect(shared.body).toMatchObject({
      party: ocmw,
      listVersion: 1,
      current: true,
      processors: [{ name: 'Client File Hosting', contractReference: 'DPA-2026-014', state: 'allowed' }],
    });
    const { id } = shared.body;
    await cleared('PROCESSOR_LIST_NOT_SHARED - ocmw');
    expect((await ocmwDpo.post(`${at}/processor-lists/${id}/acknowledgement`, {})).body).toMatchObject({ status: 403 });

    await world.clock.set('2026-04-17T10:00:00Z');
    await raised(`PROCESSOR_LIST_UNACKNOWLEDGED ${id} og`);
    const acknowledged = await ogDpo.post(`${at}/processor-lists/${id}/acknowledgement`, {});
    expect(acknowledged.body.acknowledgedAt).toMatch(/^2026-04-17T10:0/);
    await cleared(`PROCESSOR_LIST_UNACKNOWLEDGED ${id} og`);
    expect((await ogDpo.post(`${at}/processor-lists/${id}/acknowledgement`, {})).body).toMatchObject({
      code: 'CONFLICT',
    });
    expect(await world.events(id)).toMatchObject([
      { type: 'processorList.shared', clause: '6-list', data: { byParty: ocmw, listVersion: 1 } },
      { type: 'processorList.acknowledged', clause: '6-list', data: { byParty: og } },
    ]);

    await ocmwDpo.post(`${at}/processors`, { kind: 'processor', name: 'Print room', ...sound });
    await raised(`PROCESSOR_LIST_STALE ${id} ocmw`);
    expect((await ogDpo.get(`${at}/processor-lists`)).body.items[0]).toMatchObject({ id, current: false });
    const second = await ocmwDpo.post(`${at}/processor-lists`, {});
    expect(second.body).toMatchObject({ listVersion: 2, processors: { length: 2 } });
    await cleared(`PROCESSOR_LIST_STALE ${id} ocmw`);
    // A list that nobody confirmed for a year is not known to be true.
    await world.clock.set('2027-04-18T10:00:00Z');
    await raised(`PROCESSOR_LIST_STALE ${second.body.id} ocmw`);
    await world.clock.set('2026-04-20T10:00:00Z');
  });

  it('OG-6-policy evidence of each measure is a document with its date, read by both parties, and stale or missing evidence is told', async () => {
    await raised('EVIDENCE_MISSING security-policy ocmw');
    await raised('EVIDENCE_MISSING encryption og');
    const policy = pdf('We lock our doors.');
    const kept = await upload(ocmwDpo, policy);
    expect(kept).toMatchObject({ status: 201, body: { party: ocmw, bytes: policy.length, uses: [] } });
    const { documentHash } = kept.body;
    const evidence = { measure: 'security-policy', documentHash, asOf: '2026-04-01' };
    const recorded = await ocmwDpo.post(`${at}/evidence`, evidence);
    expect(recorded.body).toMatchObject({
      state: 'current',
      clause: '6-policy',
      validUntil: '2027-04-01T22:00:00.000Z',
    });
    expect(await world.events(recorded.body.id)).toMatchObject([
      { type: 'evidence.recorded', clause: '6-policy', data: { documentHash, asOf: '2026-04-01', byParty: ocmw } },
    ]);
    await cleared('EVIDENCE_MISSING security-policy ocmw');
    const token = await world.issuer.token({ sub: 'reader', party: og, roles: ['dpo'], client_id: 'test-client' });
    const answer = await fetch(`${world.service.url}${at}/documents/${documentHash}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(policy);
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="[0-9a-f]{16}\.pdf"$/);
    expect((await ogDpo.get(`${at}/documents`)).body.items).toMatchObject([
      { documentHash, uses: [{ kind: 'evidence', id: recorded.body.id }] },
    ]);

    await world.clock.set('2027-04-01T22:01:00Z');
    await raised('EVIDENCE_STALE security-policy ocmw');
    await world.clock.set('2026-04-20T10:00:00Z');

    const post = async (body: object, client = ocmwDpo) => (await client.post(`${at}/evidence`, body)).body;
    expect(await post({ ...evidence, asOf: '2026-04-21' })).toMatchObject({ issues: [{ name: '/asOf' }] });
    expect(await post({ ...evidence, validUntil: '2026-03-01' })).toMatchObject({ issues: [{ name: '/validUntil' }] });
    expect(await post({ ...evidence, documentHash: 'f'.repeat(64) })).toMatchObject({
      issues: [{ name: '/documentHash' }],
    });
    expect(await post({ ...evidence, measure: 'encryption' })).toMatchObject({ code: 'NOT_FOUND' });
    const otherHash = await upload(ocmwDpo, policy, { documentHash: 'e'.repeat(64) });
    expect(otherHash.body).toMatchObject({ status: 409, code: 'DOCUMENT_HASH_MISMATCH' });
    expect((await upload(ocmwDpo, policy, { mediaType: 'image/png' })).body).toMatchObject({
      issues: [{ name: '/mediaType' }],
    });
    expect((await upload(ocmwDpo, policy, { mediaType: 'text/html' })).body).toMatchObject({ code: 'INPUT_INVALID' });
    expect((await upload(ocmwDpo, policy, { content: 'JVBERi0x=' })).body).toMatchObject({ code: 'INPUT_INVALID' });
    const large = pdf('x'.repeat(3 * 1024 * 1024));
    expect((await upload(ocmwDpo, large, { title: 'A large one' })).body).toMatchObject({ bytes: large.length });
    const tooLarge = await upload(ocmwDpo, pdf('x'.repeat(4 * 1024 * 1024)));
    expect([400, 413]).toContain(tooLarge.status);
    expect((await ogDpo.get(`${at}/documents`)).body.items).toHaveLength(2);
  });

  it('OG-6-proof a simple request is answered with the documents of every measure, in a time that is kept', async () => {
    const asked = await ogDpo.post(`${at}/evidence-requests`, { measures: ['security-policy', 'dpo'] });
    expect(asked.body).toMatchObject({
      party: og,
      ofParty: ocmw,
      state: 'open',
      clause: '6-proof',
      answerBy: '2026-05-04T22:00:00.000Z',
    });
    const { id } = asked.body;
    const delivery = `${at}/evidence-requests/${id}/delivery`;
    const [policy] = (await ocmwDpo.get(`${at}/evidence`)).body.items;
    const half = await ocmwDpo.post(delivery, { evidence: [policy.id] });
    expect(half.body).toMatchObject({
      status: 400,
      issues: [{ name: '/evidence', detail: expect.stringContaining('dpo') }],
    });
    expect((await ogDpo.post(delivery, { evidence: [policy.id] })).body).toMatchObject({ status: 403 });

    await world.clock.set('2026-05-04T22:01:00Z');
    await raised(`EVIDENCE_REQUEST_OVERDUE ${id} ocmw`);
    expect((await ocmwDpo.get(`${at}/evidence-requests`)).body.items[0]).toMatchObject({ id, state: 'overdue' });
    const appointed = await upload(ocmwDpo, pdf('The officer is appointed.'));
    const dpoRecord = { measure: 'dpo', documentHash: appointed.body.documentHash, asOf: '2026-05-01' };
    const second = await ocmwDpo.post(`${at}/evidence`, dpoRecord);
    const delivered = await ocmwDpo.post(delivery, { evidence: [policy.id, second.body.id] });
    expect(delivered.body).toMatchObject({ state: 'delivered', delivery: { late: true } });
    expect(delivered.body.delivery.answeredWithinSeconds).toBeGreaterThan(14 * 86_400);
    await cleared(`EVIDENCE_REQUEST_OVERDUE ${id} ocmw`);
    expect(await typesOf(id)).toEqual(['evidence.requested', 'evidence.delivered']);
    expect((await ocmwDpo.post(delivery, { evidence: [policy.id] })).body).toMatchObject({ code: 'CONFLICT' });
    const unknown = await ogDpo.post(`${at}/evidence-requests`, { measures: ['encryption'] });
    expect(unknown.body).toMatchObject({ code: 'INPUT_INVALID', issues: [{ name: '/measures' }] });
  });

  it('OG-9-law a change of the law is told with what it touches, and its review is followed until it is given', async () => {
    await world.clock.set('2026-05-10T10:00:00Z');
    const notice = {
      instrument: 'Decreet van 1 mei 2026 betreffende het lokaal sociaal beleid',
      inForceOn: '2026-09-01',
      impact: ['purpose', 'duration'],
    };
    const told = await ocmwDpo.post(`${at}/law-changes`, notice);
    expect(told.body).toMatchObject({
      ...notice,
      party: ocmw,
      state: 'open',
      clause: '9-law',
      reviewBy: '2026-06-10T22:00:00.000Z',
    });
    const { id } = told.body;
    const review = `${at}/law-changes/${id}/review`;
    expect((await ocmwDpo.post(review, { outcome: 'noChange', impact: [] })).body).toMatchObject({ status: 403 });
    await world.clock.set('2026-06-10T22:01:00Z');
    await raised(`LAW_REVIEW_OVERDUE ${id} og`);
    const reviewed = await ogDpo.post(review, { outcome: 'amend', impact: ['purpose'] });
    expect(reviewed.body).toMatchObject({
      state: 'reviewed',
      review: { party: og, outcome: 'amend', impact: ['purpose'] },
    });
    await cleared(`LAW_REVIEW_OVERDUE ${id} og`);
    expect(await world.events(id)).toMatchObject([
      { type: 'lawChange.notified', clause: '9-law', data: { byParty: ocmw, impact: notice.impact } },
      { type: 'lawChange.reviewed', clause: '9-law', data: { byParty: og, outcome: 'amend' } },
    ]);
    expect((await ogDpo.post(review, { outcome: 'end', impact: [] })).body).toMatchObject({ code: 'CONFLICT' });
    const never = await ocmwDpo.post(`${at}/law-changes`, { ...notice, inForceOn: '2026-02-30' });
    expect(never.body).toMatchObject({ code: 'INPUT_INVALID' });
    const unknown = await ocmwDpo.post(`${at}/law-changes`, { ...notice, impact: ['weather'] });
    expect(unknown.body).toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('OG-9-law and OG-6-list the systems of a party tell the same over their own topic', async () => {
    await eventually(async () => (await world.admin.get(`/register/v1/parties/${ocmw}/topics`)).body.state === 'made', {
      what: 'the topic is made',
      deadlineMs: 40_000,
    });
    const system = await TestAgency.start(world.installation, ocmw);
    try {
      const message = () => ({ id: newId(), source: 'urn:ocmw', subject: protocolId });
      const occurredAt = '2026-06-10T22:01:00Z';
      await system.say(processorListSharedByAgency, { ...message(), data: { occurredAt } });
      const notice = { instrument: 'Order of 1 June 2026', inForceOn: '2026-10-01', impact: ['processors' as const] };
      await system.say(lawChangeNotifiedByAgency, { ...message(), data: { ...notice, occurredAt } });
      await system.say(lawChangeNotifiedByAgency, { ...message(), subject: newId(), data: { ...notice, occurredAt } });
      const change = await eventually(
        async () => (await ogDpo.get(`${at}/law-changes`)).body.items.find(({ state }: any) => state === 'open'),
        { what: 'the notice has arrived' },
      );
      expect(change).toMatchObject({ ...notice, party: ocmw, clause: '9-law' });
      expect((await ogDpo.get(`${at}/processor-lists`)).body.items[0]).toMatchObject({ party: ocmw, listVersion: 3 });
      const quarantined = await eventually(
        async () => (await (await world.of(ocmw, ['agency'])).get('/register/v1/quarantine')).body.items[0],
        { what: 'the third one is refused' },
      );
      expect(quarantined).toMatchObject({ code: 'NOT_FOUND' });
    } finally {
      await system.stop();
    }
  });

  it('nothing of it exists for others, and an ended protocol asks for nothing any more', async () => {
    const stranger = await world.of(await world.registerParty('Agency of the east', '0428.759.497'), ['dpo']);
    for (const path of ['processors', 'processor-lists', 'law-changes', 'evidence', 'evidence-requests', 'documents']) {
      expect([path, (await stranger.get(`${at}/${path}`)).status]).toEqual([path, 404]);
    }
    expect((await stranger.post(`${at}/processor-lists`, {})).status).toBe(404);
    expect((await standing()).length).toBeGreaterThan(0);
    const lapse = { instrument: 'Decreet van 1 juni 2026', lapsedOn: '2026-06-01' };
    expect((await ogDpo.post(`${at}/lapses`, lapse)).status).toBe(201);
    await eventually(async () => (await standing()).length === 0, { what: 'all alerts are cleared' });
  });

  describe('of the protocol on detainees', () => {
    let justice: string;
    let wvg: string;
    let dpo: TestClient;
    let fj: string;

    beforeAll(async () => {
      await world.clock.set('2026-06-11T10:00:00Z');
      justice = await world.registerParty('FOD Justitie', '0308.357.753');
      wvg = await world.registerParty('Departement WVG', '0316.380.841', { unitCode: 'OVO000001' });
      dpo = await world.of(wvg, ['dpo']);
      const { id } = await agreementOnFj(world, justice, wvg);
      fj = `${PROTOCOLS}/${id}`;
    });

    it('FJ-III.4 the processor that the text names must be on record with its contract, and is blocked without', async () => {
      const { expected } = (await dpo.get(`${fj}/processors`)).body;
      expect(expected[0]).toEqual({ party: wvg, name: 'Smals', kind: 'processor', clause: 'III.4' });
      const record = { kind: 'processor', name: 'Smals VZW', activities: 'Running the digital system' };
      const bare = await dpo.post(`${fj}/processors`, record);
      expect(bare.body).toMatchObject({ state: 'blocked', clause: 'III.4' });
      expect(bare.body.reasons.map(({ code }: any) => code)).toEqual(['CONTRACT_MISSING', 'GUARANTEES_MISSING']);
      const { id } = bare.body;
      expect((await dpo.get(`${fj}/processors`)).body.expected.map(({ name }: any) => name)).not.toContain('Smals');
      await eventually(
        async () =>
          (await dpo.get(`${fj}/alerts`)).body.items.some(
            ({ about, clause }: any) => about === id && clause === 'III.4',
          ),
        { what: 'it is told' },
      );
      const complete = await dpo.post(`${fj}/processors/${id}/contract`, { ...sound, activities: record.activities });
      expect(complete.body).toMatchObject({ state: 'allowed' });
      expect(await typesOf(id)).toEqual(['processor.added', 'processor.blocked', 'processor.changed']);
    });

    it('FJ-I the opinion of each officer is attached by its hash, read by both parties, and missing where the regime wants it', async () => {
      const parties = { sender: justice, receiver: wvg };
      const sides = { [justice]: await world.of(justice, ['dpo']), [wvg]: dpo };
      const drafter = await world.of(justice, ['agency']);
      const file = fjFile.replace(/^reference: .*$/m, 'reference: another-agreement');
      const draft = await drafter.post(PROTOCOLS, { parties, file, format: 'yaml', documentHash: textHash });
      const path = `${PROTOCOLS}/${draft.body.id}`;
      for (const party of [justice, wvg]) {
        const kept = await upload(sides[party]!, pdf(`Positive, says ${party}`), { title: 'Opinion' }, path);
        const opinionHash = kept.body.documentHash;
        const { dataHash } = draft.body;
        const opinion = { outcome: 'positive', givenOn: '2026-06-10', followed: true, approvesTranscription: true };
        const given = await sides[party]!.post(`${path}/opinions`, {
          ...opinion,
          opinionHash,
          documentHash: textHash,
          dataHash,
        });
        expect(given.status).toBe(201);
        const [{ uses }] = (await dpo.get(`${path}/documents`)).body.items.filter(
          (one: any) => one.documentHash === opinionHash,
        );
        expect(uses).toEqual([{ kind: 'opinion', id: given.body.opinions.at(-1).id }]);
      }
      // The protocol that was agreed before has no documents of its opinions.
      const alerts = (await dpo.get(`${fj}/alerts`)).body.items;
      expect(alerts.filter(({ code }: any) => code === 'OPINION_NOT_ATTACHED')).toMatchObject([
        { clause: 'I' },
        { clause: 'I' },
      ]);
    });
  });

  it('names what a restored register lost of the documents, with what refers to it, until the same bytes are uploaded again', async () => {
    const bytes = pdf('A policy that a backup does not have');
    const documentHash = createHash('sha256').update(bytes).digest('hex');
    await upload(ocmwDpo, bytes);
    const evidence = { measure: 'security-policy', documentHash, asOf: '2026-04-01' };
    const { body: recorded } = await ocmwDpo.post(`${at}/evidence`, evidence);
    const missing = async () => (await ogDpo.get(`${at}/documents`)).body.missing;
    expect(await missing()).not.toContainEqual(expect.objectContaining({ documentHash }));
    const owner = new pg.Client({ connectionString: world.service.database.ownerUrl });
    await owner.connect();
    await owner.query('DELETE FROM document WHERE document_hash = $1', [documentHash]);
    await owner.end();
    expect(await missing()).toContainEqual({ documentHash, uses: [{ kind: 'evidence', id: recorded.id }] });
    expect((await upload(ogDpo, bytes)).status).toBe(201);
    expect(await missing()).not.toContainEqual(expect.objectContaining({ documentHash }));
    expect((await ogDpo.get(`${at}/documents`)).body.items).toContainEqual(
      expect.objectContaining({ documentHash, uses: [{ kind: 'evidence', id: recorded.id }] }),
    );
  });

  it('a restored database learns all of it again from the events', async () => {
    const { folded, kept } = await foldedBesideKept(world, {
      processor: '*',
      processor_list: '*',
      law_change: '*',
      evidence: '*',
      evidence_request: '*',
      alert: '*',
    });
    expect(folded).toEqual(kept);
    expect(Object.entries(kept).filter(([, rows]) => rows.length === 0)).toEqual([]);
  });
});
