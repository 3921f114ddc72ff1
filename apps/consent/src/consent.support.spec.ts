import { readFileSync } from 'node:fs';
import pg from 'pg';
import {
  barrierApplied,
  partyRegistered,
  protocolActivated,
  protocolAmended,
  protocolDrafted,
  protocolGapDecided,
  subjectRegistered,
} from '@convenant/contracts';
import { formatInstant, newId } from '@convenant/kernel';
import { ensureTopics, fixedTopics, KafkaJsProducer, topicOf } from '@convenant/messaging';
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
import * as consent from './index.js';

export const NOW = '2026-04-01T10:00:00Z';

const parsed = parseProtocol(
  readFileSync(new URL('../../../protocols/opgroeien--ocmw-sint-gillis-waas.yaml', import.meta.url), 'utf8'),
  { format: 'yaml' },
);
if (!parsed.ok) throw new Error('The shipped protocol cannot be read');
export const model: ProtocolModel = parsed.model;
export const points = model.consent.informationPoints.map(({ id }) => id);

/** A running consent service beside a register and a transfer that say what a spec has them say. */
export class ConsentWorld {
  readonly sender = newId();
  readonly receiver = newId();
  readonly outsider = newId();
  readonly protocolId = newId();

  private constructor(
    readonly service: TestService,
    readonly register: TestNeighbour,
    readonly transfer: TestNeighbour,
    readonly clock: TestClock,
    readonly issuer: TestIssuer,
    private readonly installation: string,
    private readonly stops: (() => Promise<void>)[],
  ) {}

  static async start(): Promise<ConsentWorld> {
    const stops: (() => Promise<void>)[] = [];
    const started = async <T>(part: Promise<T>, stop: (part: T) => Promise<void>): Promise<T> => {
      const running = await part;
      stops.unshift(() => stop(running));
      return running;
    };
    try {
      const installation = testInstallation();
      await ensureTopics({ kafka: kafkaSettings() }, fixedTopics(installation));
      const clock = await started(TestClock.create(), (it) => it.remove());
      await clock.set(NOW);
      const issuer = await started(TestIssuer.start(), (it) => it.stop());
      const service = await started(TestService.start(consent, { installation, admin: issuer, clock }), (it) =>
        it.stop(),
      );
      const register = await started(TestNeighbour.start(installation, 'register'), (it) => it.stop());
      const transfer = await started(TestNeighbour.start(installation, 'transfer'), (it) => it.stop());
      const world = new ConsentWorld(service, register, transfer, clock, issuer, installation, stops);
      for (const party of [world.sender, world.receiver, world.outsider]) await world.registerParty(party);
      await world.draft(world.protocolId);
      await world.activate(world.protocolId);
      return world;
    } catch (error) {
      for (const stop of stops) await stop();
      throw error;
    }
  }

  private registerParty(partyId: string): Promise<number> {
    const { url, jwksUri } = this.issuer;
    const data = { partyId, name: 'A body', enterpriseNumber: '0886886638', issuer: url, jwksUri, contacts: [] };
    return this.register.publish(partyRegistered, { subject: partyId, data });
  }

  draft(protocolId: string): Promise<number> {
    return this.register.publish(protocolDrafted, { subject: protocolId, protocolId, data: this.drafted(protocolId) });
  }

  /** Version 2, as `change` makes it of the text that ships. */
  amend(protocolId: string, change: Partial<ProtocolModel>): Promise<number> {
    const data = { ...this.drafted(protocolId), version: 2, replaces: 1, model: { ...model, ...change } };
    return this.register.publish(protocolAmended, { subject: protocolId, protocolId, data });
  }

  private drafted(protocolId: string) {
    const hash = 'a'.repeat(64);
    return {
      protocolId,
      version: 1,
      kind: model.kind,
      regime: model.regime.id,
      parties: { sender: this.sender, receiver: this.receiver },
      documentHash: hash,
      dataHash: hash,
      findings: [],
      model: { ...model },
    };
  }

  activate(protocolId: string, version = 1, effectiveFrom = '2026-02-28T23:00:00.000Z'): Promise<number> {
    const data = {
      protocolId,
      version,
      effectiveFrom,
      trigger: 'date' as const,
      model: { ...model },
    };
    return this.register.publish(protocolActivated, { subject: protocolId, protocolId, data });
  }

  /** The receiver decides an open point of the text. */
  decide(protocolId: string, openPoint: string, value: string): Promise<number> {
    const data = {
      protocolId,
      version: 1,
      decisionId: newId(),
      openPoint,
      clause: '3-phase1',
      value,
      decidedBy: { party: this.receiver, capacity: 'officer' },
      decidedOn: '2026-02-20',
    };
    return this.register.publish(protocolGapDecided, { subject: protocolId, protocolId, data });
  }

  /** A record about the aggregate that no service can read. */
  async unreadable(aggregate: string): Promise<void> {
    const producer = new KafkaJsProducer(kafkaSettings(), 'spec');
    await producer.connect();
    try {
      const message = { key: aggregate, value: Buffer.from('{'), headers: {} };
      await producer.send(topicOf(this.installation, 'register'), [message as never]);
    } finally {
      await producer.disconnect();
    }
  }

  /** Rows of the service's own database. */
  async rows(statement: string, values: unknown[] = []): Promise<any[]> {
    const client = new pg.Client({ connectionString: this.service.database.ownerUrl });
    await client.connect();
    try {
      return (await client.query(statement, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** Somebody of a party; waits until the service knows the party's issuer. */
  async of(party: string, roles: string[] = ['agency-user']): Promise<TestClient> {
    const client = await this.service.as(this.issuer, {
      sub: `${roles.join('+')}@${party}`,
      party,
      roles,
      client_id: 'c',
    });
    await eventually(async () => (await client.get(`/consent/v1/consents/${newId()}`)).status !== 401, {
      what: 'the issuer of the party is known',
    });
    return client;
  }

  /** A person whom transfer has given a reference. */
  async person(protocolId = this.protocolId): Promise<string> {
    const subjectRef = newId();
    const data = { subjectRef, protocolId, party: this.sender, registeredAt: formatInstant(Date.now()) };
    await this.transfer.publish(subjectRegistered, { subject: subjectRef, protocolId, data });
    return subjectRef;
  }

  noticeRequest(subjectRef: string, more: object = {}) {
    return {
      subjectRef,
      protocolId: this.protocolId,
      noticeVersion: '2026-02',
      language: 'nl',
      informationPoints: points,
      ...more,
    };
  }

  consentRequest(subjectRef: string, noticeId: string, more: object = {}) {
    return {
      subjectRef,
      protocolId: this.protocolId,
      noticeId,
      decision: 'given',
      purpose: 'access-to-social-support',
      items: ['name', 'contact'],
      recipient: { party: this.receiver, unit: 'ocmw-sociale-dienst', category: 'social-worker' },
      method: 'oral',
      ...more,
    };
  }

  /** Transfer has stopped what rested on a consent. */
  applyBarrier(consentId: string, aggregateversion: number, unconfirmed: string[] = []): Promise<number> {
    const barrierId = newId();
    const { protocolId } = this;
    const cause = { kind: 'withdrawal', service: 'consent', subject: consentId, aggregateversion } as never;
    const waited = { transactionsMs: 4, deliveriesMs: 3 };
    const data = { barrierId, cause, protocolId, appliedAt: formatInstant(Date.now()), waited, unconfirmed };
    return this.transfer.publish(barrierApplied, { subject: barrierId, protocolId, data });
  }

  /** What the service's outbox holds, in order. */
  async events(subject?: string): Promise<{ type: string; subject: string; data: any; clause: string | null }[]> {
    const rows = await this.rows('SELECT * FROM outbox ORDER BY id');
    return rows
      .filter((row) => subject === undefined || row.subject === subject)
      .map((row) => ({ ...row, type: String(row.type).replace(/^.*\.v1\./, ''), data: JSON.parse(String(row.data)) }));
  }

  async stop(): Promise<void> {
    for (const stop of this.stops) await stop();
  }
}
