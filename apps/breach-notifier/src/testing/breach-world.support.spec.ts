import { readFileSync } from 'node:fs';
import pg from 'pg';
import {
  disclosureAuthorized,
  disclosureDelivered,
  disclosureFailed,
  partyRegistered,
  protocolActivated,
  protocolDrafted,
} from '@convenant/contracts';
import { newId, parseInstant } from '@convenant/kernel';
import { ensureTopics, fixedTopics } from '@convenant/messaging';
import { parseProtocol, type ProtocolModel } from '@convenant/protocol';
import {
  eventually,
  kafkaSettings,
  TestClock,
  testInstallation,
  TestIssuer,
  TestNeighbour,
  TestService,
  type TestClient,
} from '@convenant/testing';
import * as breach from '../index.js';
import { MailSink } from './mail-sink.support.spec.js';

export const NOW = '2026-04-03T10:00:00Z';
export const SENDER_CONTACT = 'dpo@opgroeien.be';
export const RECEIVER_CONTACT = 'informatica@sint-gillis-waas.be';
export const RECEIVER_DPO = 'dpo@ocmw.example';

const parsed = parseProtocol(
  readFileSync(new URL('../../../../protocols/opgroeien--ocmw-sint-gillis-waas.yaml', import.meta.url), 'utf8'),
  { format: 'yaml' },
);
if (!parsed.ok) throw new Error('The shipped protocol cannot be read');
export const model: ProtocolModel = parsed.model;

/** A report with the four instants of 2 April, the controller aware at 9:00 of 3 April. */
export function report(more: object = {}): object {
  return {
    nature: ['confidentiality'],
    occurredFrom: '2026-04-02T06:00:00Z',
    occurredTo: '2026-04-02T08:00:00Z',
    detectedAt: '2026-04-03T08:00:00Z',
    awareAt: '2026-04-03T09:00:00Z',
    scope: {},
    ...more,
  };
}

/** A register and a transfer that say what a spec has them say, and a mail server; the service itself only on demand. */
export class BreachWorld {
  readonly sender = newId();
  readonly receiver = newId();
  readonly outsider = newId();
  readonly protocolId = newId();
  service!: TestService;
  database!: pg.Pool;

  private constructor(
    readonly installation: string,
    readonly register: TestNeighbour,
    readonly transfer: TestNeighbour,
    readonly clock: TestClock,
    readonly issuer: TestIssuer,
    readonly mail: MailSink,
  ) {}

  static async start(env: Record<string, string> = {}): Promise<BreachWorld> {
    const world = await BreachWorld.around();
    world.service = await TestService.start(breach, {
      installation: world.installation,
      admin: world.issuer,
      clock: world.clock,
      env: { SMTP_URL: world.mail.url, MAIL_FROM: 'convenant@agency.example', MAIL_RETRY_MS: '100', ...env },
    });
    world.database = new pg.Pool({ connectionString: world.service.database.ownerUrl, max: 2 });
    return world;
  }

  /** All but the service. */
  static async around(): Promise<BreachWorld> {
    const installation = testInstallation();
    await ensureTopics({ kafka: kafkaSettings() }, fixedTopics(installation));
    const clock = await TestClock.create();
    await clock.set(NOW);
    const world = new BreachWorld(
      installation,
      await TestNeighbour.start(installation, 'register'),
      await TestNeighbour.start(installation, 'transfer'),
      clock,
      await TestIssuer.start(),
      await MailSink.start(),
    );
    await world.registerParty(world.sender, 'Opgroeien regie', [{ role: 'dpo', mailbox: 'dpo@opgroeien.example' }]);
    await world.registerParty(world.receiver, 'OCMW Sint-Gillis-Waas', [{ role: 'dpo', mailbox: RECEIVER_DPO }]);
    await world.registerParty(world.outsider, 'Voorbeelddienst', []);
    await world.protocol(world.protocolId);
    return world;
  }

  async stop(): Promise<void> {
    await this.database?.end();
    await this.service?.stop();
    await Promise.all([this.register.stop(), this.transfer.stop(), this.mail.stop(), this.issuer.stop()]);
    await this.clock.remove();
  }

  async protocol(
    protocolId: string,
    parties = { sender: this.sender, receiver: this.receiver },
    change: Partial<ProtocolModel> = {},
  ): Promise<string> {
    const hash = 'a'.repeat(64);
    const text = { ...model, ...change };
    const draft = { protocolId, version: 1, kind: text.kind, regime: text.regime.id, parties, findings: [] };
    await this.register.publish(protocolDrafted, {
      subject: protocolId,
      protocolId,
      data: { ...draft, documentHash: hash, dataHash: hash, model: text },
    });
    const effectiveFrom = '2026-02-28T23:00:00.000Z';
    const data = { protocolId, version: 1, effectiveFrom, trigger: 'date' as const, model: text };
    await this.register.publish(protocolActivated, { subject: protocolId, protocolId, data });
    return protocolId;
  }

  /** A disclosure in the ledger, delivered a minute after it was authorised unless `fails`. */
  async disclosure(
    options: {
      at?: string;
      items?: string[];
      subjectRef?: string;
      protocolId?: string;
      receiver?: string;
      fails?: boolean;
    } = {},
  ): Promise<{ disclosureId: string; subjectRef: string }> {
    const { at = '2026-03-20T09:00:00Z', items = ['name', 'contact'], subjectRef = newId() } = options;
    const { protocolId = this.protocolId, receiver = this.receiver } = options;
    const disclosureId = newId();
    const occurredAt = parseInstant(at);
    const base = { disclosureId, protocolId, subjectRef };
    await this.transfer.publish(disclosureAuthorized, {
      subject: disclosureId,
      protocolId,
      occurredAt,
      data: {
        ...base,
        requesterParty: this.sender,
        purpose: 'access-to-social-support',
        items,
        recipient: { party: receiver, unit: 'ocmw-sociale-dienst', category: 'social-worker' },
        requestedAt: at,
        protocolVersion: 1,
        clause: '3-items',
        channel: { kind: 'mail7zip', route: 'mailbox' },
        facts: [],
      },
    });
    const later = { subject: disclosureId, protocolId, occurredAt: occurredAt + 60_000 };
    const laterAt = new Date(occurredAt + 60_000).toISOString();
    if (options.fails) {
      await this.transfer.publish(disclosureFailed, {
        ...later,
        data: { ...base, code: 'MAIL_REFUSED', failedAt: laterAt },
      });
    } else {
      const delivery = { attemptId: newId(), route: 'mailbox', deliveredAt: laterAt, clause: '6-channel' };
      await this.transfer.publish(disclosureDelivered, { ...later, data: { ...base, ...delivery } });
    }
    if (this.service) await this.ledgerKnows(disclosureId);
    return { disclosureId, subjectRef };
  }

  private ledgerKnows(disclosureId: string): Promise<unknown> {
    return eventually(
      async () =>
        (
          await this.database.query(
            `SELECT 1 FROM disclosure_fact WHERE disclosure_id = $1 AND coalesce(delivered_at, failed_at) IS NOT NULL`,
            [disclosureId],
          )
        ).rowCount,
      { what: 'the ledger knows the disclosure', deadlineMs: 20_000 },
    );
  }

  /** Somebody of a party; waits until the service knows the party's issuer. */
  async of(party: string, roles: string[] = ['dpo']): Promise<TestClient> {
    const claims = { sub: `${roles.join('+')}@${party}`, party, roles, client_id: 'c' };
    const client = await this.service.as(this.issuer, claims);
    await eventually(async () => (await client.get(`/breach/v1/notices/${newId()}`)).status !== 401, {
      what: 'the issuer of the party is known',
      deadlineMs: 20_000,
    });
    return client;
  }

  /** The notice once it is in that state. */
  notice(client: TestClient, id: string, state: string): Promise<any> {
    return eventually(
      async () => {
        const { body } = await client.get(`/breach/v1/notices/${id}`);
        if (body.state !== state) throw new Error(`it is ${body.state}`);
        return body;
      },
      { what: `notice ${id} is ${state}` },
    );
  }

  /** Events of the service, as its outbox has them, oldest first; those of one aggregate, or those that mention an id. */
  async events(id: string): Promise<{ name: string; subject: string; data: any; row: any }[]> {
    const { rows } = await this.database.query('SELECT * FROM outbox ORDER BY xid, id');
    return rows
      .map((row) => ({
        name: String(row.type).replace(/^.*\.v1\./, ''),
        subject: row.subject as string,
        data: JSON.parse(String(row.data)),
        row,
      }))
      .filter(({ subject, data }) => subject === id || data.breachId === id || data.noticeId === id);
  }

  private registerParty(partyId: string, name: string, contacts: { role: string; mailbox: string }[]): Promise<number> {
    const { url: issuer, jwksUri } = this.issuer;
    const data = { partyId, name, enterpriseNumber: '0123456749', issuer, jwksUri, contacts } as never;
    return this.register.publish(partyRegistered, { subject: partyId, data });
  }
}
