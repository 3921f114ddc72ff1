import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import pg from 'pg';
import { newId } from '@convenant/kernel';
import { Outbox } from '@convenant/messaging';
import { createTestDatabase, eventually, type TestDatabase } from '@convenant/testing';
import { OpenTransactions } from './barrier/open-transactions.js';
import { insertPendingBarrier } from './db/barrier.statements.js';
import {
  insertConsentFact,
  upsertProtocolDraft,
  upsertProtocolVersion,
  withdrawConsentFact,
} from './db/fact.statements.js';
import { insertSubject } from './db/subject.statements.js';
import { startUseCases } from './testing/start-use-cases.support.spec.js';
import { migrations } from './migrations.js';
import { ogModel, SOCIAL_SERVICE, TEAM, values } from './testing/neighbours.support.spec.js';
import { ApplyBarriers } from './use-cases/apply-barriers.use-case.js';
import { RequestDisclosure } from './use-cases/request-disclosure.use-case.js';

const RACES = Number(process.env['BARRIER_RACES'] ?? 120);
const AT_ONCE = 12;
const CONNECTIONS = 24;
const REQUESTS_PER_RACE = 3;

/** Says that it waited and did not: what would happen without the one step that matters. */
class NoWait {
  async haveEnded(): Promise<void> {}
}

describe('withdrawals against disclosures, under many connections', () => {
  const [sender, receiver, protocolId, subjectRef] = [newId(), newId(), newId(), newId()];
  let database: TestDatabase;
  let listener: pg.Client;
  let folder: string;
  /** `authorized <consent>` and `barrier <consent>`, in the order of the commits: PostgreSQL promises it of notifications. */
  const committed: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'races-'));
    database = await createTestDatabase({ service: 'transfer', migrations });
    listener = new pg.Client({ connectionString: database.ownerUrl });
    await listener.connect();
    await listener.query(`
      CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE fact jsonb := NEW.data::jsonb;
      BEGIN
        IF NEW.type LIKE '%disclosure.authorized' THEN PERFORM pg_notify('commits', 'authorized ' || (fact->>'consentId')); END IF;
        IF NEW.type LIKE '%barrier.applied' THEN PERFORM pg_notify('commits', 'barrier ' || (fact->'cause'->>'subject')); END IF;
        RETURN NULL;
      END $$`);
    await listener.query('CREATE TRIGGER tell AFTER INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION tell()');
    await listener.query('LISTEN commits');
    listener.on('notification', ({ payload }) => committed.push(payload!));
  });
  afterAll(async () => {
    await listener?.end();
    await database?.drop();
    await rm(folder, { recursive: true });
  });

  const application = (openTransactions?: typeof OpenTransactions) =>
    startUseCases({
      url: database.runtimeUrl,
      connections: CONNECTIONS,
      keyringFile: join(folder, 'keyring.json'),
      openTransactions,
    });

  async function plant(app: INestApplicationContext): Promise<void> {
    const model = await ogModel();
    await app.get(Outbox).transaction([], async (tx) => {
      const known = await tx.query('SELECT 1 FROM protocol_fact');
      if (known.length > 0) return;
      await tx.query(upsertProtocolDraft({ protocolId, version: 1, sender, receiver }));
      await tx.query(
        upsertProtocolVersion({
          protocolId,
          protocolVersion: 1,
          model: JSON.stringify(model),
          digest: 'd',
          effectiveFrom: new Date(0),
        }),
      );
      await tx.query(insertSubject(subjectRef, protocolId, sender, new Date()));
    });
  }

  const recipient = { party: receiver, unit: SOCIAL_SERVICE, category: 'social-worker' };
  const context = () => ({ correlationId: newId(), causationId: newId() });

  async function giveConsent(app: INestApplicationContext, consentId: string): Promise<void> {
    const consent = {
      consentId,
      version: 1,
      state: 'given' as const,
      subjectRef,
      protocolId,
      purpose: 'access-to-social-support',
      items: ['name', 'contact'],
      recipient,
      noticePoints: ['which-data', 'to-whom', 'purpose', 'what-happens', 'what-to-expect'],
      givenAt: new Date(0),
      expiresAt: null,
    };
    await app.get(Outbox).transaction([], (tx) => tx.query(insertConsentFact(consent)));
  }

  async function ask(app: INestApplicationContext, consentId: string): Promise<void> {
    const person = { sub: 'x', issuer: 'i', client: 'c', userRef: 'u_x' };
    const caller = { party: sender, unit: TEAM, secrecy: true, roles: ['agency-user' as const], ...person };
    const channel = { kind: 'mail7zip' };
    const body = {
      protocolId,
      subjectRef,
      consentId,
      purpose: 'access-to-social-support',
      items: values,
      recipient,
      channel,
    };
    await app.get(RequestDisclosure).execute(caller, { key: newId(), fingerprint: newId(), context: context() }, body);
  }

  /** As the consumers do it: the fact and the barrier in one commit. */
  async function withdraw(app: INestApplicationContext, consentId: string): Promise<void> {
    const barrier = {
      barrier_id: newId(),
      kind: 'withdrawal' as const,
      service: 'consent',
      subject: consentId,
      aggregateversion: 2,
    };
    const scope = { protocol_id: protocolId, consent_id: consentId, clause: 'C-consent', context: context() };
    await app.get(Outbox).transaction([consentId], async (tx) => {
      await tx.query(withdrawConsentFact(consentId, 2, new Date()));
      await tx.query(insertPendingBarrier({ ...barrier, ...scope }, new Date(0)));
    });
  }

  /** One race: three requests and the withdrawal of their consent, at moments that nobody ordered. */
  async function race(app: INestApplicationContext): Promise<string> {
    const consentId = newId();
    await giveConsent(app, consentId);
    const requests = Array.from({ length: REQUESTS_PER_RACE }, async () => {
      await delay(randomInt(0, 25));
      await ask(app, consentId);
    });
    const withdrawal = (async () => {
      await delay(randomInt(0, 25));
      await withdraw(app, consentId);
      await app.get(ApplyBarriers).execute();
    })();
    await Promise.all([...requests, withdrawal]);
    return consentId;
  }

  async function races(app: INestApplicationContext, count: number): Promise<string[]> {
    const consents: string[] = [];
    let left = count;
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while ((left -= 1) >= 0) consents.push(await race(app));
      }),
    );
    while ((await app.get(ApplyBarriers).execute()) > 0);
    return consents;
  }

  /** Consents under which something was authorised behind the barrier. */
  async function broken(consents: readonly string[]): Promise<number> {
    await eventually(() => consents.every((consent) => committed.includes(`barrier ${consent}`)), {
      what: 'every barrier',
    });
    return consents.filter(
      (consent) => committed.lastIndexOf(`authorized ${consent}`) > committed.indexOf(`barrier ${consent}`),
    ).length;
  }

  it(`OG-C-consent withdrawn in ${RACES} races: nothing is authorised behind the barrier, by the order of the commits`, async () => {
    const app = await application();
    try {
      await plant(app);
      const consents = await races(app, RACES);
      expect(await broken(consents)).toBe(0);
      // The races were races: some were authorised, some came too late.
      const authorized = consents.filter((consent) => committed.includes(`authorized ${consent}`)).length;
      expect(authorized).toBeGreaterThan(0);
      expect(authorized).toBeLessThan(consents.length);
      const left = await listener.query(
        `SELECT count(*)::int AS alive FROM disclosure d JOIN vault_envelope e ON e.disclosure_id = d.id WHERE d.consent_id = ANY ($1)`,
        [consents],
      );
      expect(left.rows[0].alive).toBe(0);
    } finally {
      await app.close();
    }
  }, 120_000);

  describe('against one disclosure that read its facts before the withdrawal and commits after it', () => {
    /** Holds the request back between its decision and its commit: it waits for this row to be decided. */
    async function heldRequest(app: INestApplicationContext, whileHeld: (consentId: string) => Promise<void>) {
      const consentId = newId();
      const blocker = new pg.Client({ connectionString: database.ownerUrl });
      await blocker.connect();
      try {
        await giveConsent(app, consentId);
        await blocker.query('BEGIN');
        await blocker.query('INSERT INTO consent_use (consent_id, disclosure_id) VALUES ($1, $2)', [
          consentId,
          newId(),
        ]);
        const request = ask(app, consentId);
        await eventually(
          async () =>
            (await listener.query(`SELECT 1 FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted`)).rowCount,
          { what: 'the request waits to commit' },
        );
        await withdraw(app, consentId);
        await whileHeld(consentId);
        await blocker.query('ROLLBACK');
        await request;
      } finally {
        await blocker.end();
      }
      return consentId;
    }
    const isApplied = (consentId: string) => committed.includes(`barrier ${consentId}`);

    it('OG-C-consent withdrawn: the barrier waits for it', async () => {
      const app = await application();
      try {
        await plant(app);
        let applying!: Promise<unknown>;
        const consentId = await heldRequest(app, async (consent) => {
          applying = app.get(ApplyBarriers).execute();
          await eventually(
            async () =>
              (
                await listener.query('SELECT 1 FROM pending_barrier WHERE consent_id = $1 AND owner IS NOT NULL', [
                  consent,
                ])
              ).rowCount,
            { what: 'the barrier is worked off' },
          );
          expect(isApplied(consent)).toBe(false);
        });
        await applying;
        await eventually(() => isApplied(consentId), { what: 'the barrier' });
        expect(await broken([consentId])).toBe(0);
        expect(committed.indexOf(`authorized ${consentId}`)).toBeGreaterThanOrEqual(0);
      } finally {
        await app.close();
      }
    });

    it('breaks without that wait: these tests would show it', async () => {
      const app = await application(NoWait as unknown as typeof OpenTransactions);
      try {
        await plant(app);
        const consentId = await heldRequest(app, async (consent) => {
          await app.get(ApplyBarriers).execute();
          await eventually(() => isApplied(consent), { what: 'the barrier' });
        });
        await eventually(() => committed.includes(`authorized ${consentId}`), { what: 'the late authorisation' });
        expect(await broken([consentId])).toBe(1);
      } finally {
        await app.close();
      }
    });
  });
});
