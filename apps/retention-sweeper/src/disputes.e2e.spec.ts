import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { disputeClosed, disputeOpened } from '@convenant/contracts';
import { newId } from '@convenant/kernel';
import { eventually, type TestClient } from '@convenant/testing';
import { NOW, RETENTION, RetentionWorld } from './retention.support.spec.js';

const HOLDS = `${RETENTION}/holds`;
const COURT = 'De bevoegde rechtbank in Brussel';

describe('disputes', () => {
  let world: RetentionWorld;
  let dpo: TestClient;
  let worker: TestClient;

  beforeAll(async () => {
    world = await RetentionWorld.start();
    dpo = await world.of(world.receiver, ['dpo']);
    worker = await world.of(world.receiver, ['agency-user']);
  });
  afterAll(() => world?.stop());

  const open = async (protocolId: string, scope: object, court: { court?: string } = { court: COURT }) => {
    const disputeId = newId();
    await world.register.publish(disputeOpened, {
      subject: disputeId,
      protocolId,
      data: {
        disputeId,
        protocolId,
        version: 1,
        byParty: world.sender,
        scope: { ...scope, protocolId },
        ground: 'violation',
        ...court,
        clause: '10',
        openedAt: NOW,
      },
    });
    return disputeId;
  };
  const close = (disputeId: string, protocolId: string) =>
    world.register.publish(disputeClosed, {
      subject: disputeId,
      protocolId,
      data: { disputeId, protocolId, version: 1, byParty: world.sender, outcome: 'withdrawn', closedAt: NOW },
    });
  const holdOf = (disputeId: string): Promise<any> =>
    eventually(async () => (await dpo.get(HOLDS)).body.items.find((hold: any) => hold.disputeId === disputeId), {
      what: 'the dispute has placed its hold',
    });
  const decline = (disclosureId: string) =>
    worker.post(`${RETENTION}/triggers`, { disclosureId, kind: 'contactOutcome', outcome: 'declined' });

  it('OG-10 a dispute places a hold on the authority of the court, and its closing lifts it: then the purge goes through', async () => {
    const protocolId = await world.agree();
    const disclosureId = await world.deliver(protocolId);
    const disputeId = await open(protocolId, { disclosureId });
    const hold = await holdOf(disputeId);
    expect(hold).toMatchObject({ authority: COURT, reason: 'dispute', state: 'enforcing', scope: { disclosureId } });
    const placed = (await world.events('hold.placed')).at(-1)!;
    expect(placed).toMatchObject({ subject: hold.id, clause: '10', data: { disputeId, authority: COURT } });
    await world.applyBarrier(hold.id, protocolId);
    await eventually(async () => (await dpo.get(`${HOLDS}/${hold.id}`)).body.state === 'enforced', {
      what: 'the hold is enforced',
    });

    await decline(disclosureId);
    const kept = await world.until(disclosureId, ({ state }) => state === 'due', 'it is due, and kept');
    expect(kept).toMatchObject({ holds: [hold.id] });
    const byHand = await dpo.post(`${HOLDS}/${hold.id}/release`, { authority: 'dpo', reason: 'tired-of-it' });
    expect(byHand.body).toMatchObject({ status: 409, code: 'CONFLICT', clause: '10' });

    await close(disputeId, protocolId);
    await world.untilAsked(disclosureId);
    expect((await world.events('hold.released')).at(-1)).toMatchObject({
      subject: hold.id,
      data: { authority: COURT, reason: 'dispute-withdrawn' },
    });
    await world.answerErasures();
    await world.until(disclosureId, ({ state }) => state === 'erased', 'it is erased');
    expect((await dpo.get(`${HOLDS}/${hold.id}`)).body).toMatchObject({ state: 'released' });
  });

  it('OG-10 a dispute about one person or the protocol keeps just that, before the competent court where none is named', async () => {
    const protocolId = await world.agree();
    const person = newId();
    const [hers, other] = [await world.deliver(protocolId, person), await world.deliver(protocolId)];
    const hold = await holdOf(await open(protocolId, { subjectRef: person }, {}));
    expect(hold).toMatchObject({ authority: 'competent court', scope: { subjectRef: person, protocolId } });
    await decline(hers);
    await decline(other);
    await world.untilAsked(other);
    expect((await world.events('erasure.requested')).some(({ data }) => data.disclosureId === hers)).toBe(false);

    const all = await holdOf(await open(protocolId, {}));
    expect(all.scope).toEqual({ protocolId });
  });
});
