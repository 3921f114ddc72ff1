import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { newId } from '@convenant/kernel';
import type { TestClient } from '@convenant/testing';
import { agreementOnOg, PROTOCOLS } from './agreements.support.spec.js';
import { documentHash, ogFile, RegisterWorld } from './register.support.spec.js';

const newDocument = createHash('sha256').update('the amended document').digest('hex');
/** Ten years become five, from 1 October 2026 on. */
const amended = ogFile.replace('period: P10Y', 'period: P5Y').replace('on: 2026-03-01', 'on: 2026-10-01');
const decisions = [
  ['client-declines', 'erase'],
  ['phase1-ceiling', 'P6M'],
] as const;
const signatories = [
  ['administrator-general', 'sender'],
  ['mayor', 'receiver'],
  ['general-director', 'receiver'],
] as const;

describe('an amendment', () => {
  let world: RegisterWorld;
  let of: { sender: string; receiver: string };
  let drafter: TestClient;
  let id: string;
  const amend = (file: string, hash = newDocument, key?: string) =>
    drafter.post(`${PROTOCOLS}/${id}/amendments`, { file, format: 'yaml', documentHash: hash }, key);
  const post = async (role: 'sender' | 'receiver', as: string, path: string, body: object) =>
    (await world.of(of[role], [as])).post(`${PROTOCOLS}/${id}/${path}`, body);
  const opinion = { outcome: 'positive', givenOn: '2026-06-10', followed: true, approvesTranscription: true };
  /** Opinions, decisions and signatures over the hashes of the version that is being agreed. */
  const agreeOnAmendment = async (signedOn: string) => {
    const { dataHash } = (await drafter.get(`${PROTOCOLS}/${id}`)).body;
    const hashes = { documentHash: newDocument, dataHash };
    for (const role of ['sender', 'receiver'] as const) {
      expect((await post(role, 'dpo', 'opinions', { ...opinion, ...hashes })).status).toBe(201);
    }
    for (const [openPoint, value] of decisions) {
      const decision = { openPoint, value, capacity: 'officer', decidedOn: '2026-06-12' };
      expect((await post('receiver', 'dpo', 'decisions', decision)).status).toBe(201);
    }
    for (const [signatory, role] of signatories) {
      const signature = { signatory, signedOn, method: 'paper', ...hashes };
      expect((await post(role, 'signatory', 'signatures', signature)).status).toBe(201);
    }
  };
  const versions = async () => (await drafter.get(`${PROTOCOLS}/${id}/versions`)).body.items;

  beforeAll(async () => {
    world = await RegisterWorld.start('2026-02-27T10:00:00Z');
    const sender = await world.registerParty('Opgroeien regie', '0886.886.638');
    const receiver = await world.registerParty('OCMW Sint-Gillis-Waas', '0212.169.781');
    of = { sender, receiver };
    ({ id } = await agreementOnOg(world, sender, receiver));
    drafter = await world.of(sender, ['agency']);
    await world.clock.set('2026-06-15T10:00:00Z');
  });
  afterAll(() => world?.stop());

  it('is refused when its file is wrong, when it says what the last version says, and to anyone else', async () => {
    const wrong = await amend(ogFile.replace('period: P10Y', 'period: ten years'));
    expect(wrong.body).toMatchObject({ code: 'PROTOCOL_INVALID', findings: [{ line: expect.any(Number) }] });
    expect((await amend(ogFile, documentHash)).body).toMatchObject({ status: 409, code: 'CONFLICT' });
    const body = { file: amended, format: 'yaml', documentHash: newDocument };
    const other = await world.of(newId(), ['dpo']);
    expect((await other.post(`${PROTOCOLS}/${id}/amendments`, body)).status).not.toBe(201);
    expect((await drafter.post(`${PROTOCOLS}/${newId()}/amendments`, body)).body).toMatchObject({ code: 'NOT_FOUND' });
    expect(await versions()).toHaveLength(1);
  });

  it('is agreed on as a version of its own while the version in force goes on, and tells what it changes', async () => {
    const key = newId();
    const answer = await amend(amended, newDocument, key);
    expect(answer).toMatchObject({ status: 201, body: { version: 2, state: 'active', documentHash: newDocument } });
    expect(answer.body.waitsFor).toEqual(expect.arrayContaining(['opinion:sender', 'signature:mayor']));
    expect((await amend(amended, newDocument, key)).body).toEqual(answer.body);
    expect((await world.events(id)).at(-1)).toMatchObject({
      type: 'protocol.amended',
      data: { version: 2, replaces: 1, documentHash: newDocument },
    });
    expect(await versions()).toMatchObject([
      { version: 1, state: 'activated', effectiveFrom: '2026-02-28T23:00:00.000Z' },
      { version: 2, state: 'agreeing' },
    ]);
    const { body } = await drafter.get(`${PROTOCOLS}/${id}/versions/2/difference`);
    expect(body).toMatchObject({ from: 1, to: 2 });
    expect(body.items.map(({ place, before, after }: any) => [place, before, after])).toEqual([
      [expect.stringMatching(/^retention\/rules\/.*\/period$/), 'P10Y', 'P5Y'],
      ['entryIntoForce/on', '2026-03-01', '2026-10-01'],
    ]);
    expect(body.items[0].text.nl).toContain('"P10Y" wordt "P5Y"');
    expect((await drafter.get(`${PROTOCOLS}/${id}/versions/2`)).body.model.entryIntoForce.on).toBe('2026-10-01');
    expect((await drafter.get(`${PROTOCOLS}/${id}/versions/3`)).body).toMatchObject({ code: 'NOT_FOUND' });
    expect((await drafter.get(`${PROTOCOLS}/${id}/versions/1/difference`)).body).toMatchObject({ code: 'NOT_FOUND' });
    expect((await drafter.get(`${PROTOCOLS}/${id}/versions/first`)).body).toMatchObject({ status: 400 });
  });

  it('binds by the opinions and signatures over its own hashes, from its date on', async () => {
    const { dataHash } = (await drafter.get(`${PROTOCOLS}/${id}`)).body;
    const old = await post('sender', 'dpo', 'opinions', { ...opinion, documentHash, dataHash });
    expect(old.body).toMatchObject({ code: 'DOCUMENT_HASH_MISMATCH' });
    await agreeOnAmendment('2026-06-14');
    const activated = (await world.events(id)).at(-1)!;
    expect(activated).toMatchObject({ type: 'protocol.activated', data: { version: 2 } });
    expect(Date.parse((activated.data as { effectiveFrom: string }).effectiveFrom)).toBe(
      Date.parse('2026-10-01T00:00:00+02:00'),
    );
    expect(await versions()).toMatchObject([
      { version: 1, state: 'activated', replacedFrom: '2026-09-30T22:00:00.000Z' },
      { version: 2, state: 'activated', effectiveFrom: '2026-09-30T22:00:00.000Z' },
    ]);
    const { body } = await drafter.get(`${PROTOCOLS}/${id}`);
    expect(body.signatures.map(({ version }: any) => version)).toEqual([1, 1, 1, 2, 2, 2]);
  });

  it('is activated once, and never leaves two versions in force', async () => {
    const told = (await world.events(id)).length;
    const { dataHash } = (await drafter.get(`${PROTOCOLS}/${id}`)).body;
    const again = { signatory: 'mayor', signedOn: '2026-06-14', method: 'paper', documentHash: newDocument, dataHash };
    const second = await post('receiver', 'signatory', 'signatures', again);
    expect(second.body).toMatchObject({ status: 409, code: 'TRANSITION_ILLEGAL' });
    expect((await amend(amended)).body).toMatchObject({ status: 409, code: 'CONFLICT' });
    const first = await drafter.post(PROTOCOLS, {
      ...{ parties: of, format: 'yaml', documentHash: newDocument },
      file: amended,
    });
    expect(first.body).toMatchObject({ status: 400, code: 'PROTOCOL_INVALID' });
    expect(first.body.findings).toContainEqual(
      expect.objectContaining({ code: 'AGREEMENT_IN_FORCE', clause: '11-start', line: expect.any(Number) }),
    );
    expect((await world.events(id)).length).toBe(told);
    expect(await versions()).toHaveLength(2);
  });

  it('that begins before the day of the one before it takes its place, which then never is in force', async () => {
    const sooner = amended.replace('on: 2026-10-01', 'on: 2026-08-01').replace('period: P5Y', 'period: P7Y');
    expect((await amend(sooner)).body).toMatchObject({ version: 3, state: 'active' });
    await agreeOnAmendment('2026-06-15');
    const days = (await versions()).map(({ effectiveFrom, replacedFrom }: any) => [effectiveFrom, replacedFrom]);
    expect(days).toEqual([
      ['2026-02-28T23:00:00.000Z', '2026-07-31T22:00:00.000Z'],
      ['2026-09-30T22:00:00.000Z', '2026-07-31T22:00:00.000Z'],
      ['2026-07-31T22:00:00.000Z', undefined],
    ]);
  });

  it('that is not signed when the protocol ends is withdrawn, and an ended protocol takes none', async () => {
    const third = amended.replace('period: P5Y', 'period: P3Y');
    expect((await amend(third)).body).toMatchObject({ version: 4 });
    const replaced = await amend(amended.replace('period: P5Y', 'period: P4Y'));
    expect(replaced.body).toMatchObject({ version: 5 });
    const violation = { clauses: ['4'], evidenceHash: 'e'.repeat(64) };
    const ended = await post('sender', 'signatory', 'endings', { kind: 'violation', violation });
    expect(ended.status).toBe(201);
    expect((await versions()).map(({ state }: any) => state)).toEqual([
      'activated',
      'activated',
      'activated',
      'withdrawn',
      'withdrawn',
    ]);
    expect((await amend(third)).body).toMatchObject({ status: 409, code: 'TRANSITION_ILLEGAL' });
  });
});
