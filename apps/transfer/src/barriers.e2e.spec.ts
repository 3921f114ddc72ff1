import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { protocolNoticeGiven, protocolResumed, protocolSuspended } from '@convenant/contracts';
import { formatInstant, newId } from '@convenant/kernel';
import { eventually, type TestClient } from '@convenant/testing';
import { TransferWorld } from './testing/transfer-world.support.spec.js';

describe('a barrier', () => {
  let world: TransferWorld;
  let team: TestClient;

  beforeAll(async () => {
    world = await TransferWorld.start();
    await world.protocol();
    team = await world.team();
  }, 60_000);
  afterAll(() => world?.stop());

  const barriers = async () => (await world.events()).filter(({ name }) => name === 'barrier.applied');
  const ask = (subjectRef: string, consent: { aggregateId: string; version: number }) =>
    team.post('/transfer/v1/disclosures', world.request(subjectRef, consent));

  it('OG-C-consent of fifty referrals that are being sent while the client withdraws, each was authorised before or is refused, and no byte leaves after', async () => {
    const subjectRef = await world.subject();
    const consents = await Promise.all(Array.from({ length: 50 }, () => world.giveConsent(subjectRef)));
    await eventually(
      async () =>
        (await world.database.query('SELECT 1 FROM consent_fact WHERE subject_ref = $1', [subjectRef])).rowCount === 50,
      { what: 'the consents are known' },
    );
    const asked = consents
      .slice(0, 45)
      .map((consent, i) => new Promise((resolve) => setTimeout(resolve, i * 25)).then(() => ask(subjectRef, consent)));
    await eventually(() => world.mail.mails.length >= 3, { what: 'some referrals have arrived' });
    const withdrawnAt = performance.now();
    await Promise.all(consents.map(({ aggregateId }) => world.withdraw(aggregateId, subjectRef)));
    const applied = await eventually(
      async () => {
        const all = await barriers();
        return all.length === 50 ? all : undefined;
      },
      { what: 'fifty barriers', deadlineMs: 20_000 },
    );
    const latency = performance.now() - withdrawnAt;

    const answers = await Promise.all([...asked, ...consents.slice(45).map((consent) => ask(subjectRef, consent))]);
    const verdicts = answers.map(({ body }) => body.code ?? body.verdict);
    expect(new Set(verdicts)).toEqual(new Set(['permitted', 'CONSENT_WITHDRAWN']));
    // By commit order: nothing under a consent is authorised behind its barrier.
    const appliedAt = new Map(applied.map(({ data, row }) => [data.cause.subject, Number(row.id)]));
    for (const { name, data, row } of await world.events()) {
      if (name === 'disclosure.authorized') expect(Number(row.id)).toBeLessThan(appliedAt.get(data.consentId)!);
    }
    // Every authorised referral has ended: it arrived before, or it failed and its values are gone.
    const { rows } = await world.database.query(
      `SELECT state, failure, count(*)::int FROM disclosure WHERE subject_ref = $1 AND verdict = 'permitted' GROUP BY 1, 2`,
      [subjectRef],
    );
    expect(rows.every(({ state, failure }) => state === 'delivered' || failure === 'CONSENT_WITHDRAWN')).toBe(true);
    const timeOf = new Map(applied.map(({ data, row }) => [data.cause.subject, row.recorded_at.getTime()]));
    for (const mail of world.mail.mails) {
      const id = /<([0-9a-f-]{36})@/.exec(mail.messageId)![1]!;
      const { rows: found } = await world.database.query('SELECT consent_id FROM disclosure WHERE id = $1', [id]);
      expect(performance.timeOrigin + mail.at).toBeLessThanOrEqual(timeOf.get(found[0].consent_id)! + 1);
    }
    process.stdout.write(
      `50 withdrawals enforced after ${Math.round(latency)} ms: ${JSON.stringify(rows)} ${JSON.stringify(applied.at(-1)!.data.waited)}\n`,
    );
    expect(latency).toBeLessThan(15_000);
  }, 60_000);

  it('OG-11-notice lets data flow until its date by the clock, and is enforced then', async () => {
    const protocolId = await world.protocol(newId());
    const endsAt = Date.now() + 30 * 86_400_000;
    await world.register.publish(protocolNoticeGiven, {
      subject: protocolId,
      data: {
        protocolId,
        version: 1,
        endingId: newId(),
        byParty: world.receiver,
        receivedAt: formatInstant(Date.now()),
        endsAt: formatInstant(endsAt),
        clause: '11-notice',
        dutiesAfter: [],
      } as never,
    });
    await eventually(
      async () =>
        (await world.database.query('SELECT 1 FROM pending_barrier WHERE protocol_id = $1', [protocolId])).rowCount,
      {
        what: 'the barrier waits',
      },
    );
    const subjectRef = await world.subject(team, protocolId);
    const consent = await world.giveConsent(subjectRef, { protocolId });
    const request = world.request(subjectRef, consent, { protocolId });
    expect((await team.lookup('/transfer/v1/disclosures/explain', request)).body.verdict).toBe('permitted');
    expect((await barriers()).some(({ data }) => data.protocolId === protocolId)).toBe(false);

    await world.clock.set(formatInstant(endsAt + 1000));
    try {
      await eventually(async () => (await barriers()).some(({ data }) => data.protocolId === protocolId), {
        what: 'the notice is enforced',
      });
      expect((await team.post('/transfer/v1/disclosures', request)).body).toMatchObject({ code: 'PROTOCOL_ENDED' });
    } finally {
      await world.clock.set(new Date().toISOString());
    }
  });

  it('stops while a protocol is suspended, and lets data flow again when it is resumed', async () => {
    const protocolId = await world.protocol(newId());
    const subjectRef = await world.subject(team, protocolId);
    const consent = await world.giveConsent(subjectRef, { protocolId });
    const request = world.request(subjectRef, consent, { protocolId });
    const suspension = { protocolId, version: 1, suspensionId: newId(), byParty: world.sender };
    await world.register.publish(protocolSuspended, {
      subject: protocolId,
      data: { ...suspension, suspendedAt: formatInstant(Date.now() - 1000), clause: '11-lapse' } as never,
    });
    const barrier = await eventually(
      async () => (await barriers()).find(({ data }) => data.protocolId === protocolId),
      { what: 'the suspension is enforced' },
    );
    expect(barrier.data.cause).toMatchObject({
      kind: 'suspension',
      service: 'register',
      subject: protocolId,
      aggregateversion: 3,
    });
    expect((await team.post('/transfer/v1/disclosures', request)).body).toMatchObject({
      verdict: 'refused',
      code: 'PROTOCOL_SUSPENDED',
    });
    await world.register.publish(protocolResumed, {
      subject: protocolId,
      data: { ...suspension, resumedAt: formatInstant(Date.now()) } as never,
    });
    await eventually(
      async () => (await team.lookup('/transfer/v1/disclosures/explain', request)).body.verdict === 'permitted',
      { what: 'it is resumed' },
    );
  });

  it('OG-8 ends everything at once when the sender terminates for violation, deliveries that have not left included', async () => {
    world.mail.behaviour = { refuseWith: 451 };
    const subjectRef = await world.subject();
    const [first, second] = [await world.giveConsent(subjectRef), await world.giveConsent(subjectRef)];
    const waiting = await ask(subjectRef, first);
    await world.terminate();
    const barrier = await eventually(
      async () =>
        (await barriers()).find(({ data }) => data.cause.kind === 'ending' && data.protocolId === world.protocolId),
      { what: 'the termination is enforced' },
    );
    expect(barrier.data).toMatchObject({
      cause: { service: 'register', subject: world.protocolId, aggregateversion: 3 },
      unconfirmed: [],
    });
    expect(barrier.row.clause).toBe('8');
    expect(await world.disclosed(team, waiting.body.id, 'failed')).toMatchObject({ failure: 'PROTOCOL_ENDED' });
    expect((await ask(subjectRef, second)).body).toMatchObject({ verdict: 'refused', code: 'PROTOCOL_ENDED' });
    const failed = (await world.events(waiting.body.id)).find(({ name }) => name === 'disclosure.failed');
    expect(failed).toMatchObject({ name: 'disclosure.failed', data: { code: 'PROTOCOL_ENDED', clause: '8' } });
    world.mail.behaviour = {};
  });
});
