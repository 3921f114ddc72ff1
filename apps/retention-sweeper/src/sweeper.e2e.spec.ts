import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadSettings, startService } from '@convenant/platform';
import { eventually, kafkaSettings, TestClient } from '@convenant/testing';
import { createApp, settingsSchema } from './index.js';
import { RETENTION, RetentionWorld } from './retention.support.spec.js';

describe('the sweeper', () => {
  let world: RetentionWorld;
  let second: NestFastifyApplication | undefined;

  beforeAll(async () => {
    world = await RetentionWorld.start();
  });
  afterAll(async () => {
    await second?.close();
    await world?.stop();
  });

  /** Another process of the service, as far as it matters: on the same database and topics. */
  async function startSecond(): Promise<string> {
    const { brokers, sasl } = kafkaSettings();
    const settings = loadSettings(settingsSchema, {
      INSTALLATION: world.installation,
      DATABASE_URL: world.service.database.runtimeUrl,
      KAFKA_BROKERS: brokers.join(','),
      KAFKA_SASL_USERNAME: sasl.username,
      KAFKA_SASL_PASSWORD: sasl.password,
      USER_REF_KEY: randomBytes(32).toString('base64'),
      LOG_LEVEL: 'fatal',
      NODE_ENV: 'test',
      SANDBOX_CLOCK_FILE: world.clock.file,
      SWEEP_EVERY_MS: '50',
    });
    second = await createApp(settings);
    return (await startService(second, settings as never)).url;
  }

  const leaders = () =>
    world.query(
      `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (
         SELECT oid FROM pg_database WHERE datname = current_database())
       AND pid IN (SELECT pid FROM pg_stat_activity WHERE application_name = 'retention.sweeper')`,
    );

  it('is led by one process, and by another one when that ends; what was under way goes on', async () => {
    const protocolId = await world.agree();
    const [first, later] = [await world.deliver(protocolId), await world.deliver(protocolId)];
    await eventually(async () => (await leaders()).length === 1, { what: 'one leads' });
    const [leader] = await leaders();
    const url = await startSecond();

    const worker = await world.of(world.receiver, ['agency']);
    const decline = (client: TestClient, disclosureId: string) =>
      client.post(`${RETENTION}/triggers`, { disclosureId, kind: 'contactOutcome', outcome: 'declined' });
    await decline(worker, first);
    await world.untilAsked(first);
    expect(await leaders()).toEqual([leader]);

    await world.service.app.close();
    const claims = { sub: 'worker', party: world.receiver, roles: ['agency'], client_id: 'test-client' };
    const elsewhere = new TestClient(url, await world.issuer.token(claims));
    expect((await decline(elsewhere, later)).status).toBe(201);
    await world.untilAsked(later);
    await world.answerErasures();
    for (const disclosureId of [first, later]) {
      await eventually(
        async () => (await elsewhere.get(`${RETENTION}/clocks/${disclosureId}`)).body.state === 'erased',
        { what: `${disclosureId} is erased` },
      );
    }
    await eventually(async () => (await world.events('purge.completed')).length === 2, {
      what: 'both purges are closed',
    });
    expect(await world.events('erasure.requested')).toHaveLength(2);
    expect(await leaders()).toHaveLength(1);
  });

  it('takes over from a leader whose connection was cut', async () => {
    const [before] = await eventually(async () => ((await leaders()).length === 1 ? leaders() : undefined), {
      what: 'one leads',
    });
    await world.asAdmin('SELECT pg_terminate_backend($1)', [before.pid]);
    await eventually(
      async () => {
        const now = await leaders();
        return now.length === 1 && now[0].pid !== before.pid;
      },
      { what: 'one leads again' },
    );
  });
});
