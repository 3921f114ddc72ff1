import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { eventually, type TestClient } from '@convenant/testing';
import { agree, agreementOnOg, barrierOf, type Agreement } from './agreements.support.spec.js';
import { documentHash, fjFile, RegisterWorld } from './register.support.spec.js';

const PROTOCOLS = '/register/v1/protocols';

describe('endings', () => {
  let world: RegisterWorld;
  let og: string;
  let ocmw: string;
  let ogSignatory: TestClient;
  let ocmwSignatory: TestClient;

  beforeAll(async () => {
    world = await RegisterWorld.start('2026-02-27T10:00:00Z');
    og = await world.registerParty('Opgroeien regie', '0886.886.638');
    ocmw = await world.registerParty('OCMW Sint-Gillis-Waas', '0212.169.781');
    ogSignatory = await world.of(og, ['signatory']);
    ocmwSignatory = await world.of(ocmw, ['signatory']);
  });
  afterAll(() => world?.stop());

  const agreeOnOg = () => agreementOnOg(world, og, ocmw);
  const applyBarrier = (protocolId: string, version: number, unconfirmed: string[] = []) =>
    barrierOf(world, 'ending', protocolId, version, unconfirmed);

  const violation = { clauses: ['3-items'], evidenceHash: 'e'.repeat(64) };

  it('OG-8 the sender alone ends for violation: at once, enforcing until transfer has stopped the flow, then enforced', async () => {
    const { id } = await agreeOnOg();
    await world.clock.set('2026-04-01T10:00:00Z');
    const endings = `${PROTOCOLS}/${id}/endings`;
    const receiver = await ocmwSignatory.post(endings, { kind: 'violation', violation });
    expect(receiver.body).toMatchObject({ status: 403, code: 'FORBIDDEN', clause: '8' });
    const unnamed = await ogSignatory.post(endings, { kind: 'violation' });
    expect(unnamed.body).toMatchObject({ code: 'INPUT_INVALID', issues: [{ name: '/violation' }] });
    const elsewhere = await ogSignatory.post(endings, {
      kind: 'violation',
      violation: { ...violation, clauses: ['no-clause'] },
    });
    expect(elsewhere.body).toMatchObject({ code: 'INPUT_INVALID', clause: '8' });
    const unavailable = await ogSignatory.post(endings, { kind: 'revocation' });
    expect(unavailable.body).toMatchObject({ status: 409, code: 'TRANSITION_ILLEGAL' });

    const ended = await ogSignatory.post(endings, { kind: 'violation', violation });
    expect(ended.status).toBe(201);
    expect(ended.body).toMatchObject({ kind: 'violation', clause: '8', state: 'enforcing', unconfirmed: [] });
    expect(ended.body.dutiesAfter).toContain('damagesReserved');
    const terminated = (await world.events(id)).at(-1)!;
    expect(terminated).toMatchObject({
      type: 'protocol.terminated',
      clause: '8',
      data: { endingId: ended.body.id, byParty: og, violation },
    });

    const cut = newId();
    await applyBarrier(id, (await world.events(id)).length, [cut]);
    const dpo = await world.of(ocmw, ['dpo']);
    const enforced = await eventually(
      async () => {
        const { body } = await dpo.get(`${endings}/${ended.body.id}`);
        return body.state === 'enforced' ? body : undefined;
      },
      { what: 'the ending is enforced' },
    );
    expect(enforced).toMatchObject({ latencyMs: expect.any(Number), unconfirmed: [cut] });
    const last = (await world.events(id)).at(-1)!;
    expect(last).toMatchObject({
      type: 'protocol.ending.enforced',
      data: { causeId: ended.body.id, latencyMs: enforced.latencyMs, unconfirmed: [cut] },
    });

    const again = await ogSignatory.post(endings, { kind: 'violation', violation });
    expect(again.body).toMatchObject({ status: 409, code: 'TRANSITION_ILLEGAL' });
    expect((await dpo.get(`${PROTOCOLS}/${id}`)).body).toMatchObject({ state: 'ended', endings: [ended.body.id] });
  });

  it('records the barrier of an ending once, however often it is told', async () => {
    const { id } = await agreeOnOg();
    await ogSignatory.post(`${PROTOCOLS}/${id}/endings`, { kind: 'violation', violation });
    const version = (await world.events(id)).length;
    await applyBarrier(id, version);
    await applyBarrier(id, version);
    const marker = await agreeOnOg();
    await ogSignatory.post(`${PROTOCOLS}/${marker.id}/endings`, { kind: 'violation', violation });
    await applyBarrier(marker.id, (await world.events(marker.id)).length);
    const enforced = async (of: string) =>
      (await world.events(of)).filter(({ type }) => type === 'protocol.ending.enforced').length;
    await eventually(async () => (await enforced(marker.id)) === 1, { what: 'the later barrier has been recorded' });
    await eventually(async () => (await enforced(id)) === 1, { what: 'the barrier has been recorded' });
    expect(await enforced(id)).toBe(1);
  });

  it('OG-11-notice counts six calendar months and lets the flow go on until then', async () => {
    const { id } = await agreeOnOg();
    await world.clock.set('2026-04-01T10:00:00Z');
    const endings = `${PROTOCOLS}/${id}/endings`;
    const given = await ocmwSignatory.post(endings, { kind: 'notice', receivedAt: '2026-03-31T08:00:00Z' });
    expect(given.body).toMatchObject({
      kind: 'notice',
      clause: '11-notice',
      state: 'scheduled',
      endsAt: '2026-09-30T22:00:00.000Z',
    });
    const dpo = await world.of(og, ['dpo']);
    expect((await dpo.get(`${PROTOCOLS}/${id}`)).body.state).toBe('noticeGiven');

    await world.clock.set('2026-09-30T22:00:01Z');
    expect((await dpo.get(`${endings}/${given.body.id}`)).body.state).toBe('enforcing');
    expect((await dpo.get(`${PROTOCOLS}/${id}`)).body.state).toBe('ended');
    await applyBarrier(id, (await world.events(id)).length);
    await eventually(
      async () => {
        const { body } = await dpo.get(`${endings}/${given.body.id}`);
        // Nobody commanded it at that moment: what counts is how long transfer had to wait.
        return body.state === 'enforced' && body.latencyMs === 7;
      },
      { what: 'the ending is enforced' },
    );
    await world.clock.set('2026-04-01T10:00:00Z');
  });

  describe('of the FJ protocol', () => {
    let sender: string;
    let receiver: string;
    let agreement: Agreement;
    const both = (openPoint: string, value: string): Agreement['decisions'] => [
      [openPoint, value, 'sender'],
      [openPoint, value, 'receiver'],
    ];
    const withDate = () => ({
      ...agreement,
      decisions: [...agreement.decisions, ...both('signature-date', '2026-02-20')],
    });

    beforeAll(async () => {
      sender = await world.registerParty('FOD Justitie', '0308.357.753');
      receiver = await world.registerParty('Departement WVG', '0316.380.841', { unitCode: 'OVO000001' });
      const ground = 'Decree on the organisation of help to detainees';
      agreement = {
        sender,
        receiver,
        file: fjFile,
        decisions: [...both('criminal-data-ground', ground), ['retention-period', 'P5Y', 'receiver']],
        signatories: [
          ['chair', 'sender'],
          ['secretary-general', 'receiver'],
        ],
      };
    });

    it('FJ-title is entered under article 20; what its list of contents lacks is found and does not stand in its way', async () => {
      const body = { parties: { sender, receiver }, file: fjFile, format: 'yaml', documentHash };
      const { body: drafted } = await (await world.of(sender, ['dpo'])).post(PROTOCOLS, body);
      expect(drafted).toMatchObject({ regime: 'be-fed-art20', state: 'drafted' });
      const found = drafted.findings.map(({ code }: { code: string }) => code);
      expect(found).toEqual(
        expect.arrayContaining([
          'RECIPIENTS_ABSENT',
          'SECURITY_MEASURES_ABSENT',
          'SANCTIONS_ABSENT',
          'PERIODICITY_ABSENT',
        ]),
      );
    });

    it('FJ-IV-start activates at the last signature, and not while its date is blank', async () => {
      const blank = await agree(world, agreement);
      expect(blank).toMatchObject({ state: 'signed', waitsFor: ['openPoint:signature-date'] });
      expect(blank.effectiveFrom).toBeUndefined();

      const dated = await agree(world, withDate());
      expect(dated).toMatchObject({ state: 'active', effectiveFrom: '2026-02-26T23:00:00.000Z' });
      const activated = (await world.events(dated.id)).at(-1);
      expect(activated).toMatchObject({
        type: 'protocol.activated',
        clause: 'IV-start',
        data: { trigger: 'lastSignature' },
      });
    });

    it('FJ-IV-end either party revokes expressly, and the flow stops at once', async () => {
      const { id } = await agree(world, withDate());
      const endings = `${PROTOCOLS}/${id}/endings`;
      const signatory = await world.of(receiver, ['signatory']);
      const revoked = await signatory.post(endings, { kind: 'revocation', writingHash: 'c'.repeat(64) });
      expect(revoked.body).toMatchObject({ kind: 'revocation', clause: 'IV-end', state: 'enforcing' });
      expect((await world.events(id)).at(-1)).toMatchObject({ type: 'protocol.revoked', data: { byParty: receiver } });
      await applyBarrier(id, (await world.events(id)).length);
      await eventually(async () => (await signatory.get(`${endings}/${revoked.body.id}`)).body.state === 'enforced', {
        what: 'the revocation is enforced',
      });
    });
  });
});
