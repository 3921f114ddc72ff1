import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { protocolGapDecided } from '@convenant/contracts';
import { newId } from '@convenant/kernel';
import { eventually } from '@convenant/testing';
import { TransferWorld } from './testing/transfer-world.support.spec.js';

describe('an open point of the text', () => {
  let world: TransferWorld;

  beforeAll(async () => {
    world = await TransferWorld.start();
    await world.protocol();
  }, 60_000);
  afterAll(() => world?.stop());

  const decide = (party: string, value: string) =>
    world.register.publish(protocolGapDecided, {
      subject: world.protocolId,
      data: {
        protocolId: world.protocolId,
        version: 1,
        decisionId: newId(),
        openPoint: 'residence-or-stay',
        clause: 'C-receiver',
        value,
        decidedBy: { party, capacity: 'dpo' },
        decidedOn: '2026-04-01',
      },
    });
  const running = async () => {
    const { rows } = await world.database.query(
      `SELECT f.version, v.model_digest, v.model->'recipients'->0->'competence'->>'basis' AS basis
         FROM protocol_fact f JOIN protocol_version_fact v USING (protocol_id) WHERE f.protocol_id = $1`,
      [world.protocolId],
    );
    return rows[0] as { version: number; model_digest: string; basis: string | null };
  };
  const known = (version: number) =>
    eventually(
      async () => {
        const now = await running();
        return now.version >= version ? now : undefined;
      },
      { what: `version ${version} of the protocol is known` },
    );

  it('that the parties settle after the activation holds from then on, once all who must have said the same', async () => {
    const before = await running();
    const one = await known(await decide(world.sender, 'residence'));
    expect(one.basis).toBeNull();
    const differing = await known(await decide(world.receiver, 'stay'));
    expect(differing.basis).toBeNull();
    const settled = await known(await decide(world.receiver, 'residence'));
    expect(settled.basis).toBe('residence');
    expect(settled.model_digest).not.toBe(before.model_digest);
    await world.delivered();
    const changed = await known(await decide(world.receiver, 'stay'));
    expect(changed.basis).toBeNull();
  });
});

describe('an amendment', () => {
  let world: TransferWorld;

  beforeAll(async () => {
    world = await TransferWorld.start();
    await world.protocol();
  }, 60_000);
  afterAll(() => world?.stop());

  it('decides the requests from its day on, and none before', async () => {
    await world.amendItems(['name'], '2026-06-01T00:00:00+02:00');
    const team = await world.team();
    const asked = async () => {
      const subjectRef = await world.subject(team);
      const consent = await world.giveConsent(subjectRef);
      return (await team.post('/transfer/v1/disclosures', world.request(subjectRef, consent))).body;
    };
    await world.clock.set('2026-05-31T21:59:00Z');
    const before = await asked();
    expect(before).toMatchObject({ verdict: 'permitted' });
    expect(await world.event(before.id, 'disclosure.authorized')).toMatchObject({ data: { protocolVersion: 1 } });
    await world.clock.set('2026-05-31T22:00:00Z');
    expect(await asked()).toMatchObject({ verdict: 'refused', code: 'ITEM_NOT_COVERED', clause: '3-items' });
  });
});
