import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Inject, Module, type DynamicModule, type Type as NestType } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { partyRegistered, Uuid, type EventData, type FactService } from '@convenant/contracts';
import { newId } from '@convenant/kernel';
import { CommandRunner, ensureTopics, fixedTopics, MessagingModule, messagingMigrations } from '@convenant/messaging';
import { createTestDatabase, eventually, kafkaSettings, type TestDatabase } from '@convenant/testing';
import Type from 'typebox';
import {
  Caller,
  Command,
  CommandInfo,
  createService,
  messagingSettings,
  PlatformModule,
  platformMigrations,
  Query,
  startService,
  startTelemetryForTests,
  type CallerIdentity,
  type CommandInformation,
  type CommonSettings,
  type TestTelemetry,
} from '../index.js';
import { Issuer } from './issuer.support.spec.js';
import { tinySettings } from './tiny-service.support.spec.js';

const closed = { additionalProperties: false };
const migrations = [...messagingMigrations, ...platformMigrations];
const PartyId = Type.Object({ partyId: Uuid }, closed);

@Controller('parties')
class PartiesController {
  constructor(@Inject(CommandRunner) private readonly runner: CommandRunner) {}

  @Command({
    path: '',
    needs: { roles: ['installation-admin'] },
    body: partyRegistered.data,
    answer: PartyId,
    summary: 'Registers a party',
  })
  register(
    @Body() data: EventData<typeof partyRegistered>,
    @Caller() caller: CallerIdentity,
    @CommandInfo() { key, fingerprint, context }: CommandInformation,
  ) {
    return this.runner.run({
      party: 'installation',
      client: caller.client,
      key,
      fingerprint,
      aggregates: [data.partyId],
      work: async (tx) => {
        await tx.append(partyRegistered, { subject: data.partyId, data, context });
        return { status: 201, result: { partyId: data.partyId } };
      },
      answer: async ({ partyId }) => ({ partyId: partyId as string }),
    });
  }
}

@Controller('me')
class MeController {
  @Query({ path: '', needs: { roles: ['dpo'] }, answer: PartyId, summary: 'Which party the caller belongs to' })
  async read(@Caller() caller: CallerIdentity) {
    return { partyId: caller.party! };
  }
}

@Module({})
class OwnModule {}

describe('a party registered in one service', () => {
  const apps: NestFastifyApplication[] = [];
  const databases: TestDatabase[] = [];
  const issuers: Issuer[] = [];
  let telemetry: TestTelemetry;
  let register: string;
  let consent: string;

  async function start(
    service: FactService,
    controller: NestType,
    subscribes: FactService[],
    more: Partial<CommonSettings>,
  ): Promise<string> {
    const database = await createTestDatabase({ service: 'tiny', migrations });
    databases.push(database);
    const settings = tinySettings(database, more);
    const module: DynamicModule = {
      module: OwnModule,
      imports: [
        PlatformModule.forRoot({ service, settings, entities: [], migrations }),
        MessagingModule.forRoot({ settings: messagingSettings(settings, service), subscribes, relay: true }),
      ],
      controllers: [controller],
    };
    const app = await createService({ module, service, settings, subscribes });
    apps.push(app);
    return (await startService(app, settings)).url;
  }

  beforeAll(async () => {
    telemetry = startTelemetryForTests();
    issuers.push(await Issuer.start(), await Issuer.start());
    const installation = `t${newId().slice(-8)}`;
    await ensureTopics({ kafka: kafkaSettings() }, fixedTopics(installation));
    const [admin] = issuers as [Issuer, Issuer];
    const more = { INSTALLATION: installation, ADMIN_ISSUER: admin.url, ADMIN_JWKS_URI: admin.jwksUri };
    register = await start('register', PartiesController, [], more);
    consent = await start('consent', MeController, ['register'], more);
  });

  afterAll(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await Promise.all([...issuers.map((issuer) => issuer.stop()), ...databases.map((database) => database.drop())]);
    await telemetry?.stop();
  });

  it('is trusted by another, and one trace leads from the command through outbox and topic into its inbox', async () => {
    const [admin, own] = issuers as [Issuer, Issuer];
    const partyId = newId();
    const token = await own.token({ party: partyId, roles: ['dpo'] });
    const me = () => fetch(`${consent}/consent/v1/me`, { headers: { authorization: `Bearer ${token}` } });
    expect((await me()).status).toBe(401);

    const body = {
      partyId,
      name: 'Invented Body',
      enterpriseNumber: '0995544355',
      issuer: own.url,
      jwksUri: own.jwksUri,
    };
    const request = {
      method: 'POST',
      body: JSON.stringify({ ...body, contacts: [] }),
      headers: {
        'content-type': 'application/json',
        'idempotency-key': newId(),
        authorization: `Bearer ${await admin.token({ roles: ['installation-admin'] })}`,
      },
    };
    const first = await fetch(`${register}/register/v1/parties`, request);
    const again = await fetch(`${register}/register/v1/parties`, request);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(await again.json()).toEqual({ partyId });
    expect([first, again].map((answer) => answer.headers.get('idempotency-replayed'))).toEqual([null, 'true']);

    await eventually(async () => (await me()).status === 200, { what: 'consent trusts the issuer of the party' });
    expect(await (await me()).json()).toEqual({ partyId });

    const trace = first.headers.get('belgov-trace-id');
    const names = await eventually(
      () => {
        const found = telemetry.spans().filter((span) => span.spanContext().traceId === trace);
        return found.some((span) => span.name.startsWith('process')) && found.map((span) => span.name);
      },
      { what: 'the trace has reached the inbox' },
    );
    expect([...(names as string[])].sort()).toEqual([
      'POST /register/v1/parties',
      'process party.registered',
      expect.stringMatching(/^send t\w+\.register\.v1$/),
    ]);
  });
});
