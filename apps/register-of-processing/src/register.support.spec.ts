import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { ensureTopics, fixedTopics } from '@convenant/messaging';
import {
  kafkaSettings,
  TestClock,
  testInstallation,
  TestIssuer,
  TestNeighbour,
  TestService,
  type TestClient,
  type TestKafkaSettings,
} from '@convenant/testing';
import * as register from './index.js';

export const documentHash = createHash('sha256').update('the signed document').digest('hex');

export function shippedFile(name: string): string {
  return readFileSync(new URL(`../../../protocols/${name}.yaml`, import.meta.url), 'utf8');
}

/** A framework protocol and accessions between invented bodies: no code knows them. */
export function inventedFile(name: string): string {
  return shippedFile(`examples/${name}`);
}

export const ogFile = shippedFile('opgroeien--ocmw-sint-gillis-waas');
/** The same between the same parties, as another agreement. */
export const otherText = ogFile.replace(/^reference: .*$/m, 'reference: another-agreement');
export const fjFile = shippedFile('fod-justitie--departement-wvg');

/** A port that nobody listens on. */
const NO_MAIL_SERVER = 'smtp://127.0.0.1:9';
const OPERATOR = { sub: 'operator', roles: ['installation-admin'] };

/** A running register with the two bodies of a protocol, and everyone who acts for them. */
export class RegisterWorld {
  private constructor(
    readonly installation: string,
    readonly service: TestService,
    readonly transfer: TestNeighbour,
    readonly clock: TestClock,
    readonly issuer: TestIssuer,
    private readonly operator: TestIssuer,
    public admin: TestClient,
    private readonly stops: (() => Promise<void>)[],
  ) {}

  /**
   * @param smtpUrl where mails go; to nobody unless given
   * @param more settings of the register beyond these
   * @param kafka brokers of its own instead of those of the test run; then nobody speaks for transfer there
   */
  static async start(
    now: string,
    kafka: TestKafkaSettings = kafkaSettings(),
    smtpUrl = NO_MAIL_SERVER,
    more: Record<string, string> = {},
  ): Promise<RegisterWorld> {
    const mail = { SMTP_URL: smtpUrl, MAIL_FROM: 'convenant@installation.example' };
    const stops: (() => Promise<void>)[] = [];
    const started = async <T>(part: Promise<T>, stop: (part: T) => Promise<void>): Promise<T> => {
      const running = await part;
      stops.unshift(() => stop(running));
      return running;
    };
    try {
      const installation = testInstallation();
      await ensureTopics({ kafka }, fixedTopics(installation));
      const env = {
        ...mail,
        KAFKA_BROKERS: kafka.brokers.join(','),
        KAFKA_SASL_USERNAME: kafka.sasl.username,
        KAFKA_SASL_PASSWORD: kafka.sasl.password,
        ...more,
      };
      const clock = await started(TestClock.create(), (it) => it.remove());
      await clock.set(now);
      const operator = await started(TestIssuer.start(), (it) => it.stop());
      const issuer = await started(TestIssuer.start(), (it) => it.stop());
      const service = await started(TestService.start(register, { installation, admin: operator, clock, env }), (it) =>
        it.stop(),
      );
      const transfer = await started(TestNeighbour.start(installation, 'transfer'), (it) => it.stop());
      const admin = await service.as(operator, OPERATOR);
      return new RegisterWorld(installation, service, transfer, clock, issuer, operator, admin, stops);
    } catch (error) {
      for (const stop of stops) await stop();
      throw error;
    }
  }

  /** The register ends and starts again on the same database. */
  async restart(): Promise<void> {
    await this.service.restart();
    this.admin = await this.service.as(this.operator, OPERATOR);
  }

  partyRequest(name: string, enterpriseNumber: string, more: object = {}) {
    return {
      name,
      enterpriseNumber,
      issuer: this.issuer.url,
      jwksUri: this.issuer.jwksUri,
      contacts: [{ role: 'dpo', mailbox: 'dpo@agency.test' }],
      firstDpo: { sub: `first-dpo-of-${enterpriseNumber}` },
      ...more,
    };
  }

  async registerParty(name: string, enterpriseNumber: string, more: object = {}): Promise<string> {
    const { status, body } = await this.admin.post(
      '/register/v1/parties',
      this.partyRequest(name, enterpriseNumber, more),
    );
    if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body.id as string;
  }

  /** Somebody of a party with these roles. */
  of(party: string, roles: string[], sub = `${roles.join('+')}@${party}`): Promise<TestClient> {
    return this.service.as(this.issuer, { sub, party, roles, client_id: 'test-client' });
  }

  /** Types and data of the outbox, in order: what is on its way to the topic. */
  async events(
    subject?: string,
  ): Promise<{ type: string; data: any; clause: string | null; sequence: string | null }[]> {
    const client = new pg.Client({ connectionString: this.service.database.ownerUrl });
    await client.connect();
    try {
      const { rows } = await client.query('SELECT * FROM outbox ORDER BY id');
      return rows
        .filter((row) => subject === undefined || row.subject === subject)
        .map((row) => ({
          ...row,
          type: String(row.type).replace(/^.*\.v1\./, ''),
          data: JSON.parse(String(row.data)),
        }));
    } finally {
      await client.end();
    }
  }

  async stop(): Promise<void> {
    for (const stop of this.stops) await stop();
  }
}
