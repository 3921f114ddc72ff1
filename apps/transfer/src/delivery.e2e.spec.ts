import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@convenant/kernel';
import { eventually, type TestClient } from '@convenant/testing';
import { TransferWorld } from './testing/transfer-world.support.spec.js';

const LEASE = { DELIVERY_LEASE_MS: '2000', DELIVERY_TRANSPORT_TIMEOUT_MS: '200' };

describe('a delivery', () => {
  let world: TransferWorld;
  let team: TestClient;

  beforeAll(async () => {
    world = await TransferWorld.start({ env: LEASE });
    await world.protocol();
    team = await world.team();
  }, 60_000);
  afterAll(() => world?.stop());
  afterEach(() => {
    world.mail.behaviour = {};
  });

  async function authorized() {
    const subjectRef = await world.subject();
    const consent = await world.giveConsent(subjectRef);
    const { body } = await team.post('/transfer/v1/disclosures', world.request(subjectRef, consent));
    expect(body.verdict).toBe('permitted');
    return { id: body.id as string, consentId: consent.aggregateId, subjectRef };
  }
  const names = async (id: string) => (await world.events(id)).map(({ name }) => name);
  const mailsOf = (id: string) => world.mail.mails.filter(({ messageId }) => messageId.includes(id));
  const kept = async (id: string) =>
    (await world.database.query('SELECT part FROM vault_envelope WHERE disclosure_id = $1', [id])).rowCount;

  /** As if a replica had been killed between its first byte and its last. */
  async function plantLostAttempt(id: string): Promise<string> {
    const attemptId = newId();
    await eventually(
      async () => {
        const taken = await world.database.query(
          `UPDATE delivery SET state = 'sending' WHERE disclosure_id = $1 AND state = 'due' RETURNING 1`,
          [id],
        );
        return taken.rowCount;
      },
      { what: 'the delivery waits for its next try' },
    );
    await world.database.query(
      `INSERT INTO delivery_attempt (attempt_id, disclosure_id, owner, lease_until) VALUES ($1, $2, $3, clock_timestamp() + interval '300 ms')`,
      [attemptId, id, newId()],
    );
    return attemptId;
  }

  it('leaves after the commit, at the first try', async () => {
    const { id } = await authorized();
    await world.disclosed(team, id, 'delivered');
    const tries = await world.database.query('SELECT FROM delivery_attempt WHERE disclosure_id = $1', [id]);
    expect(tries.rowCount).toBe(1);
    expect(await names(id)).toEqual(['disclosure.authorized', 'disclosure.delivered']);
  });

  it('OG-6-channel ends when the mailbox refuses it for good, and its values are erased at once', async () => {
    world.mail.behaviour = { refuseWith: 550 };
    const { id } = await authorized();
    expect(await world.disclosed(team, id, 'failed')).toMatchObject({ failure: 'MAIL_REFUSED' });
    expect(await names(id)).toEqual(['disclosure.authorized', 'disclosure.failed', 'values.erased']);
    expect(await kept(id)).toBe(0);
    const worker = await world.socialWorker();
    expect((await worker.post(`/transfer/v1/disclosures/${id}/passphrase/collect`, undefined)).status).toBe(409);
  });

  it('is tried again when the mail server says later, and arrives once', async () => {
    world.mail.behaviour = { refuseWith: 451 };
    const { id } = await authorized();
    await eventually(
      async () =>
        (
          await world.database.query(
            `SELECT 1 FROM delivery_attempt WHERE disclosure_id = $1 AND outcome = 'notSent'`,
            [id],
          )
        ).rowCount! >= 2,
      { what: 'two tries' },
    );
    world.mail.behaviour = {};
    await world.disclosed(team, id, 'delivered');
    expect(mailsOf(id)).toHaveLength(1);
    expect(await names(id)).toEqual(['disclosure.authorized', 'disclosure.delivered']);
  });

  it('is unconfirmed when it was cut off, and is sent once more with the same Message-ID and archive', async () => {
    world.mail.behaviour = { cut: true };
    const arrivedBefore = world.mail.arrived;
    const { id } = await authorized();
    await eventually(
      async () => (await names(id)).filter((name) => name === 'disclosure.delivery.unconfirmed').length === 2,
      {
        what: 'the attempt and the resend are cut off',
      },
    );
    const view = await world.disclosed(team, id, 'unconfirmed');
    expect(view.archiveDigest).toMatch(/^[0-9a-f]{64}$/);
    await eventually(
      async () =>
        (await world.database.query(`SELECT 1 FROM delivery WHERE disclosure_id = $1 AND state = 'ended'`, [id]))
          .rowCount,
      {
        what: 'nothing is sent a third time',
      },
    );
    expect(world.mail.arrived - arrivedBefore).toBe(2);
    expect(await names(id)).not.toContain('disclosure.failed');
    // It may have arrived: who has the archive may have its passphrase.
    const worker = await world.socialWorker();
    const collected = await worker.post(`/transfer/v1/disclosures/${id}/passphrase/collect`, undefined);
    expect(collected).toMatchObject({ status: 201, body: { archiveDigest: view.archiveDigest } });
  });

  it('of an owner that is gone is unconfirmed after lease and transport timeout, and then sent again, byte for byte', async () => {
    world.mail.behaviour = { cut: true };
    const { id } = await authorized();
    const seen = await eventually(async () => (await names(id)).includes('disclosure.delivery.unconfirmed'), {
      what: 'cut off once',
    });
    expect(seen).toBe(true);
    world.mail.behaviour = {};
    await world.disclosed(team, id, 'delivered');
    expect(mailsOf(id)).toHaveLength(1);

    world.mail.behaviour = { refuseWith: 451 };
    const other = await authorized();
    const attemptId = await plantLostAttempt(other.id);
    world.mail.behaviour = {};
    await world.disclosed(team, other.id, 'delivered');
    const events = await world.events(other.id);
    expect(events.map(({ name }) => name)).toEqual([
      'disclosure.authorized',
      'disclosure.delivery.unconfirmed',
      'disclosure.delivered',
    ]);
    expect(events[1]!.data.attemptId).toBe(attemptId);
  });

  describe('under a withdrawal', () => {
    const applied = (consentId: string) =>
      eventually(
        async () =>
          (await world.events()).find(
            ({ name, data }) => name === 'barrier.applied' && data.cause.subject === consentId,
          ),
        { what: `barrier of ${consentId}` },
      );

    it('OG-C-consent that has not left ends as withdrawn, its values erased at once', async () => {
      world.mail.behaviour = { refuseWith: 451 };
      const { id, consentId, subjectRef } = await authorized();
      await world.withdraw(consentId, subjectRef);
      const barrier = await applied(consentId);
      expect(barrier.data).toMatchObject({
        cause: { kind: 'withdrawal', service: 'consent', subject: consentId, aggregateversion: 2 },
        unconfirmed: [],
      });
      expect(await world.disclosed(team, id, 'failed')).toMatchObject({ failure: 'CONSENT_WITHDRAWN' });
      expect(await kept(id)).toBe(0);
      const arrived = world.mail.arrived;
      world.mail.behaviour = {};
      const next = await authorized();
      await world.disclosed(team, next.id, 'delivered');
      expect(mailsOf(id)).toHaveLength(0);
      expect(world.mail.arrived).toBe(arrived + 1);
    });

    it('OG-C-consent that is on its way is waited for before anything is called enforced', async () => {
      let release!: () => void;
      world.mail.behaviour = { hold: new Promise((resolve) => (release = resolve)) };
      const arrived = world.mail.arrived;
      const { id, consentId, subjectRef } = await authorized();
      await eventually(() => world.mail.arrived > arrived, { what: 'the message is on its way' });
      await world.withdraw(consentId, subjectRef);
      await eventually(
        async () =>
          (
            await world.database.query('SELECT 1 FROM pending_barrier WHERE consent_id = $1 AND owner IS NOT NULL', [
              consentId,
            ])
          ).rowCount,
        {
          what: 'the barrier is worked off',
        },
      );
      expect(
        (await world.events()).some(({ name, data }) => name === 'barrier.applied' && data.cause.subject === consentId),
      ).toBe(false);
      // Another client's withdrawal does not wait for it.
      const other = await world.giveConsent(subjectRef);
      await world.withdraw(other.aggregateId, subjectRef);
      await applied(other.aggregateId);
      expect(
        (await world.events()).some(({ name, data }) => name === 'barrier.applied' && data.cause.subject === consentId),
      ).toBe(false);
      release();
      await applied(consentId);
      expect(await names(id)).toEqual(['disclosure.authorized', 'disclosure.delivered']);
    });

    it('OG-C-consent of an owner that is gone is named as unconfirmed, and is not sent again', async () => {
      world.mail.behaviour = { refuseWith: 451 };
      const { id, consentId, subjectRef } = await authorized();
      await plantLostAttempt(id);
      await world.withdraw(consentId, subjectRef);
      const barrier = await applied(consentId);
      expect(barrier.data.unconfirmed).toEqual([id]);
      world.mail.behaviour = {};
      await world.disclosed(team, id, 'unconfirmed');
      const { rows } = await world.database.query('SELECT state FROM delivery WHERE disclosure_id = $1', [id]);
      expect(rows).toEqual([{ state: 'ended' }]);
      expect(mailsOf(id)).toHaveLength(0);
    });

    it('OG-C-consent withholds a passphrase that nobody collected, and repeats one that was', async () => {
      const [open, taken] = [await authorized(), await authorized()];
      for (const { id } of [open, taken]) await world.disclosed(team, id, 'delivered');
      const worker = await world.socialWorker();
      const collect = (id: string) => worker.post(`/transfer/v1/disclosures/${id}/passphrase/collect`, undefined);
      const passphrase = (await collect(taken.id)).body.passphrase;
      for (const { consentId, subjectRef } of [open, taken]) await world.withdraw(consentId, subjectRef);
      for (const { consentId } of [open, taken]) await applied(consentId);
      expect(await collect(open.id)).toMatchObject({ body: { code: 'PASSPHRASE_WITHHELD' } });
      expect((await collect(taken.id)).body.passphrase).toBe(passphrase);
      expect((await team.get(`/transfer/v1/disclosures/${open.id}`)).body.withheld).toBe('CONSENT_WITHDRAWN');
    });
  });
});
