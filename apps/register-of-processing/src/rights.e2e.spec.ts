import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  barrierApplied,
  consentWithdrawn,
  disclosureDelivered,
  disclosureOnwardRecorded,
  qualityResolved,
  subjectRegistered,
} from '@convenant/contracts';
import { formatInstant, newId } from '@convenant/kernel';
import { eventually, TestNeighbour, type TestClient } from '@convenant/testing';
import { agree, agreementOnOg, disclosed } from './agreements.support.spec.js';
import { fjFile, RegisterWorld } from './register.support.spec.js';

const RIGHTS = '/register/v1/rights-requests';
const DUTIES = '/register/v1/information-duties';

describe('rights of data subjects', () => {
  let world: RegisterWorld;
  let consent: TestNeighbour;
  let og: string;
  let ocmw: string;
  let protocolId: string;
  let ogDpo: TestClient;
  let ogWorker: TestClient;
  let ocmwDpo: TestClient;
  let ocmwWorker: TestClient;

  beforeAll(async () => {
    world = await RegisterWorld.start('2026-02-27T10:00:00Z');
    consent = await TestNeighbour.start(world.installation, 'consent');
    og = await world.registerParty('Opgroeien regie', '0886.886.638');
    ocmw = await world.registerParty('OCMW Sint-Gillis-Waas', '0212.169.781');
    ogDpo = await world.of(og, ['dpo']);
    ogWorker = await world.of(og, ['agency-user']);
    ocmwDpo = await world.of(ocmw, ['dpo']);
    ocmwWorker = await world.of(ocmw, ['agency-user']);
    ({ id: protocolId } = await agreementOnOg(world, og, ocmw));
    await world.clock.set('2026-06-15T09:30:00Z');
  });
  afterAll(async () => {
    await consent?.stop();
    await world?.stop();
  });

  async function registered(): Promise<string> {
    const subjectRef = newId();
    const data = { subjectRef, protocolId, party: og, registeredAt: formatInstant(Date.now()) };
    await world.transfer.publish(subjectRegistered, { subject: subjectRef, protocolId, data });
    return subjectRef;
  }

  async function delivered(subjectRef: string, at: string, protocol = protocolId, party = ocmw): Promise<string> {
    const id = await disclosed(world, { protocolId: protocol, party, subjectRef, at });
    await world.transfer.publish(disclosureDelivered, {
      subject: id,
      protocolId: protocol,
      data: {
        disclosureId: id,
        protocolId: protocol,
        subjectRef,
        attemptId: newId(),
        route: 'mail',
        deliveredAt: at,
        clause: '6',
      },
    });
    return id;
  }

  async function received(by: TestClient, subjectRef: string, right: string, more: object = {}): Promise<any> {
    const body = { protocolId, subjectRef, right, channel: 'letter', identityCheck: 'identityDocument', ...more };
    const answer = await by.post(RIGHTS, body);
    if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** What transfer says once nothing about the person flows any more because of that event of the request. */
  async function stopped(requestId: string, kind: 'objection' | 'restriction', aggregateversion: number): Promise<any> {
    const barrierId = newId();
    await world.transfer.publish(barrierApplied, {
      subject: barrierId,
      protocolId,
      data: {
        barrierId,
        cause: { kind, service: 'register', subject: requestId, aggregateversion },
        protocolId,
        appliedAt: formatInstant(Date.now()),
        waited: { transactionsMs: 3, deliveriesMs: 2 },
        unconfirmed: [],
      },
    });
    return eventually(
      async () => (await world.events(requestId)).find(({ type }) => type === 'rightsRequest.enforced'),
      { what: 'the barrier is recorded', deadlineMs: 15_000 },
    );
  }

  it('GDPR-12 a request has both due dates, is extended once within the month, and is answered free of charge with a plain letter', async () => {
    const subjectRef = await registered();
    const request = await received(ogWorker, subjectRef, 'access', { identityCheck: undefined });
    expect(request).toMatchObject({
      state: 'open',
      identifiable: true,
      charge: 'none',
      deadline: {
        cautiousDueAt: '2026-07-14T22:00:00.000Z',
        regulationDueAt: '2026-07-15T22:00:00.000Z',
        overdue: false,
      },
    });
    const one = `${RIGHTS}/${request.id}`;
    const letter = async (language: string) => (await ogWorker.get(`${one}/letter?language=${language}`)).body;
    expect((await letter('nl')).paragraphs).toEqual([
      'Op 15 juni 2026 ontvingen wij uw verzoek om inzage in uw gegevens (artikel 15 AVG).',
      'U krijgt uiterlijk op 14 juli 2026 ons antwoord.',
    ]);
    const early = await ogWorker.post(`${one}/extension`, { reasons: ['complexity'] });
    expect(early.body).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    const extended = await ogDpo.post(`${one}/extension`, { reasons: ['complexity', 'numberOfRequests'] });
    expect(extended.body.deadline).toMatchObject({ cautiousDueAt: '2026-09-14T22:00:00.000Z' });
    expect((await letter('fr')).paragraphs[1]).toBe(
      'Notre réponse demande plus d’un mois, car la demande est complexe et les demandes sont nombreuses.',
    );
    expect((await ogDpo.post(`${one}/extension`, { reasons: ['complexity'] })).body).toMatchObject({
      code: 'CONFLICT',
    });

    const unchecked = await ogDpo.post(`${one}/answer`, { verdict: 'granted' });
    expect(unchecked.body).toMatchObject({ code: 'INPUT_INVALID', issues: [{ name: '/identityCheck' }] });
    const answered = await ogDpo.post(`${one}/answer`, {
      verdict: 'partly',
      identityCheck: 'eId',
      reasons: ['rightsOfOthers'],
    });
    expect(answered.body).toMatchObject({
      state: 'partly',
      late: false,
      identityCheck: 'eId',
      remedies: ['complaint', 'court'],
      links: expect.arrayContaining([{ rel: 'account', href: '/audit/v1/accounts/get' }]),
    });
    const { paragraphs } = await letter('en');
    expect(paragraphs).toContain('A part of the data would harm the rights of others (Article 15(4) GDPR).');
    expect(paragraphs.at(-1)).toBe('This answer is free of charge.');
    const events = await world.events(request.id);
    expect(events.map(({ type }) => type)).toEqual([
      'rightsRequest.received',
      'rightsRequest.extended',
      'rightsRequest.answered',
    ]);
    expect(events[2]!.data).toMatchObject({
      right: 'access',
      charge: 'none',
      identityCheck: 'eId',
      party: og,
      subjectRef,
    });
  });

  it('GDPR-12 a refusal has a reason of the law for that right and both remedies; that it is excessive must be shown', async () => {
    const { id } = await received(ogDpo, await registered(), 'access');
    const refusal = `${RIGHTS}/${id}/refusal`;
    const wrong = await ogDpo.post(refusal, { reasons: ['compellingGrounds'] });
    expect(wrong.body).toMatchObject({ code: 'INPUT_INVALID', issues: [{ name: '/reasons/0' }] });
    const bare = await ogDpo.post(refusal, { reasons: ['excessive'] });
    expect(bare.body).toMatchObject({ code: 'INPUT_INVALID', issues: [{ name: '/evidenceHash' }] });
    const refused = await ogDpo.post(refusal, { reasons: ['excessive'], evidenceHash: 'e'.repeat(64) });
    expect(refused.body).toMatchObject({ state: 'refused', reasons: ['excessive'], remedies: ['complaint', 'court'] });
    expect((await ogDpo.get(`${RIGHTS}/${id}/letter?language=fr`)).body.paragraphs.join(' ')).toMatch(
      /manifestement|excessive.*Autorité de protection des données.*juge/,
    );
    expect((await ogDpo.post(refusal, { reasons: ['excessive'] })).body).toMatchObject({ code: 'CONFLICT' });
    expect((await world.events(id)).at(-1)).toMatchObject({
      type: 'rightsRequest.refused',
      data: { reasons: ['excessive'], remedies: ['complaint', 'court'], evidenceHash: 'e'.repeat(64), late: false },
    });
  });

  it('GDPR-21 an objection is enforcing from its receipt and enforced with the latency; refused, it is lifted', async () => {
    const subjectRef = await registered();
    const objection = await received(ogWorker, subjectRef, 'objection');
    expect(objection.barrier).toEqual({ state: 'enforcing', unconfirmed: [] });
    const enforced = await stopped(objection.id, 'objection', 1);
    expect(enforced.data).toMatchObject({ right: 'objection', subjectRef, unconfirmed: [] });
    const seen = (await ogDpo.get(`${RIGHTS}/${objection.id}`)).body.barrier;
    expect(seen).toMatchObject({ state: 'enforced', latencyMs: enforced.data.latencyMs });
    const refused = await ogDpo.post(`${RIGHTS}/${objection.id}/refusal`, { reasons: ['compellingGrounds'] });
    expect(refused.body.barrier).toMatchObject({ state: 'lifted' });
  });

  it('GDPR-16-18 each right is granted with what belongs to it, and only once it was done', async () => {
    const subjectRef = await registered();
    const disclosureId = await disclosed(world, { protocolId, party: ocmw, subjectRef, at: '2026-06-01T08:00:00Z' });
    const other = await disclosed(world, { protocolId, party: ocmw, subjectRef, at: '2026-06-02T08:00:00Z' });

    const restriction = await received(ogDpo, subjectRef, 'restriction');
    expect(restriction.barrier).toBeUndefined();
    const granted = await ogDpo.post(`${RIGHTS}/${restriction.id}/answer`, {
      verdict: 'granted',
      restrictionGround: 'accuracyContested',
    });
    expect(granted.body).toMatchObject({ state: 'granted', barrier: { state: 'enforcing' } });
    const { restrictionId } = granted.body.restriction;
    expect((await world.events(restriction.id)).at(-1)!.data.restriction).toEqual({
      restrictionId,
      ground: 'accuracyContested',
    });

    const reportId = newId();
    const rectification = await received(ocmwWorker, subjectRef, 'rectification');
    const correct = () =>
      ocmwDpo.post(`${RIGHTS}/${rectification.id}/answer`, { verdict: 'granted', qualityReports: [reportId] });
    expect((await correct()).body).toMatchObject({ status: 409, code: 'CONFLICT' });
    const ids = { reportId, disclosureId, protocolId, subjectRef, clause: '7' };
    const resolution = {
      items: ['name'],
      measure: 'corrected',
      reason: 'sourceWasWrong',
      told: 1,
      overdue: false,
    } as const;
    await world.transfer.publish(qualityResolved, {
      subject: reportId,
      protocolId,
      data: { ...ids, ...resolution, resolvedAt: formatInstant(Date.now()) },
    });
    const corrected = await eventually(
      async () => ((answer) => (answer.status === 201 ? answer : undefined))(await correct()),
      {
        what: 'the correction is known',
        deadlineMs: 15_000,
      },
    );
    expect(corrected.body).toMatchObject({ state: 'granted', qualityReports: [reportId] });

    const part = await received(ogDpo, subjectRef, 'erasure');
    const stranger = {
      verdict: 'partly',
      erasureGround: 'notNecessary',
      reasons: ['legalClaims'],
      disclosureIds: [newId()],
    };
    expect((await ogDpo.post(`${RIGHTS}/${part.id}/answer`, stranger)).body).toMatchObject({
      code: 'INPUT_INVALID',
      issues: [{ name: '/disclosureIds/0' }],
    });
    await ogDpo.post(`${RIGHTS}/${part.id}/answer`, { ...stranger, disclosureIds: [other] });
    expect((await world.events(part.id)).at(-1)!.data).toMatchObject({
      verdict: 'partly',
      erasure: { ground: 'notNecessary', disclosureIds: [other], endsRestrictions: [] },
    });
    const all = await received(ogDpo, subjectRef, 'erasure');
    await ogDpo.post(`${RIGHTS}/${all.id}/answer`, { verdict: 'granted', erasureGround: 'consentWithdrawn' });
    expect((await world.events(all.id)).at(-1)!.data.erasure).toEqual({
      ground: 'consentWithdrawn',
      disclosureIds: [disclosureId, other].sort(),
      endsRestrictions: [restrictionId],
    });
  });

  it('GDPR-7.3 a withdrawal is answered once the consent is withdrawn, and is never unfounded', async () => {
    const subjectRef = await registered();
    const consentId = newId();
    const bare = await ogWorker.post(RIGHTS, { protocolId, subjectRef, right: 'withdrawal', channel: 'telephone' });
    expect(bare.body).toMatchObject({ code: 'INPUT_INVALID', issues: [{ name: '/consentId' }] });
    const request = await received(ogWorker, subjectRef, 'withdrawal', { consentId });
    expect(request.links).toContainEqual({ rel: 'withdrawal', href: '/consent/v1/withdrawals' });
    const answer = () => ogDpo.post(`${RIGHTS}/${request.id}/answer`, { verdict: 'granted' });
    expect((await answer()).body).toMatchObject({ status: 409, code: 'CONFLICT' });
    const refusal = { reasons: ['manifestlyUnfounded'], evidenceHash: 'e'.repeat(64) };
    expect((await ogDpo.post(`${RIGHTS}/${request.id}/refusal`, refusal)).body).toMatchObject({
      code: 'INPUT_INVALID',
    });
    const withdrawal = { withdrawalId: newId(), method: 'oral', clause: 'C-consent' };
    await consent.publish(consentWithdrawn, {
      subject: consentId,
      protocolId,
      data: { consentId, subjectRef, protocolId, ...withdrawal, withdrawnAt: formatInstant(Date.now()) },
    });
    const answered = await eventually(async () => ((it) => (it.status === 201 ? it : undefined))(await answer()), {
      what: 'the withdrawal is known',
      deadlineMs: 15_000,
    });
    expect(answered.body).toMatchObject({ state: 'granted', consentId });
  });

  it('a person to whom no reference leads any more is not identifiable: the request can only be refused as that', async () => {
    const request = await ogWorker.post(RIGHTS, { protocolId, right: 'access', channel: 'mail', identityCheck: 'eId' });
    expect(request.body).toMatchObject({ state: 'open', identifiable: false });
    const one = `${RIGHTS}/${request.body.id}`;
    const granted = await ogDpo.post(`${one}/answer`, { verdict: 'granted' });
    expect(granted.body).toMatchObject({ status: 410, code: 'SUBJECT_NOT_IDENTIFIABLE' });
    const refused = await ogDpo.post(`${one}/refusal`, { reasons: ['notIdentifiable'] });
    expect(refused.body).toMatchObject({ state: 'refused', reasons: ['notIdentifiable'] });
  });

  it('a request is nobody else’s: not the counterparty’s, nor about a person the party never had to do with', async () => {
    const subjectRef = await registered();
    const { id } = await received(ogDpo, subjectRef, 'access');
    expect((await ocmwDpo.get(`${RIGHTS}/${id}`)).status).toBe(404);
    expect((await ocmwDpo.post(`${RIGHTS}/${id}/refusal`, { reasons: ['rightsOfOthers'] })).status).toBe(404);
    expect((await ocmwDpo.get(RIGHTS)).body.items.map((item: any) => item.id)).not.toContain(id);
    // Registered by the sender, but nothing about this person has come to the receiver.
    const body = { protocolId, subjectRef, right: 'access', channel: 'letter' };
    expect((await ocmwDpo.post(RIGHTS, body)).body).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    const future = { ...body, receivedAt: '2036-01-01T00:00:00Z' };
    expect((await ogDpo.post(RIGHTS, future)).body).toMatchObject({ issues: [{ name: '/receivedAt' }] });
  });

  it('FJ-III.6 the receiver under a look-up protocol answers data subjects in time, informs them or says why not, and is alerted', async () => {
    await world.clock.set('2026-06-15T09:30:00Z');
    const justice = await world.registerParty('FOD Justitie', '0308.357.753');
    const wvg = await world.registerParty('Departement WVG', '0316.380.841', { unitCode: 'OVO000001' });
    const both = (point: string, value: string): [string, string, 'sender' | 'receiver'][] => [
      [point, value, 'sender'],
      [point, value, 'receiver'],
    ];
    const { id: fj } = await agree(world, {
      sender: justice,
      receiver: wvg,
      file: fjFile,
      decisions: [
        ...both('criminal-data-ground', 'Decree on the organisation of help to detainees'),
        ['retention-period', 'P5Y', 'receiver'],
        ...both('signature-date', '2026-02-20'),
      ],
      signatories: [
        ['chair', 'sender'],
        ['secretary-general', 'receiver'],
      ],
    });
    const dpo = await world.of(wvg, ['dpo']);
    const subjectRef = newId();
    const disclosureId = await delivered(subjectRef, '2026-06-15T09:00:00Z', fj, wvg);
    const duty = (await dpo.get(`${DUTIES}?disclosureId=${disclosureId}`)).body.items[0];
    expect(duty).toMatchObject({
      state: 'open',
      dueBecause: 'month',
      dueAt: '2026-07-14T22:00:00.000Z',
      overdue: false,
    });
    const request = await received(dpo, subjectRef, 'access', { protocolId: fj });

    await world.clock.set('2026-07-08T10:00:00Z');
    const reminded = (stage: string) =>
      eventually(async () => (await world.events(request.id)).find(({ data }) => data.stage === stage), {
        what: `the reminder ${stage}`,
        deadlineMs: 15_000,
      });
    await reminded('dueSoon');
    await world.clock.set('2026-07-16T10:00:00Z');
    await reminded('overdue');
    const overdue = await eventually(
      async () => (await world.events(duty.id)).find(({ type }) => type === 'informationDuty.overdue'),
      { what: 'the alert', deadlineMs: 15_000 },
    );
    expect(overdue.data).toMatchObject({ disclosureId, party: wvg, dueAt: '2026-07-14T22:00:00.000Z' });
    expect((await dpo.get(`${RIGHTS}?state=overdue`)).body.items).toMatchObject([{ id: request.id }]);
    expect((await dpo.get(`${DUTIES}?state=overdue`)).body.items).toMatchObject([{ id: duty.id, overdue: true }]);

    const exempted = await dpo.post(`${DUTIES}/${duty.id}/exemption`, {
      exemption: 'laidDownByLaw',
      basis: 'Decree on the organisation of help to detainees, Art. 14',
    });
    expect(exempted.body).toMatchObject({ state: 'exempted', exemption: 'laidDownByLaw', late: true });
    const answered = await dpo.post(`${RIGHTS}/${request.id}/answer`, { verdict: 'granted' });
    expect(answered.body).toMatchObject({ state: 'granted', late: true });
    const { paragraphs } = (await dpo.get(`${RIGHTS}/${request.id}/letter?language=nl`)).body;
    expect(paragraphs).toContain('Dit antwoord komt later dan de wettelijke termijn. Onze excuses daarvoor.');
    expect((await (await world.of(justice, ['dpo'])).get(`${DUTIES}?disclosureId=${disclosureId}`)).body.items).toEqual(
      [],
    );
    // Said once: the calendar has gone over both many times meanwhile.
    const told = [...(await world.events(request.id)), ...(await world.events(duty.id))].map(({ type }) => type);
    expect(told.filter((type) => type === 'rightsRequest.reminded')).toHaveLength(2);
    expect(told.filter((type) => type === 'informationDuty.overdue')).toHaveLength(1);
  });

  it('GDPR-14 the notice is due at the first communication or onward disclosure if that comes first, and is fulfilled by it', async () => {
    await world.clock.set('2026-07-20T08:00:00Z');
    const subjectRef = newId();
    const disclosureId = await delivered(subjectRef, '2026-07-20T07:00:00Z');
    const { id } = (await ocmwWorker.get(`${DUTIES}?disclosureId=${disclosureId}`)).body.items[0];
    const before = await ocmwWorker.post(`${DUTIES}/${id}/milestones`, {
      milestone: 'firstCommunication',
      at: '2026-07-19T07:00:00Z',
    });
    expect(before.body).toMatchObject({ code: 'INPUT_INVALID', issues: [{ name: '/at' }] });
    const contact = { milestone: 'firstCommunication', at: '2026-07-24T13:00:00Z' };
    const advanced = await ocmwWorker.post(`${DUTIES}/${id}/milestones`, contact);
    expect(advanced.body).toMatchObject({ dueBecause: 'firstCommunication', dueAt: '2026-07-24T13:00:00.000Z' });
    const later = { milestone: 'onwardDisclosure', at: '2026-07-28T13:00:00Z' };
    expect((await ocmwWorker.post(`${DUTIES}/${id}/milestones`, later)).body.dueAt).toBe('2026-07-24T13:00:00.000Z');

    // A minute before it is due, so that no look can find it overdue meanwhile.
    await world.clock.set('2026-07-24T12:59:00Z');
    const future = await ocmwWorker.post(`${DUTIES}/${id}/fulfilment`, {
      means: 'letter',
      informedAt: '2026-08-24T13:00:00Z',
    });
    expect(future.body).toMatchObject({ code: 'INPUT_INVALID', issues: [{ name: '/informedAt' }] });
    const informed = await ocmwWorker.post(`${DUTIES}/${id}/fulfilment`, {
      means: 'inPerson',
      noticeVersion: '2',
      informedAt: '2026-07-24T12:59:00Z',
    });
    expect(informed.body).toMatchObject({ state: 'fulfilled', means: 'inPerson', late: false, overdue: false });
    expect((await ocmwWorker.post(`${DUTIES}/${id}/fulfilment`, { means: 'letter' })).body).toMatchObject({
      code: 'CONFLICT',
    });
    expect((await ogDpo.post(`${DUTIES}/${id}/exemption`, { exemption: 'impossible', basis: '-' })).status).toBe(404);
    expect((await world.events(id)).map(({ type }) => type)).toEqual([
      'informationDuty.advanced',
      'informationDuty.advanced',
      'informationDuty.fulfilled',
    ]);
  });

  it('GDPR-14 an onward disclosure that transfer recorded is the milestone by itself, the first one alone', async () => {
    await world.clock.set('2026-07-24T14:00:00Z');
    const subjectRef = newId();
    const disclosureId = await delivered(subjectRef, '2026-07-24T09:00:00Z');
    const passOn = (disclosedAt: string) =>
      world.transfer.publish(disclosureOnwardRecorded, {
        subject: disclosureId,
        protocolId,
        data: {
          ...{ onwardId: newId(), disclosureId, subjectRef, protocolId, protocolVersion: 1, byParty: ocmw },
          recipient: { enterpriseNumber: '0123456749', category: 'integrated-broad-reception' },
          ...{ items: ['name'], purpose: 'access-to-social-support', clause: '4' },
          ...{ disclosedAt, recordedAt: '2026-07-24T13:30:00Z' },
        },
      });
    await passOn('2026-07-24T12:00:00Z');
    await passOn('2026-07-24T13:00:00Z');
    await passOn('2026-07-24T11:00:00Z');
    const duty = await eventually(
      async () => {
        const [found] = (await ocmwWorker.get(`${DUTIES}?disclosureId=${disclosureId}`)).body.items;
        return found?.dueAt === '2026-07-24T11:00:00.000Z' && found;
      },
      { what: 'the milestone is set', deadlineMs: 20_000 },
    );
    expect(duty).toMatchObject({ state: 'open', dueBecause: 'onwardDisclosure' });
    const advanced = (await world.events(duty.id)).filter(({ type }) => type === 'informationDuty.advanced');
    expect(advanced.map(({ data }) => data.at)).toEqual(['2026-07-24T12:00:00.000Z', '2026-07-24T11:00:00.000Z']);
  });
});
