import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { parseInstant } from '@convenant/kernel';
import { loadSettings, startService } from '@convenant/platform';
import type { Static, TObject } from 'typebox';
import { kafkaSettings } from './installation.js';
import { TestClient } from './test-client.js';
import { createTestDatabase, type Migration, type TestDatabase } from './test-database.js';
import type { TestClaims, TestIssuer } from './test-issuer.js';

/** The key by which every test service computes the same `userRef`. */
const USER_REF_KEY = Buffer.alloc(32, 7).toString('base64');

/** What an app exports. */
export interface TestableApp<Settings extends TObject> {
  serviceName: string;
  settingsSchema: Settings;
  migrations: readonly Migration[];
  createApp(settings: Static<Settings>): Promise<NestFastifyApplication>;
}

export interface TestServiceOptions {
  installation: string;
  /** Issuer of the installation-admin. */
  admin: TestIssuer;
  clock?: TestClock;
  /** Settings of this app beyond the common ones. */
  env?: Record<string, string>;
}

/** Moves the legal time of the services that are given it; not moved until `set`. */
export class TestClock {
  private constructor(private readonly folder: string) {}

  static async create(): Promise<TestClock> {
    return new TestClock(await mkdtemp(join(tmpdir(), 'convenant-clock-')));
  }

  get file(): string {
    return join(this.folder, 'offset');
  }

  /** From now on it is `instant`, and time goes on from there. */
  async set(instant: string): Promise<void> {
    await writeFile(this.file, String(parseInstant(instant) - Date.now()));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}

/** A whole service of the product, running in this process on a database of its own. The topics must exist. */
export class TestService {
  private constructor(
    private readonly launch: () => Promise<{ app: NestFastifyApplication; url: string }>,
    private running: { app: NestFastifyApplication; url: string },
    readonly database: TestDatabase,
  ) {}

  get app(): NestFastifyApplication {
    return this.running.app;
  }

  get url(): string {
    return this.running.url;
  }

  static async start<Settings extends TObject>(
    tested: TestableApp<Settings>,
    options: TestServiceOptions,
  ): Promise<TestService> {
    const { serviceName: service, migrations } = tested;
    const database = await createTestDatabase({ service, migrations });
    const { brokers, sasl } = kafkaSettings();
    const settings = loadSettings(tested.settingsSchema, {
      INSTALLATION: options.installation,
      PORT: '0',
      DATABASE_URL: database.runtimeUrl,
      KAFKA_BROKERS: brokers.join(','),
      KAFKA_SASL_USERNAME: sasl.username,
      KAFKA_SASL_PASSWORD: sasl.password,
      USER_REF_KEY,
      ADMIN_ISSUER: options.admin.url,
      ADMIN_JWKS_URI: options.admin.jwksUri,
      LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'fatal',
      NODE_ENV: 'test',
      ...(options.clock ? { SANDBOX_CLOCK_FILE: options.clock.file } : {}),
      ...options.env,
    });
    const launch = async () => {
      const app = await tested.createApp(settings);
      const { url } = await startService(app, settings as never);
      return { app, url };
    };
    return new TestService(launch, await launch(), database);
  }

  /** Ends the service and starts it again on the same database; callers made before have its old address. */
  async restart(): Promise<void> {
    await this.app.close();
    this.running = await this.launch();
  }

  /** A caller with a token of `issuer`; without one, an anonymous caller. */
  async as(issuer?: TestIssuer, claims?: TestClaims): Promise<TestClient> {
    return new TestClient(this.url, issuer && claims ? await issuer.token(claims) : undefined);
  }

  /** Stops the service and drops its database. */
  async stop(): Promise<void> {
    await this.app.close();
    await this.database.drop();
  }
}
