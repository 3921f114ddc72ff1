import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import * as audit from '@convenant/audit-trail';
import * as breach from '@convenant/breach-notifier';
import * as consent from '@convenant/consent';
import { ensureTopics, fixedTopics } from '@convenant/messaging';
import { loadSettings, provisionDatabase, startService } from '@convenant/platform';
import * as register from '@convenant/register-of-processing';
import * as retention from '@convenant/retention-sweeper';
import { createSandbox, type Sandbox, type StoryKafka } from '@convenant/sandbox';
import { kafkaSettings, required, testInstallation } from '@convenant/testing';
import * as transfer from '@convenant/transfer';
import { startEntryProxy } from '../launch/entry-proxy.mjs';
import { makeKafkaPrincipal } from '../lib/kafka-principals.mjs';
import { removeInstallation } from '../lib/remove-installation.mjs';

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
  /** The key-encryption keys of transfer. */
  keyringFile: string;
  apps: Map<ServiceName, NestFastifyApplication>;
  /** As the owner of the schema, by service. */
  databases: Map<ServiceName, string>;
  /** The fixed ones; those of parties come with their registration. */
  topics: string[];
  kafka: ReturnType<typeof kafkaSettings>;
  /** The broker as the operator of the parties knows it. */
  storyKafka: StoryKafka;
  /** Ends the services, as a deployment does. */
  stopApps(): Promise<void>;
  /** Starts them again behind the same address. */
  startApps(): Promise<void>;
  /** Ends all of it and removes what it made on the servers. */
  stop(): Promise<void>;
}

/**
 * Provisions, starts and connects everything; when something does not start, what did is ended again.
 * @param adminUrl of another PostgreSQL than that of the run
 * @param more settings of single services beyond those that all need
 */
export async function startSystem(
  adminUrl = required('TEST_DATABASE_URL'),
  more: Partial<Record<ServiceName, NodeJS.ProcessEnv>> = {},
): Promise<SystemUnderTest> {
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
    const keyringFile = join(directory, 'keyring.json');
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
    undo.push(() =>
      removeInstallation({
        installation,
        services: Object.keys(services),
        adminUrl,
        kafka,
      }),
    );
    await ensureTopics({ kafka }, topics);

    const entry = await startEntryProxy(await freePort());
    undo.push(() => entry.close());
    entry.route('sandbox', sandbox.port);

    const key = randomBytes(32).toString('base64');
    const apps = new Map<ServiceName, NestFastifyApplication>();
    const databases = new Map<ServiceName, string>();
    const environments = new Map<ServiceName, NodeJS.ProcessEnv>();
    for (const name of Object.keys(services) as ServiceName[]) {
      const { runtimeUrl, ownerUrl } = await provisionDatabase({
        adminUrl,
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
        ...(name === 'register' && {
          PUBLICATION_HTTP_HOSTS: sandbox.websiteHost,
          SANDBOX_PUBLICATION_PRIVATE: 'true',
        }),
        ...(name === 'transfer' && {
          SOURCE_ORIGINS: sandbox.sourceOrigins.join(' '),
          VAULT_KEYRING_FILE: keyringFile,
          SUBJECT_KEY: randomBytes(32).toString('base64'),
        }),
        ...more[name],
      };
      environments.set(name, environment);
    }
    const startApps = async () => {
      for (const [name, environment] of environments) {
        const app = await start(services[name], environment);
        apps.set(name, app);
        entry.route(name, (app.getHttpServer().address() as { port: number }).port);
      }
    };
    const stopApps = async () => {
      for (const app of [...apps.values()].reverse()) await app.close();
      apps.clear();
    };
    undo.push(stopApps);
    await startApps();
    return {
      url: entry.url,
      installation,
      sandbox,
      sandboxDirectory,
      keyringFile,
      apps,
      databases,
      topics: topicNames,
      kafka,
      storyKafka: {
        brokers: kafka.brokers,
        makePrincipal: (name, password) => makeKafkaPrincipal({ kafka, name, password }),
      },
      stopApps,
      startApps,
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
