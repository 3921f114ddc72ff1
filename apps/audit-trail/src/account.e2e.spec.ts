import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  clockDue,
  clockStarted,
  correctionPropagated,
  disclosureCollected,
  disclosureFailed,
  erasureAttested,
  erasureRequested,
  erasureWithheld,
  holdPlaced,
  holdReleased,
  qualityReported,
  recipientErasureDeclared,
  subjectRegistered,
  triggerRecorded,
  valuesErased,
} from '@convenant/contracts';
import { newId } from '@convenant/kernel';
import { AUDIT, AuditWorld, scope } from './audit.support.spec.js';

const AT = '2026-03-20T10:00:00.000Z';
const DUE = '2026-06-20T10:00:00.000Z';

let world: AuditWorld;
let protocolId: string;
const subjectRef = newId();
let consentId: string;
let disclosureId: string;
const holdId = newId();

beforeAll(async () => {
  world = await AuditWorld.start();
  protocolId = await world.agree();
  const { transfer, retention } = world.at;
  await transfer.publish(subjectRegistered, {
    subject: subjectRef,
    protocolId,
    data: { subjectRef, protocolId, party: world.sender, registeredAt: AT },
  });
  consentId = await world.consent(protocolId, subjectRef);
  disclosureId = await world.disclose(protocolId, subjectRef, consentId);
  const about = { disclosureId, protocolId, subjectRef };
  const ofDisclosure = { subject: disclosureId, ...scope(protocolId) };
  await transfer.publish(disclosureCollected, {
    ...ofDisclosure,
    data: { ...about, what: 'passphrase', unit: 'ocmw-sociale-dienst', collectedAt: AT, clause: '6' },
  });
  const report = { reportId: newId(), ...about, clause: '7', items: ['phone'] };
  await transfer.publish(qualityReported, {
    subject: report.reportId,
    protocolId,
    data: {
      ...report,
      kind: 'outdated',
      toldBySubject: true,
      reportedAt: AT,
      dueAt: DUE,
      period: 'P1M',
      periodBasis: 'installation',
    },
  });
  const correctionId = newId();
  await transfer.publish(correctionPropagated, {
    subject: correctionId,
    protocolId,
    data: {
      correctionId,
      ...report,
      recipientParty: world.receiver,
      recipientUnit: 'ocmw-sociale-dienst',
      measure: 'corrected',
      generation: 2,
      propagatedAt: AT,
    },
  });
  const clockId = newId();
  const clock = { subject: clockId, protocolId };
  const rule = { rule: 'until-contact', clause: '3-phase1' };
  await retention.publish(clockStarted, {
    ...clock,
    data: { clockId, ...about, ...rule, ceilingAt: DUE, startedAt: AT },
  });
  await retention.publish(triggerRecorded, {
    ...clock,
    data: { clockId, ...about, triggerId: newId(), kind: 'contactOutcome', outcome: 'declined', occurredAt: AT },
  });
  await retention.publish(clockDue, { ...clock, data: { clockId, ...about, ...rule, reason: 'declined', dueAt: AT } });
  await retention.publish(holdPlaced, {
    subject: holdId,
    protocolId,
    data: { holdId, protocolId, scope: { protocolId, subjectRef }, authority: 'dpo', reason: 'dispute', placedAt: AT },
  });
  await world.settled();
}, 120_000);
afterAll(async () => {
  await world?.stop();
}, 60_000);

async function ask(party: string, body: object = { subjectRef }, roles = ['dpo']) {
  return (await world.of(party, roles)).lookup(`${AUDIT}/accounts/get`, body);
}

async function accounted(party: string): Promise<any> {
  const { status, body } = await ask(party);
  expect(status).toBe(200);
  expect(body.disclosures).toHaveLength(1);
  return body.disclosures[0];
}

/** The erasure of the values of a generation, under this request. */
async function erase(erasureId: string, generation: number, items: string[]): Promise<void> {
  await world.at.transfer.publish(valuesErased, {
    subject: disclosureId,
    ...scope(protocolId),
    data: {
      disclosureId,
      protocolId,
      subjectRef,
      erasureId,
      generation,
      items,
      technique: 'crypto-shred',
      counts: { envelopes: 1, keys: 1, passphrases: 1 },
      verification: { query: 'rows', remaining: 0 },
      kekGeneration: 1,
      erasedAt: AT,
    },
  });
}

describe('the account of a person', () => {
  it('GDPR-15 tells the sender who received which items, when, why and for how long it was agreed', async () => {
    const { body } = await ask(world.sender);
    expect(body.throughPosition).toBeGreaterThan(10);
    const [disclosure] = body.disclosures;
    expect(disclosure).toEqual({
      disclosureId,
      protocolId,
      protocolVersion: 1,
      side: 'sender',
      recipient: world.recipient,
      requestedBy: { party: world.sender, unit: 'kg-team' },
      items: ['name', 'phone'],
      purpose: 'social-support',
      clause: '5',
      ground: {
        kind: 'consent',
        consentId,
        noticeId: expect.any(String),
        noticeVersion: '2026-03',
        givenAt: expect.any(String),
        method: 'oral',
      },
      route: { kind: 'mail7zip', route: 'mailbox', cipher: '7z-aes-256' },
      state: 'collected',
      authorizedAt: expect.any(String),
      deliveredAt: expect.any(String),
      collected: [{ what: 'passphrase', unit: 'ocmw-sociale-dienst', collectedAt: AT }],
      agreedPeriods: [
        expect.objectContaining({ rule: 'until-contact', from: 'delivered', until: 'contactOutcome' }),
        expect.objectContaining({ rule: 'client-file', from: 'dossierClosed', period: 'P10Y', clause: '3-phase2' }),
      ],
      quality: [
        expect.objectContaining({ what: 'quality.reported', items: ['phone'], kind: 'outdated', clause: '7' }),
        expect.objectContaining({ what: 'correction.propagated', measure: 'corrected', generation: 2 }),
      ],
    });
  });

  it('GDPR-15 tells the receiver its clock, what was reported and the holds too', async () => {
    const { retention, erasure, ...rest } = await accounted(world.receiver);
    expect(retention).toEqual({
      state: 'due',
      rule: 'until-contact',
      clause: '3-phase1',
      dueAt: AT,
      triggers: [{ kind: 'contactOutcome', outcome: 'declined', occurredAt: AT }],
      holds: [{ holdId, authority: 'dpo', placedAt: AT }],
    });
    expect(erasure).toBeUndefined();
    expect(rest).toEqual({ ...(await accounted(world.sender)), side: 'receiver' });
  });

  it('GDPR-15 follows an erasure to its evidence, and never shows it to the sender', async () => {
    const { transfer, retention } = world.at;
    const before = await accounted(world.sender);
    const states: string[] = [];
    const look = async () => {
      await world.settled();
      const { erasure } = await accounted(world.receiver);
      states.push(erasure.state);
      return erasure;
    };
    // The value that the correction replaced is gone: that is not the erasure of the data.
    await erase(newId(), 1, ['name', 'phone']);
    await world.settled();
    expect((await accounted(world.receiver)).erasure).toBeUndefined();

    const request = {
      purgeId: newId(),
      disclosureId,
      protocolId,
      subjectRef,
      rule: 'until-contact',
      clause: '3-phase1',
    };
    const ask = async (): Promise<string> => {
      const erasureId = newId();
      await retention.publish(erasureRequested, {
        subject: erasureId,
        protocolId,
        data: { ...request, erasureId, items: ['name', 'phone'], reason: 'declined', dueAt: AT },
      });
      return erasureId;
    };
    const first = await ask();
    await look();
    await transfer.publish(erasureWithheld, {
      subject: disclosureId,
      ...scope(protocolId),
      data: { disclosureId, protocolId, subjectRef, erasureId: first, holds: [holdId], withheldAt: AT },
    });
    await look();
    await retention.publish(holdReleased, {
      subject: holdId,
      protocolId,
      data: { holdId, protocolId, authority: 'dpo', reason: 'settled', releasedAt: AT },
    });
    const second = await ask();
    await look();
    await erase(newId(), 2, ['phone']);
    await look();
    await erase(second, 2, ['name', 'phone']);
    await look();
    const evidence = { erasureId: second, purgeId: request.purgeId, disclosureId, protocolId, subjectRef };
    await retention.publish(erasureAttested, {
      subject: second,
      protocolId,
      data: {
        ...evidence,
        scope: 'vault',
        technique: 'crypto-shred',
        items: ['name', 'phone'],
        rule: 'until-contact',
        reason: 'declined',
        erasedAt: AT,
        erasureHorizonAt: DUE,
        performer: 'transfer',
        validator: 'retention',
        attestedAt: AT,
        clause: '3-phase1',
      },
    });
    await retention.publish(recipientErasureDeclared, {
      subject: second,
      protocolId,
      data: { ...evidence, technique: 'overwritten', erasedAt: AT, declaredAt: AT },
    });
    const erasure = await look();
    expect(states).toEqual(['requested', 'withheld', 'requested', 'partlyErased', 'erased', 'attested']);
    expect(erasure).toEqual({
      state: 'attested',
      reason: 'declined',
      erasedAt: AT,
      items: ['phone', 'name'],
      technique: 'crypto-shred',
      erasureHorizonAt: DUE,
      recipientDeclaredAt: AT,
    });
    expect((await accounted(world.receiver)).retention.holds).toEqual([
      { holdId, authority: 'dpo', placedAt: AT, releasedAt: AT },
    ]);
    expect(await accounted(world.sender)).toEqual(before);
  });

  it('GDPR-15 tells of a failed disclosure, a ground without consent, and a person nothing was disclosed about', async () => {
    const other = newId();
    const failed = await world.disclose(protocolId, other);
    await world.at.transfer.publish(disclosureFailed, {
      subject: failed,
      ...scope(protocolId),
      data: { disclosureId: failed, protocolId, subjectRef: other, code: 'CONSENT_WITHDRAWN', failedAt: AT },
    });
    const quiet = newId();
    await world.at.transfer.publish(subjectRegistered, {
      subject: quiet,
      protocolId,
      data: { subjectRef: quiet, protocolId, party: world.sender, registeredAt: AT },
    });
    await world.settled();
    const { body } = await ask(world.receiver, { subjectRef: other, protocolId });
    expect(body.disclosures).toMatchObject([
      { state: 'failed', failure: 'CONSENT_WITHDRAWN', ground: { kind: 'protocol' } },
    ]);
    expect((await ask(world.sender, { subjectRef: quiet })).body.disclosures).toEqual([]);
    expect((await ask(world.receiver, { subjectRef: quiet })).status).toBe(404);
  });

  it('GDPR-15 gives nothing of a person of other parties, and says no more than of one that nobody knows', async () => {
    const ofOthers = await ask(world.stranger);
    const unknown = await ask(world.stranger, { subjectRef: newId() });
    const otherProtocol = await ask(world.sender, { subjectRef, protocolId: newId() });
    for (const { status, body } of [ofOthers, unknown, otherProtocol]) {
      expect({ status, code: body.code }).toEqual({ status: 404, code: 'NOT_FOUND' });
    }
    expect(Object.keys(ofOthers.body).sort()).toEqual(Object.keys(unknown.body).sort());
    expect((await ask(world.sender, { subjectRef }, ['agency-user'])).status).toBe(403);
    expect((await ask(world.sender, { subjectRef }, ['agency'])).status).toBe(200);
    expect((await ask(world.sender, { subjectRef: 'x' })).status).toBe(400);
  });

  it('GDPR-15 records who asked about whom, and nothing of an account that was not given', async () => {
    const reads = () => world.query(`SELECT * FROM trail_read WHERE what = 'account' ORDER BY read_at, id`);
    const before = await reads();
    await ask(world.stranger);
    expect(await reads()).toEqual(before);
    const { body } = await ask(world.receiver, { subjectRef, protocolId });
    const after = await reads();
    expect(after).toHaveLength(before.length + 1);
    expect(after.at(-1)).toMatchObject({
      reader: expect.stringMatching(/^u_/),
      reader_party: world.receiver,
      through_position: String(body.throughPosition),
      filters: JSON.stringify({ subjectRef, protocolId }),
    });
  });
});
