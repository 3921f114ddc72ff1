import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  protocolEnded,
  protocolExpired,
  protocolLapsed,
  protocolLinkedAgreementEnded,
  protocolSuspended,
} from '@convenant/contracts';
import { formatInstant, newId } from '@convenant/kernel';
import { eventually, type TestClient } from '@convenant/testing';
import { TransferWorld } from './testing/transfer-world.support.spec.js';

const DAY = 86_400_000;

describe('an ending by law', () => {
  let world: TransferWorld;
  let team: TestClient;

  beforeAll(async () => {
    world = await TransferWorld.start();
    await world.protocol();
    team = await world.team();
  }, 60_000);
  afterAll(() => world?.stop());

  const barriersOf = async (protocolId: string) =>
    (await world.events()).filter(({ name, data }) => name === 'barrier.applied' && data.protocolId === protocolId);

  async function referral() {
    const protocolId = await world.protocol(newId());
    const subjectRef = await world.subject(team, protocolId);
    const consent = await world.giveConsent(subjectRef, { protocolId });
    const request = world.request(subjectRef, consent, { protocolId });
    expect((await team.lookup('/transfer/v1/disclosures/explain', request)).body.verdict).toBe('permitted');
    return { protocolId, request };
  }
  const ending = (protocolId: string, endsAt: number, clause: string) => ({
    protocolId,
    version: 1,
    endingId: newId(),
    byParty: world.sender,
    receivedAt: formatInstant(Date.now()),
    endsAt: formatInstant(endsAt),
    clause,
    dutiesAfter: ['stopFlow', 'stopDeliveries', 'flagSince'],
  });

  it('OG-11-lapse stops the flow at once as suspended and ended, each with its barrier', async () => {
    const { protocolId, request } = await referral();
    const since = Date.now() - 14 * DAY;
    const of = { subject: protocolId, protocolId };
    const now = formatInstant(Date.now());
    const suspension = { protocolId, version: 1, suspensionId: newId(), byParty: world.sender };
    await world.register.publish(protocolSuspended, {
      ...of,
      data: { ...suspension, suspendedAt: now, clause: '11-lapse' },
    });
    const lapse = ending(protocolId, since, '11-lapse');
    const flaggedSince = formatInstant(since);
    const lapsedOn = flaggedSince.slice(0, 10);
    await world.register.publish(protocolLapsed, {
      ...of,
      data: { ...lapse, instrument: 'Decreet', lapsedOn, flaggedSince },
    });
    const { endingId, clause, dutiesAfter } = lapse;
    const over = { protocolId, version: 1, endingId, clause, dutiesAfter, endedAt: flaggedSince, flaggedSince };
    await world.register.publish(protocolEnded, { ...of, data: { ...over, kind: 'legalGroundLapsed' } });

    const barriers = await eventually(
      async () => {
        const found = await barriersOf(protocolId);
        return found.length === 2 ? found : undefined;
      },
      { what: 'both are enforced' },
    );
    const causes = barriers.map(({ data }) => [data.cause.kind, data.cause.aggregateversion]).sort();
    expect(causes).toEqual([
      ['ending', 4],
      ['suspension', 3],
    ]);
    expect((await team.post('/transfer/v1/disclosures', request)).body).toMatchObject({
      verdict: 'refused',
      code: 'PROTOCOL_ENDED',
      clause: '11-lapse',
    });
    expect(await barriersOf(protocolId)).toHaveLength(2);
  });

  it('OG-5-duration lets data flow until the cooperation agreement ends, and not after', async () => {
    const { protocolId, request } = await referral();
    const endsAt = Date.now() + 30 * DAY;
    await world.register.publish(protocolLinkedAgreementEnded, {
      subject: protocolId,
      protocolId,
      data: {
        ...ending(protocolId, endsAt, '5-duration'),
        agreement: 'cooperation-agreement',
        endedOn: formatInstant(endsAt).slice(0, 10),
      },
    });
    await eventually(
      async () =>
        (await world.database.query('SELECT 1 FROM pending_barrier WHERE protocol_id = $1', [protocolId])).rowCount,
      { what: 'the barrier waits' },
    );
    expect((await team.lookup('/transfer/v1/disclosures/explain', request)).body.verdict).toBe('permitted');
    await world.clock.set(formatInstant(endsAt + 1000));
    try {
      await eventually(async () => (await barriersOf(protocolId)).length === 1, { what: 'the ending is enforced' });
      expect((await team.post('/transfer/v1/disclosures', request)).body).toMatchObject({ code: 'PROTOCOL_ENDED' });
    } finally {
      await world.clock.set(new Date().toISOString());
    }
  });

  it('a fixed term that is over stops the flow with a barrier', async () => {
    const { protocolId, request } = await referral();
    const { byParty: _, receivedAt: __, ...expired } = ending(protocolId, Date.now() - 1_000, '5-duration');
    await world.register.publish(protocolExpired, { subject: protocolId, protocolId, data: expired });
    const [barrier] = await eventually(
      async () => {
        const found = await barriersOf(protocolId);
        return found.length === 1 ? found : undefined;
      },
      { what: 'the end of the term is enforced' },
    );
    expect(barrier!.data.cause).toMatchObject({ kind: 'ending', aggregateversion: 3 });
    expect((await team.post('/transfer/v1/disclosures', request)).body).toMatchObject({
      verdict: 'refused',
      code: 'PROTOCOL_ENDED',
      clause: '5-duration',
    });
  });
});
