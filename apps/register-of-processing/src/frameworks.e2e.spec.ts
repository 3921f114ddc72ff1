import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type TestClient } from '@convenant/testing';
import { agree, barrierOf, PROTOCOLS } from './agreements.support.spec.js';
import { documentHash, inventedFile, RegisterWorld } from './register.support.spec.js';

const files = {
  framework: inventedFile('kader-woonpremies'),
  modelgem: inventedFile('toetreding-modelgem'),
  proefstede: inventedFile('toetreding-proefstede'),
};

describe('a framework protocol and the accessions to it', () => {
  let world: RegisterWorld;
  let agency: string;
  let city: string;
  let modelgem: string;
  let proefstede: string;
  let agencyDpo: TestClient;
  let id: string;
  let accessions: { modelgem: string; proefstede: string };

  const START = '2026-05-20T10:00:00Z';
  const signatories: [string, 'sender' | 'receiver'][] = [
    ['director', 'sender'],
    ['mayor', 'receiver'],
  ];
  const stateOf = async (protocol: string) => (await agencyDpo.get(`${PROTOCOLS}/${protocol}`)).body.state;
  const accede = async (receiver: string, file: string) =>
    (await agree(world, { sender: agency, receiver, file, decisions: [], signatories })).id as string;
  const draft = async (receiver: string, file: string) =>
    (await world.of(receiver, ['agency'])).post(PROTOCOLS, {
      parties: { sender: agency, receiver },
      file,
      format: 'yaml',
      documentHash,
    });
  /** A framework that is in force, with both accessions to it. */
  const agreeOnAll = async () => {
    await world.clock.set(START);
    agencyDpo = await world.of(agency, ['dpo']);
    const framework = { sender: agency, receiver: city, file: files.framework, decisions: [], signatories };
    ({ id } = await agree(world, framework));
    accessions = {
      modelgem: await accede(modelgem, files.modelgem),
      proefstede: await accede(proefstede, files.proefstede),
    };
  };
  const lastOf = async (protocol: string, type: string) =>
    (await world.events(protocol)).filter((event) => event.type === type).at(-1);
  const versionOf = async (protocol: string, type: string) =>
    (await world.events(protocol)).map((event) => event.type).lastIndexOf(type) + 1;

  beforeAll(async () => {
    world = await RegisterWorld.start(START);
    agency = await world.registerParty('Agentschap Woonpremies Voorbeeld', '0799.100.153');
    city = await world.registerParty('Stad Voorbeeldegem', '0799.100.252');
    modelgem = await world.registerParty('Gemeente Modelgem', '0799.100.351');
    proefstede = await world.registerParty('Stad Proefstede', '0799.100.450');
  });
  afterAll(() => world?.stop());

  it('nobody accedes to a framework that was not agreed, nor beyond it', async () => {
    const findings = async (file: string) => {
      const { status, body } = await draft(modelgem, file);
      expect([status, body.code]).toEqual([400, 'PROTOCOL_INVALID']);
      return body.findings.filter(({ severity }: any) => severity === 'error');
    };
    expect(await findings(files.modelgem)).toMatchObject([{ code: 'FRAMEWORK_UNKNOWN', clause: 'title' }]);
    await agreeOnAll();
    const wider = files.modelgem
      .replace(/^reference: .*$/m, 'reference: another-accession')
      .replace('period: P3Y', 'period: P4Y')
      .replace('category: housing-desk', 'category: tax-office');
    expect(await findings(wider)).toMatchObject([
      { code: 'ACCESSION_WIDER_RECIPIENTS', clause: '4', line: expect.any(Number) },
      { code: 'ACCESSION_WIDER_RETENTION', clause: '3-retention', line: expect.any(Number) },
    ]);
    const { body } = await agencyDpo.get(`${PROTOCOLS}/${accessions.modelgem}`);
    expect(body).toMatchObject({ state: 'active', model: { kind: 'accession', framework: 'kader-woonpremies' } });
    expect((await lastOf(accessions.modelgem, 'protocol.drafted'))?.data).toMatchObject({ frameworkId: id });
  });

  it('a suspended framework suspends every accession, each with a barrier of its own, and lifts that again', async () => {
    const own = await world.of(proefstede, ['dpo']);
    const ownSuspension = await own.post(`${PROTOCOLS}/${accessions.proefstede}/suspensions`, {});
    expect(ownSuspension.status).toBe(201);
    const suspended = await agencyDpo.post(`${PROTOCOLS}/${id}/suspensions`, {});
    expect([await stateOf(id), await stateOf(accessions.modelgem)]).toEqual(['suspended', 'suspended']);
    const told = (await lastOf(accessions.modelgem, 'protocol.suspended'))!;
    expect(told).toMatchObject({ clause: '1-framework', data: { framework: 'kader-woonpremies', byParty: agency } });
    const { suspensionId } = told.data;
    const path = `${PROTOCOLS}/${accessions.modelgem}/suspensions/${suspensionId}`;
    await barrierOf(world, 'suspension', accessions.modelgem, await versionOf(accessions.modelgem, told.type));
    await eventually(async () => (await agencyDpo.get(path)).body.state === 'enforced', {
      what: 'the suspension of the accession is enforced',
    });
    const early = await agencyDpo.post(`${path}/resumption`, {});
    expect(early.body).toMatchObject({ status: 409, code: 'TRANSITION_ILLEGAL' });

    await agencyDpo.post(`${PROTOCOLS}/${id}/suspensions/${suspended.body.id}/resumption`, {});
    expect(await stateOf(accessions.modelgem)).toBe('active');
    // Its own party suspended it, and nobody else lifts that.
    expect(await stateOf(accessions.proefstede)).toBe('suspended');
  });

  it('an accession waits for a suspended framework, and is activated when it is resumed', async () => {
    const suspended = await agencyDpo.post(`${PROTOCOLS}/${id}/suspensions`, {});
    const waiting = await accede(modelgem, files.modelgem);
    const { body } = await agencyDpo.get(`${PROTOCOLS}/${waiting}`);
    expect(body).toMatchObject({ state: 'signed', waitsFor: ['finding:FRAMEWORK_SUSPENDED'] });
    await agencyDpo.post(`${PROTOCOLS}/${id}/suspensions/${suspended.body.id}/resumption`, {});
    expect(await stateOf(waiting)).toBe('active');
  });

  it('a notice of three months ends the accessions on the same day, and one that is made meanwhile', async () => {
    const given = await (
      await world.of(agency, ['signatory'])
    ).post(`${PROTOCOLS}/${id}/endings`, { kind: 'notice', receivedAt: '2026-05-20T08:00:00Z' });
    const endsAt = '2026-08-20T22:00:00.000Z';
    expect(given.body).toMatchObject({ state: 'scheduled', clause: '7-notice', endsAt });
    const told = (await lastOf(accessions.modelgem, 'protocol.linkedAgreement.ended'))!;
    expect(told).toMatchObject({ clause: '1-framework', data: { agreement: 'kader-woonpremies', endsAt } });
    const late = await accede(modelgem, files.modelgem);
    const { body } = await agencyDpo.get(`${PROTOCOLS}/${late}`);
    expect(body).toMatchObject({ state: 'noticeGiven', endsAt });

    await world.clock.set('2026-08-20T22:00:00Z');
    for (const one of [id, accessions.modelgem, accessions.proefstede, late]) {
      await eventually(async () => (await lastOf(one, 'protocol.ended')) !== undefined, { what: 'the end is told' });
    }
    const path = `${PROTOCOLS}/${accessions.modelgem}/endings/${told.data.endingId}`;
    await barrierOf(world, 'ending', accessions.modelgem, await versionOf(accessions.modelgem, told.type));
    await eventually(async () => (await agencyDpo.get(path)).body.state === 'enforced', {
      what: 'the ending of the accession is enforced',
    });
    expect((await draft(modelgem, files.modelgem)).body.findings).toContainEqual(
      expect.objectContaining({ code: 'FRAMEWORK_ENDED', severity: 'error' }),
    );
  });

  it('a violation of the framework ends every accession at once, with the ending as its cause', async () => {
    await agreeOnAll();
    const violation = { clauses: ['3'], evidenceHash: 'e'.repeat(64) };
    const signatory = await world.of(agency, ['signatory']);
    const ended = await signatory.post(`${PROTOCOLS}/${id}/endings`, { kind: 'violation', violation });
    expect(ended.status).toBe(201);
    const cause: any = await lastOf(id, 'protocol.terminated');
    for (const accession of Object.values(accessions)) {
      expect(await stateOf(accession)).toBe('ended');
      const told: any = await lastOf(accession, 'protocol.linkedAgreement.ended');
      expect(told).toMatchObject({ causation_id: cause.event_id, correlation_id: cause.correlation_id });
    }
  });

  it('a fixed term ends when its last day is over, and takes with it what hangs on it', async () => {
    await agreeOnAll();
    await world.clock.set('2027-05-31T22:00:00Z');
    const expired = await eventually(() => lastOf(accessions.proefstede, 'protocol.expired'), {
      what: 'the shorter term of an accession is over',
    });
    expect(expired).toMatchObject({ clause: '7', data: { endsAt: '2027-05-31T22:00:00.000Z' } });
    const path = `${PROTOCOLS}/${accessions.proefstede}/endings/${expired!.data.endingId}`;
    expect((await agencyDpo.get(path)).body).toMatchObject({ kind: 'termExpired', state: 'enforcing' });
    await barrierOf(world, 'ending', accessions.proefstede, await versionOf(accessions.proefstede, 'protocol.expired'));
    await eventually(async () => (await agencyDpo.get(path)).body.state === 'enforced', { what: 'it is enforced' });
    expect(await stateOf(accessions.modelgem)).toBe('active');

    await world.clock.set('2028-05-31T22:00:00Z');
    await eventually(() => lastOf(accessions.modelgem, 'protocol.ended'), { what: 'the accession ends with it' });
    expect(await lastOf(id, 'protocol.expired')).toMatchObject({
      data: { dutiesAfter: ['stopFlow', 'keepUntilRetentionEnds'] },
    });
    expect(await stateOf(id)).toBe('ended');
  });
});
