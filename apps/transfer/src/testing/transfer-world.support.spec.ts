import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import type { RequestDisclosureRequest } from '@convenant/contracts';
import { newId } from '@convenant/kernel';
import { ensureTopics, fixedTopics } from '@convenant/messaging';
import { KeyedReferences, loadSettings, startService } from '@convenant/platform';
import {
  createTestDatabase,
  eventually,
  kafkaSettings,
  type TestClaims,
  TestClient,
  TestClock,
  type TestDatabase,
  TestIssuer,
  testInstallation,
  TestNeighbour,
} from '@convenant/testing';
import * as transfer from '../index.js';
import { MailSink } from './mail-sink.support.spec.js';
import { Neighbours, ogModel, SOCIAL_SERVICE, TEAM, values } from './neighbours.support.spec.js';

export { MAILBOX, ogModel, SOCIAL_SERVICE, TEAM, values } from './neighbours.support.spec.js';

/** The whole transfer service with real neighbours on real topics, and a mail server. */
export class TransferWorld extends Neighbours {
  /** Where clients call. */
  url!: string;
  /** Settings of every replica, in this process or in one of its own. */
  env!: Record<string, string>;
  readonly replicas: NestFastifyApplication[] = [];
  mail!: MailSink;
  clock!: TestClock;
  private issuer!: TestIssuer;
  private folder!: string;
  private testDatabase!: TestDatabase;

  /** @param options `replicas`: how many run in this process (default 1); `env`: settings beyond the usual ones */
  static async start(options: { env?: Record<string, string>; replicas?: number } = {}): Promise<TransferWorld> {
    const world = new TransferWorld();
    const installation = testInstallation();
    const kafka = kafkaSettings();
    await ensureTopics({ kafka }, fixedTopics(installation));
    world.folder = await mkdtemp(join(tmpdir(), 'transfer-'));
    world.issuer = await TestIssuer.start();
    world.clock = await TestClock.create();
    world.mail = await MailSink.start();
    world.model = await ogModel();
    world.testDatabase = await createTestDatabase({ service: 'transfer', migrations: transfer.migrations });
    world.database = new pg.Pool({ connectionString: world.testDatabase.ownerUrl, max: 4 });
    // Dropping the database may meet a connection that is still closing.
    world.database.on('error', () => undefined);
    world.env = {
      INSTALLATION: installation,
      PORT: '0',
      DATABASE_URL: world.testDatabase.runtimeUrl,
      KAFKA_BROKERS: kafka.brokers.join(','),
      KAFKA_SASL_USERNAME: kafka.sasl.username,
      KAFKA_SASL_PASSWORD: kafka.sasl.password,
      USER_REF_KEY: Buffer.alloc(32, 7).toString('base64'),
      ADMIN_ISSUER: world.issuer.url,
      ADMIN_JWKS_URI: world.issuer.jwksUri,
      LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'fatal',
      NODE_ENV: 'test',
      SANDBOX_CLOCK_FILE: world.clock.file,
      SMTP_URL: world.mail.url,
      MAIL_FROM: 'mededelingen@agency.example',
      VAULT_KEYRING_FILE: join(world.folder, 'keyring.json'),
      SUBJECT_KEY: Buffer.alloc(32, 5).toString('base64'),
      DELIVERY_RETRY_MS: '100',
      ...options.env,
    };
    world.register = await TestNeighbour.start(installation, 'register');
    world.consent = await TestNeighbour.start(installation, 'consent');
    world.retention = await TestNeighbour.start(installation, 'retention');
    for (let replica = 0; replica < (options.replicas ?? 1); replica += 1) await world.startReplica();
    for (const party of [world.sender, world.receiver, world.other]) await world.registerParty(party, world.issuer);
    return world;
  }

  /** One more copy of the service on the same database. Clients call the last one. @returns its address */
  async startReplica(): Promise<string> {
    const settings = loadSettings(transfer.settingsSchema, this.env);
    const app = await transfer.createApp(settings);
    this.replicas.push(app);
    this.url = (await startService(app, settings)).url;
    return this.url;
  }

  /** Of the service's database, as the owner of its schema. */
  get ownerUrl(): string {
    return this.testDatabase.ownerUrl;
  }

  async stop(): Promise<void> {
    await Promise.all([
      ...this.replicas.map((app) => app.close()),
      this.register.stop(),
      this.consent.stop(),
      this.retention.stop(),
    ]);
    await this.database.end();
    await this.testDatabase.drop();
    await Promise.all([this.mail.stop(), this.issuer.stop(), this.clock.remove()]);
    await rm(this.folder, { recursive: true });
  }

  request(
    subjectRef: string,
    consent: { aggregateId: string; version: number } | null,
    change: object = {},
  ): RequestDisclosureRequest {
    return {
      protocolId: this.protocolId,
      subjectRef,
      ...(consent ? { consentId: consent.aggregateId, seen: [consent] } : {}),
      purpose: 'access-to-social-support',
      items: values,
      recipient: this.recipient,
      channel: { kind: 'mail7zip' },
      ...change,
    };
  }

  /** @param url of the replica to call; default: the last one that started */
  team(change: object = {}, url = this.url): Promise<TestClient> {
    const claims = { sub: 'team-member', party: this.sender, roles: ['agency-user'], unit: TEAM, client_id: 'og' };
    return this.as({ ...claims, secrecy: true, ...change }, url);
  }

  socialWorker(change: object = {}): Promise<TestClient> {
    return this.as({
      sub: 'social-worker',
      party: this.receiver,
      roles: ['agency-user'],
      unit: SOCIAL_SERVICE,
      secrecy: true,
      client_id: 'ocmw',
      ...change,
    });
  }

  stranger(): Promise<TestClient> {
    return this.as({
      sub: 'stranger',
      party: this.other,
      roles: ['agency-user', 'agency', 'dpo'],
      unit: TEAM,
      secrecy: true,
      client_id: 'other',
    });
  }

  anyone(): TestClient {
    return new TestClient(this.url, undefined);
  }

  async as(claims: TestClaims, url = this.url): Promise<TestClient> {
    return new TestClient(url, await this.issuer.token(claims));
  }

  async subject(client?: TestClient, protocolId = this.protocolId): Promise<string> {
    const answer = await (client ?? (await this.team())).post('/transfer/v1/subjects', {
      protocolId,
      agencyCaseRef: `case ${newId()}`,
    });
    if (answer.status !== 201) throw new Error(`subjects: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body.subjectRef;
  }

  token(claims: TestClaims): Promise<string> {
    return this.issuer.token(claims);
  }

  /** The reference of somebody whom the issuer knows, as every service computes it. */
  userRef(sub: string): string {
    return new KeyedReferences(this.env['USER_REF_KEY']!).userRef(this.issuer.url, sub);
  }

  /** Of the receiving party, who answers for what becomes of the data there. */
  receiverDpo(): Promise<TestClient> {
    return this.as({ sub: 'receiver-dpo', party: this.receiver, roles: ['dpo'], client_id: 'ocmw' });
  }

  operator(): Promise<TestClient> {
    return this.as({ sub: 'operator', roles: ['installation-admin'], client_id: 'console' });
  }

  /** A referral that has arrived. */
  async delivered(subjectRef?: string): Promise<{ id: string; subjectRef: string; consentId: string }> {
    const team = await this.team();
    const ref = subjectRef ?? (await this.subject(team));
    const consent = await this.giveConsent(ref);
    // Retryable: on a busy machine the consent may come later than the service waits for it.
    const { body } = await eventually(
      async () => {
        const answer = await team.post('/transfer/v1/disclosures', this.request(ref, consent));
        return answer.body.code === 'VERSION_NOT_SEEN' ? undefined : answer;
      },
      { what: 'the consent is known', deadlineMs: 20_000 },
    );
    if (body.verdict !== 'permitted') throw new Error(`refused: ${body.code}`);
    await this.disclosed(team, body.id, 'delivered');
    return { id: body.id, subjectRef: ref, consentId: consent.aggregateId };
  }

  /** The first event of that name about that subject, once it is there. */
  event(subject: string, name: string, which: (data: any) => boolean = () => true) {
    return eventually(
      async () => (await this.events(subject)).find((event) => event.name === name && which(event.data)),
      { what: `${name} of ${subject}`, deadlineMs: 15_000 },
    );
  }

  /** Events of the service, as its outbox has them, oldest first. */
  async events(subject?: string): Promise<{ name: string; subject: string; data: any; row: any }[]> {
    const { rows } = await this.database.query(
      `SELECT * FROM outbox WHERE $1::text IS NULL OR subject::text = $1 ORDER BY xid, id`,
      [subject ?? null],
    );
    return rows.map((row) => ({
      name: row.type.split('.').slice(4).join('.'),
      subject: row.subject,
      data: JSON.parse(row.data.toString()),
      row,
    }));
  }

  /** The disclosure once it is in that state. */
  disclosed(client: TestClient, id: string, state: string) {
    return eventually(
      async () => {
        const { body } = await client.get(`/transfer/v1/disclosures/${id}`);
        return body.state === state && body;
      },
      { what: `disclosure ${id} is ${state}` },
    );
  }
}
