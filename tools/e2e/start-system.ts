import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import kafkajs from 'kafkajs';
import pg from 'pg';
import * as audit from '@convenant/audit-trail';
import * as breach from '@convenant/breach-notifier';
import * as consent from '@convenant/consent';
import { ensureTopics, fixedTopics } from '@convenant/messaging';
import { loadSettings, provisionDatabase, startService } from '@convenant/platform';
import * as register from '@convenant/register-of-processing';
import * as retention from '@convenant/retention-sweeper';
import { createSandbox, type Sandbox, type StoryKafka } from '@convenant/sandbox';
import { kafkaSettings, testInstallation } from '@convenant/testing';
import * as transfer from '@convenant/transfer';
import { startEntryProxy } from '../launch/entry-proxy.mjs';
import { makeKafkaPrincipal } from '../lib/kafka-principals.mjs';

const services = { register, consent, transfer, retention, breach, audit } as const;
export type ServiceName = keyof typeof services;

/** The whole system in this process, on the test run's PostgreSQL and Kafka, under a name of its own. */
export interface SystemUnderTest {
  /** The one address. */
  url: string;
  installation: string;
  sandbox: Sandbox;
  /** Folder of the sandbox: mails, keys, personas. */
  sandboxDirectory: string;
  apps: Map<ServiceName, NestFastifyApplication>;
  /** As the owner of the schema, by service. */
  databases: Map<ServiceName, string>;
  /** The fixed ones; those of parties come with their registration. */
  topics: string[];
  kafka: ReturnType<typeof kafkaSettings>;
  /** The broker as the operator of the parties knows it. */
  storyKafka: StoryKafka;
  /** Ends all of it and removes what it made on the servers. */
  stop(): Promise<void>;
}

/** Provisions, starts and connects everything; when something does not start, what did is ended again. */
export async function startSystem(): Promise<SystemUnderTest> {
  const installation = testInstallation();
  const kafka = kafkaSettings();
  const directory = await mkdtemp(join(tmpdir(), 'convenant-e2e-'));
  const undo: (() => Promise<unknown>)[] = [() => rm(directory, { recursive: true, force: true })];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const sandboxDirectory = join(directory, 'sandbox');
    const clockFile = join(sandboxDirectory, 'clock');
    const sandbox = await createSandbox({
      port: 0,
      smtpPort: 0,
      host: '127.0.0.1',
      directory: sandboxDirectory,
      clockFile,
      audience: 'convenant',
    });
    undo.push(() => sandbox.close());
    const topics = fixedTopics(installation);
    const topicNames = topics.map(({ topic }) => topic);
    undo.push(() => removeFromServers(installation));
    await ensureTopics({ kafka }, topics);

    const entry = await startEntryProxy(await freePort());
    undo.push(() => entry.close());
    entry.route('sandbox', sandbox.port);

    const key = randomBytes(32).toString('base64');
    const apps = new Map<ServiceName, NestFastifyApplication>();
    const databases = new Map<ServiceName, string>();
    for (const name of Object.keys(services) as ServiceName[]) {
      const { runtimeUrl, ownerUrl } = await provisionDatabase({
        adminUrl: process.env['TEST_DATABASE_URL']!,
        installation,
        service: name,
        migrations: services[name].migrations,
      });
      databases.set(name, ownerUrl);
      const environment = {
        INSTALLATION: installation,
        NODE_ENV: 'test',
        DATABASE_URL: runtimeUrl,
        KAFKA_BROKERS: kafka.brokers.join(','),
        KAFKA_SASL_USERNAME: kafka.sasl.username,
        KAFKA_SASL_PASSWORD: kafka.sasl.password,
        USER_REF_KEY: key,
        ADMIN_ISSUER: sandbox.issuer,
        ADMIN_JWKS_URI: sandbox.jwksUri,
        SANDBOX_CLOCK_FILE: clockFile,
        ...(['register', 'transfer', 'breach'].includes(name) && {
          SMTP_URL: `smtp://127.0.0.1:${sandbox.smtpPort}`,
          MAIL_FROM: 'convenant@sandbox.example',
        }),
        ...(name === 'transfer' && {
          VAULT_KEYRING_FILE: join(directory, 'keyring.json'),
          SUBJECT_KEY: randomBytes(32).toString('base64'),
        }),
      };
      const app = await start(services[name], environment);
      undo.push(() => app.close());
      apps.set(name, app);
      entry.route(name, (app.getHttpServer().address() as { port: number }).port);
    }
    return {
      url: entry.url,
      installation,
      sandbox,
      sandboxDirectory,
      apps,
      databases,
      topics: topicNames,
      kafka,
      storyKafka: {
        brokers: kafka.brokers,
        makePrincipal: (name, password) => makeKafkaPrincipal({ kafka, name, password }),
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** As `main.ts` of the service does, from the environment on. */
async function start(service: (typeof services)[ServiceName], environment: NodeJS.ProcessEnv) {
  const settings = loadSettings(service.settingsSchema, environment);
  const app = await service.createApp(settings as never);
  await startService(app, { HOST: '127.0.0.1', PORT: 0 });
  return app;
}

async function freePort(): Promise<number> {
  const { freePorts } = await import('../lib/ports.mjs');
  return (await freePorts(1))[0]!;
}

/** Databases with their roles, and every topic of the installation, those of its parties too. */
async function removeFromServers(installation: string): Promise<void> {
  const admin = new pg.Client({ connectionString: process.env['TEST_DATABASE_URL'] });
  await admin.connect();
  for (const name of Object.keys(services)) {
    const database = `${installation}_${name}`;
    await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    for (const role of [database, `${database}_owner`]) await admin.query(`DROP ROLE IF EXISTS ${role}`);
  }
  await admin.end();

  const { brokers, sasl } = kafkaSettings();
  const kafka = new kafkajs.Kafka({
    clientId: 'e2e-clean-up',
    brokers,
    sasl: { mechanism: 'scram-sha-512', ...sasl },
    logLevel: kafkajs.logLevel.NOTHING,
  }).admin();
  await kafka.connect();
  const topics = (await kafka.listTopics()).filter((topic) => topic.startsWith(`${installation}.`));
  await kafka.deleteTopics({ topics });
  await kafka.disconnect();
}
