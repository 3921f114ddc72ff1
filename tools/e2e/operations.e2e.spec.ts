import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { exitCodes, run } from '@convenant/cli';
import * as consent from '@convenant/consent';
import { ensureTopics, fixedTopics } from '@convenant/messaging';
import * as register from '@convenant/register-of-processing';
import {
  eventually,
  kafkaSettings,
  testInstallation,
  TestIssuer,
  TestService,
  type TestClient,
} from '@convenant/testing';

const SECRET = 'CANARY-of-a-dead-letter';

describe('what an operator does to a running service', () => {
  const installation = testInstallation();
  let issuer: TestIssuer;
  let services: Record<'register' | 'consent', TestService>;
  let operator: TestClient;
  let token: string;

  beforeAll(async () => {
    await ensureTopics({ kafka: kafkaSettings() }, fixedTopics(installation));
    issuer = await TestIssuer.start();
    const env = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'convenant@installation.example' };
    services = {
      register: await TestService.start(register, { installation, admin: issuer, env }),
      consent: await TestService.start(consent, { installation, admin: issuer }),
    };
    const claims = { sub: 'operator', roles: ['installation-admin'] };
    operator = await services.consent.as(issuer, claims);
    token = await issuer.token(claims);
  }, 60_000);
  afterAll(async () => {
    for (const service of Object.values(services ?? {})) await service.stop();
    await issuer?.stop();
  });

  const operations = '/consent/v1/operations';
  const letters = async () => (await operator.get(`${operations}/dead-letters`)).body;
  const status = async () => (await operator.get(`${operations}/status`)).body;

  async function convenant(...args: string[]) {
    const said = { out: '', err: '' };
    const exitCode = await run(['ops', ...args, '--service', 'consent', '--json'], {
      out: (text) => (said.out += text),
      err: (text) => (said.err += text),
      screen: false,
      env: { CONVENANT_URL: services.consent.url, CONVENANT_TOKEN: token },
    });
    return { exitCode, err: said.err, out: said.out === '' ? undefined : JSON.parse(said.out) };
  }

  async function unreadable(): Promise<void> {
    const { brokers, sasl } = kafkaSettings();
    const client = new kafkajs.Kafka({
      clientId: 'foreign',
      brokers,
      sasl: { mechanism: 'scram-sha-512', ...sasl },
      logLevel: kafkajs.logLevel.NOTHING,
    });
    const producer = client.producer();
    await producer.connect();
    await producer.send({ topic: `${installation}.register.v1`, messages: [{ key: randomUUID(), value: SECRET }] });
    await producer.disconnect();
  }

  it('is for the operator of the installation alone', async () => {
    const stranger = await services.consent.as(issuer, { sub: 'dpo', roles: ['dpo'] });
    const forbidden = await stranger.get(`${operations}/status`);
    expect(forbidden.status).toBeGreaterThanOrEqual(401);
    expect(forbidden.status).toBeLessThanOrEqual(403);
    expect((await (await services.consent.as()).get(`${operations}/dead-letters`)).status).toBe(401);
  });

  it('pauses and resumes once per key, and leaves who and why', async () => {
    const key = randomUUID();
    const body = { what: 'relay', reason: 'the broker is being moved' };
    const paused = await operator.post(`${operations}/pauses`, body, key);
    expect(paused).toMatchObject({ status: 201, body: { operation: 'pause', target: 'relay', reason: body.reason } });
    const again = await operator.post(`${operations}/pauses`, body, key);
    expect(again.body).toEqual(paused.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await operator.post(`${operations}/pauses`, { ...body, reason: 'another' }, key)).toMatchObject({
      status: 409,
      body: { code: 'IDEMPOTENCY_KEY_REUSED' },
    });
    expect(await operator.post(`${operations}/pauses`, body)).toMatchObject({
      status: 409,
      body: { code: 'CONFLICT' },
    });
    expect((await status()).relay.paused).toBe(true);
    expect((await convenant('resume', 'relay', '--reason', 'it is moved')).exitCode).toBe(exitCodes.done);
    const { relay, operations: done } = await status();
    expect(relay.paused).toBe(false);
    expect(done.map(({ operation }: any) => operation)).toEqual(['resume', 'pause']);
    expect(done[0].actorRef).toMatch(/\S/);
    expect((await operator.post(`${operations}/pauses`, { what: 'everything', reason: 'x' })).status).toBe(400);
    expect((await operator.post(`${operations}/pauses`, { what: 'relay', reason: '' })).status).toBe(400);
  });

  it('M7 shows a dead letter without its content, and discards it only with what is lost said', async () => {
    await unreadable();
    const { items } = await eventually(async () => (await letters()).total === 1 && (await letters()), {
      what: 'the dead letter',
    });
    const [letter] = items;
    expect(letter).toMatchObject({
      cause: expect.stringMatching(/^envelope\./),
      topic: `${installation}.register.v1`,
      partition: 0,
      offset: expect.any(String),
      messageHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      blocks: { scope: 'aggregate', aggregate: expect.any(String), appliedVersion: 0 },
      parked: { messages: 0 },
    });
    expect(JSON.stringify(items)).not.toContain(SECRET);

    const redriven = await convenant('redrive', letter.id, '--reason', 'perhaps now');
    expect(redriven).toMatchObject({ exitCode: exitCodes.conflict, err: expect.stringContaining('cannot be handled') });
    const wrong = ['discard', letter.id, '--reason', 'nobody of ours wrote it', '--lost', 'nothing: a foreign record'];
    expect((await convenant(...wrong, '--hash', '0'.repeat(64))).exitCode).toBe(exitCodes.conflict);
    expect((await letters()).total).toBe(1);
    const discarded = await convenant(...wrong, '--hash', letter.messageHash);
    expect(discarded).toMatchObject({
      exitCode: exitCodes.done,
      out: { operation: 'discard', target: letter.id, lost: { statement: 'nothing: a foreign record' } },
    });
    expect((await letters()).total).toBe(0);
    expect((await convenant('discard', randomUUID(), ...wrong.slice(2), '--hash', letter.messageHash)).exitCode).toBe(
      exitCodes.notFound,
    );
  });

  it('M11 replays the replicas of a service; closed until they are as they were, and it answers operators meanwhile', async () => {
    const admin = await services.register.as(issuer, { sub: 'operator', roles: ['installation-admin'] });
    const party = await admin.post('/register/v1/parties', {
      name: 'Agency of the south',
      enterpriseNumber: '0886.886.638',
      issuer: issuer.url,
      jwksUri: issuer.jwksUri,
      contacts: [{ role: 'dpo', mailbox: 'dpo@agency.test' }],
      firstDpo: { sub: 'first-dpo' },
    });
    const agency = await services.consent.as(issuer, { sub: 'system', party: party.body.id, roles: ['agency'] });
    const read = async () => (await agency.get(`/consent/v1/consents/${randomUUID()}`)).status;
    await eventually(async () => (await read()) === 404, { what: 'the party is known' });
    const replayed = await convenant('replay', 'register', '--reason', 'the replica is in doubt');
    expect(replayed).toMatchObject({
      exitCode: exitCodes.done,
      out: { operation: 'replay', counts: { partitions: 1 } },
    });
    expect((await operator.get(`${operations}/status`)).status).toBe(200);
    await eventually(async () => (await read()) === 404, { what: 'the party is known again' });
    expect((await status()).closed).toBeUndefined();
    expect((await convenant('replay', 'breach', '--reason', 'it reads nothing of it')).exitCode).toBe(
      exitCodes.conflict,
    );
    expect((await convenant('rebase', '--reason', 'nothing is older')).exitCode).toBe(exitCodes.conflict);
  });
});
