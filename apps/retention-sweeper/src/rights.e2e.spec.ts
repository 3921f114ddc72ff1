import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { restrictionLifted, rightsRequestAnswered } from '@convenant/contracts';
import { newId } from '@convenant/kernel';
import { eventually, type TestClient } from '@convenant/testing';
import { NOW, RETENTION, RetentionWorld } from './retention.support.spec.js';

const HOLDS = `${RETENTION}/holds`;

describe('rights of data subjects over what is kept', () => {
  let world: RetentionWorld;
  let dpo: TestClient;

  beforeAll(async () => {
    world = await RetentionWorld.start();
    dpo = await world.of(world.receiver, ['dpo']);
  });
  afterAll(() => world?.stop());

  async function granted(protocolId: string, subjectRef: string, right: 'erasure' | 'restriction', what: object) {
    const requestId = newId();
    await world.register.publish(rightsRequestAnswered, {
      subject: requestId,
      protocolId,
      data: {
        ...{ requestId, party: world.sender, protocolId, subjectRef, right, verdict: 'granted', identityCheck: 'eId' },
        ...{ reasons: [], remedies: [], charge: 'none', answeredAt: NOW, late: false },
        ...what,
      } as never,
    });
    return requestId;
  }

  it('GDPR-16-18 an erasure that is granted lets the values fall due before their term, through the same gate, and is recorded as such', async () => {
    const protocolId = await world.agree();
    const subjectRef = newId();
    const disclosureId = await world.deliver(protocolId, subjectRef);
    const other = await world.deliver(protocolId);
    const erasure = { ground: 'notNecessary', disclosureIds: [disclosureId], endsRestrictions: [] };
    const requestId = await granted(protocolId, subjectRef, 'erasure', { erasure });
    await world.untilAsked(disclosureId);
    const asked = (await world.events('erasure.requested')).find(({ data }) => data.disclosureId === disclosureId)!;
    expect(asked.data).toMatchObject({ reason: 'erasure-right', requestId, byParty: world.sender });
    await world.answerErasures();
    await world.until(disclosureId, ({ state }) => state === 'erased', 'it is erased');
    const attested = (await world.events('erasure.attested')).find(({ data }) => data.disclosureId === disclosureId)!;
    expect(attested.data).toMatchObject({ scope: 'vault', reason: 'erasure-right' });
    expect(await world.until(other, () => true, 'the other')).toMatchObject({ state: 'running' });
  });

  it('GDPR-16-18 what is restricted falls due and is kept until the restriction is lifted, which no hand can do here', async () => {
    const protocolId = await world.agree();
    const subjectRef = newId();
    const disclosureId = await world.deliver(protocolId, subjectRef);
    const restrictionId = newId();
    await granted(protocolId, subjectRef, 'restriction', { restriction: { restrictionId, ground: 'neededForClaims' } });
    const hold = await eventually(
      async () => (await dpo.get(HOLDS)).body.items.find((one: any) => one.restrictionId === restrictionId),
      { what: 'the restriction has placed its hold', deadlineMs: 15_000 },
    );
    expect(hold).toMatchObject({ reason: 'restriction', scope: { subjectRef, protocolId } });
    const worker = await world.of(world.receiver, ['agency-user']);
    await worker.post(`${RETENTION}/triggers`, { disclosureId, kind: 'contactOutcome', outcome: 'declined' });
    const kept = await world.until(disclosureId, ({ state }) => state === 'due', 'it is due, and kept');
    expect(kept).toMatchObject({ holds: [hold.id] });
    const byHand = await dpo.post(`${HOLDS}/${hold.id}/release`, { authority: 'dpo', reason: 'tired-of-it' });
    expect(byHand.body).toMatchObject({ status: 409, code: 'CONFLICT' });

    const lifting = { reason: 'claimsEnded', subjectInformedAt: NOW, recipients: [], liftedAt: NOW } as const;
    const lifted = { restrictionId, requestId: newId(), protocolId, subjectRef, byParty: world.sender, ...lifting };
    await world.transfer.publish(restrictionLifted, { subject: restrictionId, protocolId, data: lifted });
    await world.untilAsked(disclosureId);
    expect((await dpo.get(`${HOLDS}/${hold.id}`)).body).toMatchObject({ state: 'released' });
  });
});
