import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import pg from 'pg';
import type { RequestDisclosureRequest, VerdictView } from '@convenant/contracts';
import { newId } from '@convenant/kernel';
import { Outbox } from '@convenant/messaging';
import { createTestDatabase, eventually, type TestDatabase } from '@convenant/testing';
import { insertPendingBarrier } from './db/barrier.statements.js';
import {
  insertConsentFact,
  suspendProtocol,
  resumeProtocol,
  upsertProtocolDraft,
  upsertProtocolVersion,
  withdrawConsentFact,
} from './db/fact.statements.js';
import { insertSubject } from './db/subject.statements.js';
import { migrations } from './migrations.js';
import { ogModel, SOCIAL_SERVICE, TEAM, values } from './testing/neighbours.support.spec.js';
import { RaceJudge } from './testing/race-judge.support.spec.js';
import { startUseCases } from './testing/start-use-cases.support.spec.js';
import { ApplyBarriers } from './use-cases/apply-barriers.use-case.js';
import { RequestDisclosure } from './use-cases/request-disclosure.use-case.js';

const ROUNDS = 30;
const CONSENTS_PER_ROUND = 12;

describe('disclosures that are written together', () => {
  const [sender, receiver, protocolId, subjectRef] = [newId(), newId(), newId(), newId()];
  const recipient = { party: receiver, unit: SOCIAL_SERVICE, category: 'social-worker' };
  const context = () => ({ correlationId: newId(), causationId: newId() });
  let database: TestDatabase;
  let admin: pg.Client;
  let folder: string;
  let judge: RaceJudge;
  /** Two replicas, each with what it remembers. */
  let app: INestApplicationContext;
  let other: INestApplicationContext;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'collected-'));
    database = await createTestDatabase({ service: 'transfer', migrations });
    judge = await RaceJudge.install(database.ownerUrl);
    admin = new pg.Client({ connectionString: database.ownerUrl });
    await admin.connect();
    const options = { url: database.runtimeUrl, connections: 6, keyringFile: join(folder, 'keyring.json') };
    app = await startUseCases(options);
    other = await startUseCases(options);
    const model = JSON.stringify(await ogModel());
    const version = { protocolId, protocolVersion: 1, model, digest: 'd', effectiveFrom: new Date(0) };
    await write(upsertProtocolDraft({ protocolId, version: 1, sender, receiver }), upsertProtocolVersion(version));
    await write(insertSubject(subjectRef, protocolId, sender, new Date()));
  });
  afterAll(async () => {
    await app?.close();
    await other?.close();
    await admin?.end();
    await judge?.stop();
    await database?.drop();
    await rm(folder, { recursive: true });
  });

  /** As another process does it: this service's memory hears nothing of it. */
  const write = async (...statements: { text: string; values: unknown[] }[]) => {
    for (const { text, values: parameters } of statements) await admin.query(text, parameters);
  };
  const consent = (consentId: string) =>
    insertConsentFact({
      ...{ consentId, version: 1, state: 'given', subjectRef, protocolId, recipient },
      purpose: 'access-to-social-support',
      items: ['name', 'contact'],
      noticePoints: ['which-data', 'to-whom', 'purpose', 'what-happens', 'what-to-expect'],
      givenAt: new Date(0),
      expiresAt: null,
    });
  const given = async () => {
    const consentId = newId();
    await write(consent(consentId));
    return consentId;
  };
  const ask = async (
    consentId: string,
    change: Partial<RequestDisclosureRequest> = {},
    at = app,
  ): Promise<VerdictView> => {
    const person = { sub: 'x', issuer: 'i', client: 'c', userRef: 'u_x' };
    const caller = { party: sender, unit: TEAM, secrecy: true, roles: ['agency-user' as const], ...person };
    const purpose = 'access-to-social-support';
    const body = {
      protocolId,
      subjectRef,
      consentId,
      purpose,
      items: values,
      recipient,
      channel: { kind: 'mail7zip' },
    };
    const info = { key: newId(), fingerprint: newId(), context: context() };
    return (await at.get(RequestDisclosure).execute(caller, info, { ...body, ...change })).body;
  };

  it('are decided on the facts of their own transaction, whatever was remembered, refused and permitted alike', async () => {
    const consentId = await given();
    // Remembered as given by a request that is refused for another reason.
    expect(await ask(consentId, { purpose: 'marketing' })).toMatchObject({ code: 'PURPOSE_NOT_AGREED' });
    await write(withdrawConsentFact(consentId, 2, new Date()));
    expect(await ask(consentId)).toMatchObject({ verdict: 'refused', code: 'CONSENT_WITHDRAWN' });

    const late = newId();
    expect(await ask(late)).toMatchObject({ code: 'CONSENT_MISSING' });
    await write(consent(late), suspendProtocol(protocolId, 2, new Date(0), '11'));
    expect(await ask(late)).toMatchObject({ code: 'PROTOCOL_SUSPENDED' });
    await write(resumeProtocol(protocolId, 3));
    expect(await ask(late)).toMatchObject({ verdict: 'permitted' });
    // Used at this replica; the other one remembers nothing of it, and nor does this one by itself.
    expect(await ask(late, {}, other)).toMatchObject({ code: 'CONSENT_USED' });
    expect(await ask(late)).toMatchObject({ code: 'CONSENT_USED' });
  });

  it('M15 OG-C-consent withdrawn between the decision and the commit of several: the barrier waits for that transaction', async () => {
    const [held, withdrawn] = [await given(), await given()];
    const blocker = new pg.Client({ connectionString: database.ownerUrl });
    await blocker.connect();
    try {
      await blocker.query('BEGIN');
      await blocker.query('INSERT INTO consent_use (consent_id, disclosure_id) VALUES ($1, $2)', [held, newId()]);
      // One transaction: both were decided in it, and it waits to learn who uses the first consent.
      const requests = Promise.all([ask(held), ask(withdrawn)]);
      await eventually(
        async () =>
          (await admin.query(`SELECT FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted`)).rowCount,
        { what: 'the transaction waits' },
      );
      const barrier = { barrier_id: newId(), kind: 'withdrawal' as const, service: 'consent', subject: withdrawn };
      const scope = { protocol_id: protocolId, consent_id: withdrawn, clause: 'C-consent', context: context() };
      await app.get(Outbox).transaction([withdrawn], async (tx) => {
        await tx.query(withdrawConsentFact(withdrawn, 2, new Date()));
        await tx.query(insertPendingBarrier({ ...barrier, ...scope, aggregateversion: 2 }, new Date(0)));
      });
      const applying = other.get(ApplyBarriers).execute();
      await eventually(
        async () => (await admin.query('SELECT FROM pending_barrier WHERE owner IS NOT NULL')).rowCount,
        { what: 'the barrier is worked off' },
      );
      // Who comes now is refused at the other replica, while the barrier waits for the one that decided before.
      expect(await ask(withdrawn, {}, other)).toMatchObject({ code: 'CONSENT_WITHDRAWN' });
      expect((await judge.applied([withdrawn])).size).toBe(0);
      await blocker.query('ROLLBACK');
      expect((await requests).map(({ verdict }) => verdict)).toEqual(['permitted', 'permitted']);
      await applying;
      expect((await judge.applied([withdrawn])).size).toBe(1);
      expect(await judge.findings()).toEqual([]);
    } finally {
      await blocker.end();
    }
  });

  it('let one use a consent and refuse the others in the same commit, also between two replicas in opposite order', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const consents = await Promise.all(Array.from({ length: CONSENTS_PER_ROUND }, given));
      const answers = await Promise.all([
        ...consents.map((consentId) => ask(consentId)),
        ...consents.toReversed().map((consentId) => ask(consentId, {}, other)),
        ask(consents[0]!),
      ]);
      expect(answers.filter(({ verdict }) => verdict === 'permitted')).toHaveLength(CONSENTS_PER_ROUND);
      expect(answers.filter(({ code }) => code === 'CONSENT_USED')).toHaveLength(CONSENTS_PER_ROUND + 1);
      const { rows } = await admin.query(
        `SELECT count(*)::int AS used, count(DISTINCT d.consent_id)::int AS consents FROM consent_use u
           JOIN disclosure d ON d.id = u.disclosure_id AND d.consent_id = u.consent_id AND d.verdict = 'permitted'
          WHERE u.consent_id = ANY ($1)`,
        [consents],
      );
      expect(rows).toEqual([{ used: CONSENTS_PER_ROUND, consents: CONSENTS_PER_ROUND }]);
    }
    const { rows } = await admin.query(
      'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()',
    );
    expect(rows).toEqual([{ deadlocks: 0 }]);
  }, 60_000);
});
