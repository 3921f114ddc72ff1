import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, TestClient } from '@convenant/testing';
import { TransferWorld } from './testing/transfer-world.support.spec.js';

describe('two replicas of the service', () => {
  let world: TransferWorld;
  const clients: TestClient[] = [];

  beforeAll(async () => {
    world = await TransferWorld.start({ replicas: 0 });
    for (let replica = 0; replica < 2; replica += 1) {
      await world.startReplica();
      clients.push(await world.team());
    }
    await world.protocol();
  }, 60_000);
  afterAll(() => world?.stop());

  it('deliver each referral once, sign with one key and open each other’s envelopes', async () => {
    const subjectRef = await world.subject();
    const consents = await Promise.all(Array.from({ length: 16 }, () => world.giveConsent(subjectRef)));
    const answers = await Promise.all(
      consents.map((consent, i) =>
        clients[i % 2]!.post('/transfer/v1/disclosures', world.request(subjectRef, consent)),
      ),
    );
    const ids = answers.map(({ body }) => body.id as string);
    for (const id of ids) await world.disclosed(clients[0]!, id, 'delivered');
    expect(world.mail.mails.map(({ messageId }) => messageId.slice(1, 37)).sort()).toEqual([...ids].sort());
    const keys = (await world.anyone().get('/transfer/v1/archive-keys')).body.items;
    expect(keys).toHaveLength(1);
  });

  it('OG-C-consent apply one barrier per withdrawal, whichever takes it, with nothing authorised behind it', async () => {
    const subjectRef = await world.subject();
    const consents = await Promise.all(Array.from({ length: 30 }, () => world.giveConsent(subjectRef)));
    const asked = consents.map((consent, i) =>
      new Promise((resolve) => setTimeout(resolve, i * 10)).then(() =>
        clients[i % 2]!.post('/transfer/v1/disclosures', world.request(subjectRef, consent)),
      ),
    );
    await asked[0];
    await Promise.all(consents.map(({ aggregateId }) => world.withdraw(aggregateId, subjectRef)));
    await Promise.all(asked);
    await eventually(
      async () =>
        (await world.database.query('SELECT 1 FROM consent_fact WHERE withdrawn_at IS NOT NULL')).rowCount === 30,
      {
        what: 'the withdrawals are known',
      },
    );
    await eventually(async () => (await world.database.query('SELECT 1 FROM pending_barrier')).rowCount === 0, {
      what: 'the barriers',
    });
    const events = await world.events();
    const barriers = events.filter(({ name }) => name === 'barrier.applied');
    expect(barriers.map(({ data }) => data.cause.subject).sort()).toEqual(
      consents.map(({ aggregateId }) => aggregateId).sort(),
    );
    for (const barrier of barriers) {
      const behind = events
        .slice(events.indexOf(barrier))
        .filter(({ data }) => data.consentId === barrier.data.cause.subject);
      expect(behind.map(({ name }) => name)).not.toContain('disclosure.authorized');
    }
    const open = await world.database.query(`SELECT 1 FROM disclosure WHERE state IN ('authorized', 'delivering')`);
    expect(open.rowCount).toBe(0);
  });
});
