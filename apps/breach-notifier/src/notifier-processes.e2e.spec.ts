import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, eventually, kafkaSettings, TestClient, type TestDatabase } from '@convenant/testing';
import pg from 'pg';
import { migrations } from './index.js';
import { BreachWorld, report, SENDER_CONTACT } from './testing/breach-world.support.spec.js';

const root = join(import.meta.dirname, '../../..');

/** The service as it is really started, from the built app. */
describe('notifiers as processes of their own', () => {
  let world: BreachWorld;
  let database: TestDatabase;
  let rows: pg.Pool;
  let folder: string;
  const running = new Set<ChildProcess>();

  beforeAll(async () => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    await promisify(execFile)(process.execPath, [tsc, '-b', 'apps/breach-notifier'], { cwd: root });
    folder = await mkdtemp(join(tmpdir(), 'killed-notifier-'));
    world = await BreachWorld.around();
    database = await createTestDatabase({ service: 'breach', migrations });
    rows = new pg.Pool({ connectionString: database.ownerUrl, max: 2 });
  }, 180_000);

  afterAll(async () => {
    await kill();
    await rows?.end();
    await world?.stop();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  async function kill(): Promise<void> {
    for (const child of running) {
      running.delete(child);
      const gone = once(child, 'exit');
      if (child.kill('SIGKILL')) await gone;
    }
  }

  async function start(): Promise<string> {
    const { brokers, sasl } = kafkaSettings();
    const readyFile = join(folder, `ready-${randomUUID()}`);
    const child = spawn(
      process.execPath,
      ['--import', '@convenant/platform/telemetry', 'apps/breach-notifier/dist/main.js'],
      {
        cwd: root,
        stdio: ['ignore', 'ignore', 'inherit'],
        env: {
          PATH: process.env['PATH'],
          INSTALLATION: world.installation,
          PORT: '0',
          DATABASE_URL: database.runtimeUrl,
          KAFKA_BROKERS: brokers.join(','),
          KAFKA_SASL_USERNAME: sasl.username,
          KAFKA_SASL_PASSWORD: sasl.password,
          USER_REF_KEY: Buffer.alloc(32, 7).toString('base64'),
          ADMIN_ISSUER: world.issuer.url,
          ADMIN_JWKS_URI: world.issuer.jwksUri,
          LOG_LEVEL: 'fatal',
          NODE_ENV: 'test',
          READY_FILE: readyFile,
          SANDBOX_CLOCK_FILE: world.clock.file,
          SMTP_URL: world.mail.url,
          MAIL_FROM: 'convenant@agency.example',
          MAIL_LEASE_MS: '1500',
        },
      },
    );
    running.add(child);
    const { port } = await eventually(async () => JSON.parse(await readFile(readyFile, 'utf8')), {
      what: 'the service is ready',
      deadlineMs: 60_000,
    });
    return `http://127.0.0.1:${port}`;
  }

  /** A breach of a fresh disclosure, reported to a service. */
  async function breached(client: TestClient): Promise<any> {
    const { disclosureId } = await world.disclosure();
    const { body } = await client.post('/breach/v1/breaches', report({ scope: { disclosureIds: [disclosureId] } }));
    return body;
  }

  /** The notice once every mail of it has been sent. */
  function delivered(client: TestClient, noticeId: string): Promise<any> {
    return eventually(
      async () => {
        const { body } = await client.get(`/breach/v1/notices/${noticeId}`);
        return body.mails.every((it: any) => it.state === 'sent') ? body : undefined;
      },
      { what: 'every mail has been sent', deadlineMs: 30_000 },
    );
  }

  async function dpo(url: string, party: string): Promise<TestClient> {
    const claims = { sub: `dpo@${party}`, party, roles: ['dpo'], client_id: 'c' };
    const client = new TestClient(url, await world.issuer.token(claims));
    await eventually(async () => (await client.get('/breach/v1/notices')).status === 200, {
      what: 'the issuer of the party is known',
      deadlineMs: 30_000,
    });
    return client;
  }

  it('OG-9-breach sends it again after a kill, the same bytes and Message-ID, and tells of it once', async () => {
    const first = await dpo(await start(), world.receiver);
    let release = (): void => undefined;
    world.mail.behaviour = { hold: new Promise((resolve) => (release = resolve)) };
    const breach = await breached(first);
    const [noticeId] = breach.notices;
    const sent = () => world.mail.of(noticeId).filter(({ to }) => to === SENDER_CONTACT);
    await eventually(() => sent().length === 1, { what: 'the whole message is with the mail server, unanswered' });
    await kill();
    release();
    world.mail.behaviour = {};

    const again = await dpo(await start(), world.receiver);
    const notice = await delivered(again, noticeId);
    expect(notice.state).toBe('notified');
    expect(sent()).toHaveLength(2);
    expect(new Set(sent().map(({ raw }) => raw)).size).toBe(1);
    expect(sent()[0]!.messageId).toBe(notice.mails.find((it: any) => it.toParty === world.sender).messageId);
    const events = await rows.query(`SELECT type FROM outbox WHERE subject = $1`, [noticeId]);
    expect(events.rows.map(({ type }) => type)).toEqual(['be.convenant.breach.v1.counterparty.notified']);
    const breaches = await again.get('/breach/v1/breaches');
    expect(breaches.body.items.map((it: any) => it.id)).toEqual([breach.id]);
  }, 120_000);

  it('OG-9-breach sends each mail once, however many notifiers run', async () => {
    await kill();
    const [one, other] = await Promise.all([start(), start()]);
    const [atOne, atOther] = [await dpo(one, world.receiver), await dpo(other, world.receiver)];
    const breaches = await Promise.all([1, 2, 3, 4].flatMap(() => [breached(atOne), breached(atOther)]));
    for (const { notices } of breaches) {
      const notice = await delivered(atOther, notices[0]);
      const ids = world.mail.of(notices[0]).map(({ messageId }) => messageId);
      expect(ids.sort()).toEqual(notice.mails.map((it: any) => it.messageId).sort());
      expect(notice.mails.map((it: any) => it.tries)).toEqual([1, 1, 1]);
    }
  }, 120_000);
});
