import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { copyFile } from 'node:fs/promises';
import { exitCodes } from '@convenant/cli';
import { headerOf } from '@convenant/messaging';
import { runStory } from '@convenant/sandbox';
import { eventually } from '@convenant/testing';
import { KeyUnavailable, LocalKeyring, Vault } from '@convenant/vault';
import type { Callers } from './callers.support.spec.js';
import { rebased, RestorableSystem, type Snapshot } from './restorable-system.support.spec.js';
import { headersIn } from './topic-records.js';

/** What the backup does not know: the withdrawal, the correction, the erasures, the breach, the dispute, the ending. */
const BACKUP_BEFORE = 'Fifty consents, one withdrawal';
/** What the story shows after the restore is that everything works again, not every rule once more. */
const notAgain = [
  'What is refused',
  'A breach',
  'Accepted: ten years after the last closing',
  'What cannot be',
  'A dispute holds',
  'An account for the client',
  'The live trail',
  'The audit trail',
];
const REASON = 'restored from the backup of yesterday';

let world: RestorableSystem | undefined;
let before: Snapshot;
/** Disclosures of which every value is erased, and consents that are withdrawn, all since the backup. */
let erased: string[];
let withdrawn: string[];

const call: Callers['call'] = (...asked) => world!.callers.call(...asked);
const convenant: Callers['convenant'] = (...words) => world!.callers.convenant(...words);
const health: Callers['health'] = (service) => world!.callers.health(service);

beforeAll(async () => {
  world = await RestorableSystem.start();
  const { system } = world;
  const story = await runStory({
    baseUrl: system.url,
    kafka: system.storyKafka,
    patienceMs: 60_000,
    leaveOut: ['What is refused', 'The audit trail'],
    beforeChapter: async (title) => (title === BACKUP_BEFORE ? world!.backUp('yesterday') : undefined),
  });
  expect(story.steps.filter(({ ok }) => !ok)).toEqual([]);
  before = await world.snapshot();
  const gone = await world.query<{ id: string }>(
    'transfer',
    `SELECT disclosure_id AS id FROM disclosure_item GROUP BY disclosure_id HAVING bool_and(erased_at IS NOT NULL)`,
  );
  const ended = await world.query<{ id: string }>(
    'consent',
    `SELECT id FROM consent WHERE state = 'withdrawn' ORDER BY id`,
  );
  [erased, withdrawn] = [gone.map(({ id }) => id), ended.map(({ id }) => id)];
  await world.restore('yesterday');
  await system.startApps();
}, 600_000);

afterAll(() => world?.stop(), 60_000);

describe('the data directory of yesterday, put back', () => {
  it('M14 closes every service that is older than its topic: it shows nothing, decides nothing and says why', async () => {
    // Otherwise the tests below show nothing.
    expect(erased.length).toBeGreaterThan(0);
    expect(withdrawn.length).toBeGreaterThan(0);
    const { register, consent, transfer, retention, breach } = before.rows;
    const since = [register['dispute'], register['protocol_ending'], consent['withdrawal'], transfer['correction']];
    for (const rows of [...since, retention['hold'], retention['erasure'], breach['breach_notice']]) {
      expect(rows!.length).toBeGreaterThan(0);
    }
    const still = await world!.query(
      'transfer',
      'SELECT 1 FROM vault_envelope WHERE disclosure_id = ANY ($1::uuid[])',
      [erased],
    );
    expect(still.length).toBeGreaterThan(0);
    for (const service of rebased) {
      const closed = await eventually(
        async () => {
          const { status, body } = await health(service);
          return status === 503 && body;
        },
        { what: `health of ${service} says so` },
      );
      expect(closed).toMatchObject({ status: 'DOWN', details: { closed: expect.stringMatching(/rebase it$/) } });
    }
    const [id] = erased;
    for (const [persona, path, body] of [
      ['ocmw-social-worker', `/transfer/v1/disclosures/${id}/values/collect`, {}],
      ['ocmw-social-worker', `/transfer/v1/disclosures/${id}/passphrase/collect`, {}],
      ['ocmw-dpo', `/transfer/v1/disclosures/${id}`, undefined],
      ['og-agency', `/consent/v1/consents/${withdrawn[0]}`, undefined],
      ['ocmw-dpo', '/retention/v1/status', undefined],
      ['ocmw-dpo', '/breach/v1/breaches', undefined],
      ['og-dpo', '/register/v1/protocols', undefined],
    ] as const) {
      const answer = await call(persona, path, body);
      expect({ path, status: answer.status, code: answer.body.code }).toEqual({
        path,
        status: 503,
        code: 'UNAVAILABLE',
      });
    }
    const status = await convenant('ops', 'status');
    expect(status.exitCode).toBe(exitCodes.unavailable);
    expect(status.out.items.map(({ service, closed }: any) => [service, closed?.because])).toEqual([
      ['register', 'behind'],
      ['consent', 'behind'],
      ['transfer', 'behind'],
      ['retention', 'behind'],
      ['breach', 'behind'],
      // It has no topic to be older than: it reads again what it lacks.
      ['audit', undefined],
    ]);
  });

  it('M14 opens by command alone: says what it learnt again and what no event brings back', async () => {
    for (const service of rebased) {
      const key = randomUUID();
      const rebase = ['ops', 'rebase', '--service', service, '--reason', REASON, '--key', key];
      const done = await convenant(...rebase);
      expect({ service, ...done }).toMatchObject({ service, exitCode: exitCodes.done });
      expect(done.out).toMatchObject({ operation: 'rebase', reason: REASON, notCarried: expect.any(Array) });
      expect(done.out.counts.appended).toBeGreaterThan(0);
      expect(done.out.notCarried.length).toBeGreaterThan(0);
      // The same again is the same operation, and another one has nothing to do.
      expect((await convenant(...rebase)).out).toEqual(done.out);
      expect(await convenant(...rebase.slice(0, -1), randomUUID())).toMatchObject({ exitCode: exitCodes.conflict });
    }
    for (const service of rebased) {
      await eventually(async () => (await health(service)).status === 200, {
        what: `${service} is open`,
        deadlineMs: 60_000,
      });
    }
  }, 120_000);

  it('M14 is as it was before, wherever an event carries it', async () => {
    for (const service of rebased) {
      await eventually(
        async () => {
          const rows = await world!.rowsOf(service);
          return JSON.stringify(rows) === JSON.stringify(before.rows[service]);
        },
        { what: `${service} is as before`, deadlineMs: 15_000 },
      ).catch(() => undefined);
      expect({ service, rows: await world!.rowsOf(service) }).toEqual({ service, rows: before.rows[service] });
    }
  }, 120_000);

  it('M14 gives nothing that was erased, by any path', async () => {
    for (const id of erased) {
      for (const what of ['values', 'passphrase']) {
        const answer = await call('ocmw-social-worker', `/transfer/v1/disclosures/${id}/${what}/collect`, {});
        expect({ id, what, status: answer.status }).not.toMatchObject({ status: 201 });
        expect(answer.status).toBeLessThan(500);
      }
    }
    const rows = await world!.query('transfer', 'SELECT 1 FROM vault_envelope WHERE disclosure_id = ANY ($1)', [
      erased,
    ]);
    expect(rows).toEqual([]);
  });

  it('M14 forgets no withdrawal: a disclosure under it is refused', async () => {
    for (const id of [withdrawn[0]!, withdrawn.at(-1)!]) {
      const { body } = await call('og-agency', `/consent/v1/consents/${id}`);
      expect(body.state).toBe('withdrawn');
    }
    const facts = await world!.query<{ state: string }>(
      'transfer',
      'SELECT state FROM consent_fact WHERE consent_id = ANY ($1::uuid[])',
      [withdrawn],
    );
    expect(facts.map(({ state }) => state)).toEqual(withdrawn.map(() => 'withdrawn'));
    const [consent] = await world!.query<any>('consent', 'SELECT * FROM consent WHERE id = $1', [withdrawn[0]]);
    const [route] = await world!.query<{ address: string }>(
      'transfer',
      `SELECT model::jsonb #>> '{routes,0,address}' AS address FROM protocol_version_fact WHERE protocol_id = $1`,
      [consent.protocol_id],
    );
    const refused = await call('og-team', '/transfer/v1/disclosures', {
      protocolId: consent.protocol_id,
      subjectRef: consent.subject_ref,
      consentId: consent.id,
      purpose: consent.purpose,
      items: [
        { item: 'name', fields: { firstName: 'Iemand', lastName: 'Verzonnen' } },
        {
          item: 'contact',
          fields: {
            street: 'Nergensstraat 1',
            postalCode: '9170',
            municipality: 'Sint-Gillis-Waas',
            phone: '+32 3 555 01 01',
            email: 'iemand@voorbeeld.example',
          },
        },
      ],
      recipient: {
        party: consent.recipient_party,
        unit: consent.recipient_unit,
        category: consent.recipient_category,
      },
      channel: { kind: 'mail7zip', address: route!.address, cipher: '7z-aes-256' },
    });
    expect(refused).toMatchObject({ status: 201, body: { verdict: 'refused', code: 'CONSENT_WITHDRAWN' } });
  });

  it('M14 goes on behind the last number, and the trail, restored too, has every one of them', async () => {
    const again = await runStory({ baseUrl: world!.system.url, patienceMs: 60_000, leaveOut: notAgain });
    expect(again.steps.filter(({ ok }) => !ok)).toEqual([]);
    for (const service of rebased) {
      await world!.allSent(service);
      expect(await world!.sequenceOf(service)).toBeGreaterThan(before.sequences[service]);
      const seen = new Map<number, string>();
      const versions = new Map<string, string>();
      for (const headers of await headersIn(world!.system, `${world!.system.installation}.${service}.v1`)) {
        const id = headers[headerOf.id]!;
        const sequence = Number(headers[headerOf.sequence]);
        expect(seen.get(sequence) ?? id).toBe(id);
        seen.set(sequence, id);
        const version = `${headers[headerOf.subject]} ${headers[headerOf.aggregateversion]}`;
        expect(versions.get(version) ?? id).toBe(id);
        versions.set(version, id);
      }
      expect(seen.size).toBe(Math.max(...seen.keys()));
    }
    const complete = await eventually(
      async () => {
        const { body } = await call('og-dpo', '/audit/v1/completeness');
        return body.services.every((one: any) => one.missing === 0 && one.proven === one.highest) && body;
      },
      { what: 'the trail is complete' },
    );
    const proven = Object.fromEntries(complete.services.map((one: any) => [one.service, one.proven]));
    for (const service of rebased) expect(proven[service]).toBe(await world!.sequenceOf(service));
  }, 200_000);
});

describe('a service on another cluster than before', () => {
  it('M14 is closed, says so, and opens by rebase', async () => {
    await world!.query('consent', `UPDATE service_state SET system_identifier = '1', server_started_at = NULL`);
    await world!.system.stopApps();
    await world!.system.startApps();
    const status = await convenant('ops', 'status', '--service', 'consent');
    expect(status).toMatchObject({ exitCode: exitCodes.unavailable });
    expect(status.out.items[0].closed).toMatchObject({ because: 'cluster' });
    const done = await convenant('ops', 'rebase', '--service', 'consent', '--reason', 'moved to another cluster');
    expect(done.out.counts).toMatchObject({ appended: 0 });
    await eventually(async () => (await health('consent')).status === 200, { what: 'open' });
  }, 60_000);
});

describe('a data directory from before a key-encryption key was destroyed', () => {
  it('has envelopes that nobody can open any more', async () => {
    await copyFile(world!.system.keyringFile, world!.asideOf('keyring'));
    const rotation = await call('admin', '/transfer/v1/keys/rotations', {});
    const rotated = await eventually(
      async () => {
        const { body } = await call('admin', `/transfer/v1/keys/rotations/${rotation.body.id}`);
        return body.state === 'rewrapped' && body;
      },
      { what: 'the data keys are wrapped anew' },
    );
    const destroyed = await call('admin', `/transfer/v1/keys/rotations/${rotated.id}/destruction`, {
      backupConfirmedAt: new Date().toISOString(),
    });
    expect(destroyed.status).toBe(201);
    await eventually(
      async () => (await call('admin', `/transfer/v1/keys/rotations/${rotated.id}`)).body.state === 'destroyed',
      { what: 'the old key is destroyed' },
    );

    await world!.restore('yesterday');
    const old = await world!.query<any>('transfer', 'SELECT * FROM vault_envelope');
    expect(old.length).toBeGreaterThan(0);
    const openAll = async (keyringFile: string) => {
      const vault = new Vault(await LocalKeyring.open(keyringFile, { create: false }));
      return Promise.allSettled(
        old.map(async ({ disclosure_id: ownerId, part, items, generation, ciphertext, wrapped_key: wrappedKey }) =>
          vault.open({ ciphertext, wrappedKey }, { ownerId, part, items, generation }),
        ),
      );
    };
    // Nothing but the destroyed key stands between: a copy of the keyring from before still opens them.
    expect(new Set((await openAll(world!.asideOf('keyring'))).map(({ status }) => status))).toEqual(
      new Set(['fulfilled']),
    );
    for (const opened of await openAll(world!.system.keyringFile)) {
      expect(opened).toMatchObject({ status: 'rejected', reason: expect.any(KeyUnavailable) });
    }
  }, 60_000);
});
