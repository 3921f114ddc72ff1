import pg from 'pg';
import {
  consentGiven,
  consentWithdrawn,
  disclosureAuthorized,
  disclosureDelivered,
  partyRegistered,
  protocolActivated,
  protocolDrafted,
  type FactService,
  type TrailEntry,
} from '@convenant/contracts';
import { newId } from '@convenant/kernel';
import { ensureTopics, fixedTopics, partyAuditTopicOf, partyTopics } from '@convenant/messaging';
import {
  eventually,
  kafkaSettings,
  testInstallation,
  TestIssuer,
  TestNeighbour,
  TestService,
  type TestClient,
} from '@convenant/testing';
import * as audit from './index.js';
import { readTopic, type TopicRecord } from './topic-reader.support.spec.js';

export const AUDIT = '/audit/v1';
const NOW = '2026-03-20T09:00:00.000Z';

/** What an event is about, as each of them says it. */
export const scope = (protocolId: string) => ({ protocolId, protocolVersion: 1 });

/** A running trail; the other services speak to it over their real topics. */
export class AuditWorld {
  readonly sender = newId();
  readonly receiver = newId();
  readonly stranger = newId();
  private readonly published = new Map<FactService, number>();
  readonly recipient = { party: this.receiver, unit: 'ocmw-sociale-dienst', category: 'social-worker' };

  private constructor(
    readonly installation: string,
    readonly issuer: TestIssuer,
    readonly service: TestService,
    readonly at: Record<'register' | 'consent' | 'transfer' | 'retention', TestNeighbour>,
  ) {}

  static async start(): Promise<AuditWorld> {
    const installation = testInstallation();
    await ensureTopics({ kafka: kafkaSettings() }, fixedTopics(installation));
    const issuer = await TestIssuer.start();
    const neighbour = (service: FactService) => TestNeighbour.start(installation, service);
    const [service, register, consent, transfer, retention] = await Promise.all([
      TestService.start(audit, { installation, admin: issuer }),
      neighbour('register'),
      neighbour('consent'),
      neighbour('transfer'),
      neighbour('retention'),
    ]);
    const world = new AuditWorld(installation, issuer, service, { register, consent, transfer, retention });
    for (const [name, each] of Object.entries(world.at)) world.count(name as FactService, each);
    for (const party of [world.sender, world.receiver, world.stranger]) await world.register(party);
    const last = await world.of(world.stranger, ['dpo']);
    await eventually(async () => (await last.get(`${AUDIT}/entries`)).status === 200, { what: 'trust has arrived' });
    return world;
  }

  /** As the register does: the party's topics, and the fact. */
  async register(partyId: string): Promise<void> {
    await this.makeTopics(partyId);
    await this.announce(partyId);
  }

  async makeTopics(partyId: string): Promise<void> {
    const topics = partyTopics(this.installation, partyId, { replication: 1, minInsyncReplicas: 1 });
    await ensureTopics({ kafka: kafkaSettings() }, topics);
  }

  async announce(partyId: string): Promise<void> {
    await this.at.register.publish(partyRegistered, {
      subject: partyId,
      data: {
        partyId,
        name: 'A public body',
        enterpriseNumber: '0886886638',
        issuer: this.issuer.url,
        jwksUri: this.issuer.jwksUri,
        contacts: [{ role: 'dpo', mailbox: 'dpo@agency.test' }],
      },
    });
  }

  /** A protocol in force whose receiver keeps data until the contact, and a file for ten years. */
  async agree(receiver = this.receiver): Promise<string> {
    const protocolId = newId();
    const of = { subject: protocolId, ...scope(protocolId) };
    const label = { nl: 'dossier', fr: 'dossier', en: 'file' };
    const silent = { period: null, ceiling: null, onDeclined: null, destructionBasis: null, basis: null, until: null };
    const rules = [
      {
        ...silent,
        id: 'until-contact',
        phase: 1,
        label,
        from: 'delivered',
        until: 'contactOutcome',
        clause: '3-phase1',
      },
      { ...silent, id: 'client-file', phase: 2, label, from: 'dossierClosed', period: 'P10Y', clause: '3-phase2' },
    ];
    await this.at.register.publish(protocolDrafted, {
      ...of,
      data: {
        protocolId,
        version: 1,
        kind: 'protocol',
        regime: 'vlaams',
        parties: { sender: this.sender, receiver },
        documentHash: 'a'.repeat(64),
        dataHash: 'b'.repeat(64),
        findings: [],
        model: {},
      },
    });
    await this.at.register.publish(protocolActivated, {
      ...of,
      data: {
        protocolId,
        version: 1,
        effectiveFrom: NOW,
        trigger: 'date',
        model: { retention: { rules } },
      },
    });
    return protocolId;
  }

  /** @returns the id of the consent */
  async consent(protocolId: string, subjectRef: string): Promise<string> {
    const consentId = newId();
    await this.at.consent.publish(consentGiven, {
      subject: consentId,
      ...scope(protocolId),
      clause: 'C-consent',
      data: {
        consentId,
        subjectRef,
        protocolId,
        noticeId: newId(),
        informationPoints: ['why'],
        noticeVersion: '2026-03',
        language: 'nl',
        purpose: 'social-support',
        items: ['name', 'phone'],
        recipient: this.recipient,
        method: 'oral',
        eventTime: NOW,
        clause: 'C-consent',
        duration: { occurrences: 1 },
      },
    });
    return consentId;
  }

  async withdraw(protocolId: string, subjectRef: string, consentId: string): Promise<void> {
    await this.at.consent.publish(consentWithdrawn, {
      subject: consentId,
      ...scope(protocolId),
      data: {
        consentId,
        subjectRef,
        protocolId,
        withdrawalId: newId(),
        method: 'oral',
        withdrawnAt: NOW,
        clause: '8',
      },
    });
  }

  /** @returns the id of the disclosure, authorised and delivered */
  async disclose(protocolId: string, subjectRef: string, consentId?: string): Promise<string> {
    const disclosureId = newId();
    const of = { subject: disclosureId, ...scope(protocolId) };
    await this.at.transfer.publish(disclosureAuthorized, {
      ...of,
      clause: '5',
      data: {
        disclosureId,
        subjectRef,
        protocolId,
        requesterParty: this.sender,
        requesterUnit: 'kg-team',
        purpose: 'social-support',
        items: ['name', 'phone'],
        recipient: this.recipient,
        ...(consentId && { consentId }),
        requestedAt: NOW,
        protocolVersion: 1,
        clause: '5',
        channel: { kind: 'mail7zip', route: 'mailbox', cipher: '7z-aes-256' },
        facts: [],
      },
    });
    await this.at.transfer.publish(disclosureDelivered, {
      ...of,
      data: {
        disclosureId,
        protocolId,
        subjectRef,
        attemptId: newId(),
        route: 'mailbox',
        deliveredAt: NOW,
        clause: '6',
      },
    });
    return disclosureId;
  }

  /** Somebody of a party with these roles. */
  of(party: string, roles: string[]): Promise<TestClient> {
    return this.service.as(this.issuer, { sub: `${roles.join('+')}@${party}`, party, roles });
  }

  token(party: string, roles = ['dpo']): Promise<string> {
    return this.issuer.token({ sub: `${roles.join('+')}@${party}`, party, roles });
  }

  /** All that the data protection officer of a party may see, page by page. */
  async entries(party: string, limit = 7): Promise<TrailEntry[]> {
    const dpo = await this.of(party, ['dpo']);
    const all: TrailEntry[] = [];
    for (let after: string | undefined = '0'; after !== undefined;) {
      const { status, body } = await dpo.get(`${AUDIT}/entries?after=${after}&limit=${limit}`);
      if (status !== 200) throw new Error(`entries: ${status} ${JSON.stringify(body)}`);
      all.push(...body.items);
      after = body.next;
    }
    return all;
  }

  private count(service: FactService, neighbour: TestNeighbour): void {
    const publish = neighbour.publish.bind(neighbour);
    neighbour.publish = async (definition, event) => {
      this.published.set(service, (this.published.get(service) ?? 0) + 1);
      return publish(definition, event);
    };
  }

  /** Waits until the trail holds everything that was published. */
  async settled(): Promise<void> {
    const dpo = await this.of(this.sender, ['dpo']);
    await eventually(
      async () => {
        const { body } = await dpo.get(`${AUDIT}/completeness`);
        return [...this.published].every(([name, count]) =>
          body.services.some((each: any) => each.service === name && each.proven === count),
        );
      },
      { what: 'all that was published is in the trail', deadlineMs: 60_000 },
    );
  }

  /** Every record of a party's topic now. */
  topic(party: string): Promise<TopicRecord[]> {
    return readTopic(partyAuditTopicOf(this.installation, party));
  }

  /** In the database of the trail, as its owner. */
  query(sql: string, values: unknown[] = []): Promise<any[]> {
    return rowsOf(this.service.database.ownerUrl, sql, values);
  }

  asAdmin(sql: string, values: unknown[]): Promise<any[]> {
    return rowsOf(process.env['TEST_DATABASE_URL']!, sql, values);
  }

  async stop(): Promise<void> {
    await Promise.all(Object.values(this.at).map((neighbour) => neighbour.stop()));
    await this.service.stop();
    await this.issuer.stop();
  }
}

async function rowsOf(url: string, sql: string, values: unknown[]): Promise<any[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}
