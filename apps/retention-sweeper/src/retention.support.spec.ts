import { readFileSync } from 'node:fs';
import pg from 'pg';
import {
  barrierApplied,
  disclosureAuthorized,
  disclosureDelivered,
  erasureWithheld,
  partyRegistered,
  protocolActivated,
  protocolAmended,
  protocolDrafted,
  protocolGapDecided,
  valuesErased,
} from '@convenant/contracts';
import { formatInstant, newId } from '@convenant/kernel';
import { ensureTopics, fixedTopics } from '@convenant/messaging';
import { applyDecisions, parseProtocol, type PartyDecision } from '@convenant/protocol';
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
import * as retention from './index.js';

export const RETENTION = '/retention/v1';
export const NOW = '2026-03-20T09:00:00Z';

const parsed = parseProtocol(
  readFileSync(new URL('../../../protocols/opgroeien--ocmw-sint-gillis-waas.yaml', import.meta.url), 'utf8'),
  { format: 'yaml' },
);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings));
const text = parsed.model;
const activationDecisions: [string, string][] = [
  ['client-declines', 'erase'],
  ['phase1-ceiling', 'P6M'],
];

/** An event of the outbox: what is on its way to the topic. */
export interface PublishedEvent {
  type: string;
  subject: string;
  data: any;
  clause: string | null;
  actorRef: string | null;
}

/** A running retention service; register and transfer speak to it over their real topics. */
export class RetentionWorld {
  readonly sender = newId();
  readonly receiver = newId();
  readonly stranger = newId();
  private answered = new Set<string>();

  private constructor(
    readonly installation: string,
    readonly service: TestService,
    readonly register: TestNeighbour,
    readonly transfer: TestNeighbour,
    readonly clock: TestClock,
    readonly issuer: TestIssuer,
  ) {}

  static async start(env: Record<string, string> = {}): Promise<RetentionWorld> {
    const installation = testInstallation();
    await ensureTopics({ kafka: kafkaSettings() }, fixedTopics(installation));
    const [clock, issuer] = await Promise.all([TestClock.create(), TestIssuer.start()]);
    await clock.set(NOW);
    const [service, register, transfer] = await Promise.all([
      TestService.start(retention, {
        installation,
        admin: issuer,
        clock,
        env: { SWEEP_EVERY_MS: '50', ...env },
      }),
      TestNeighbour.start(installation, 'register'),
      TestNeighbour.start(installation, 'transfer'),
    ]);
    const world = new RetentionWorld(installation, service, register, transfer, clock, issuer);
    await world.registerParties();
    return world;
  }

  private async registerParties(): Promise<void> {
    const parties = [
      [this.sender, '0886886638'],
      [this.receiver, '0212169781'],
      [this.stranger, '0308357753'],
    ] as const;
    for (const [partyId, enterpriseNumber] of parties) {
      await this.register.publish(partyRegistered, {
        subject: partyId,
        data: {
          partyId,
          name: `Party ${enterpriseNumber}`,
          enterpriseNumber,
          issuer: this.issuer.url,
          jwksUri: this.issuer.jwksUri,
          contacts: [{ role: 'dpo', mailbox: 'dpo@agency.test' }],
        },
      });
    }
    const last = await this.of(this.stranger, ['dpo']);
    await eventually(async () => (await last.get(`${RETENTION}/status`)).status === 200, { what: 'trust has arrived' });
  }

  /** An activated protocol of sender and receiver, with the decisions that activation needs. */
  async agree(): Promise<string> {
    const protocolId = newId();
    const hashes = { documentHash: 'a'.repeat(64), dataHash: 'b'.repeat(64) };
    const of = { subject: protocolId, protocolId };
    await this.register.publish(protocolDrafted, {
      ...of,
      data: {
        protocolId,
        version: 1,
        kind: text.kind,
        regime: text.regime.id,
        parties: { sender: this.sender, receiver: this.receiver },
        ...hashes,
        findings: [],
        model: text as never,
      },
    });
    const decisions: PartyDecision[] = [];
    for (const [openPointId, value] of activationDecisions) {
      await this.decide(protocolId, openPointId, value);
      decisions.push({ openPointId, value, decidedBy: 'receiver', capacity: 'officer', decidedOn: '2026-02-20' });
    }
    await this.register.publish(protocolActivated, {
      ...of,
      data: {
        protocolId,
        version: 1,
        effectiveFrom: '2026-02-28T23:00:00.000Z',
        trigger: 'lastSignature',
        model: applyDecisions(text, decisions).model as never,
      },
    });
    return protocolId;
  }

  /** A second version, signed and in force from `effectiveFrom` on, that keeps files for `period`. */
  async amend(protocolId: string, period: string, effectiveFrom: string): Promise<void> {
    const rules = text.retention.rules.map((rule) => ({
      ...rule,
      period: rule.period === null ? null : period,
      onDeclined: 'erase',
      destructionBasis: rule.basis === null ? null : 'selection rule 7',
    }));
    const model = { ...text, retention: { rules } };
    const of = { subject: protocolId, protocolId };
    const hashes = { documentHash: 'c'.repeat(64), dataHash: 'd'.repeat(64) };
    const parties = { sender: this.sender, receiver: this.receiver };
    const about = { protocolId, version: 2, kind: text.kind, regime: text.regime.id, parties, ...hashes, findings: [] };
    await this.register.publish(protocolAmended, { ...of, data: { ...about, replaces: 1, model: model as never } });
    const data = { protocolId, version: 2, effectiveFrom, trigger: 'date' as const, model: model as never };
    await this.register.publish(protocolActivated, { ...of, data });
  }

  decide(protocolId: string, openPoint: string, value: string): Promise<number> {
    return this.register.publish(protocolGapDecided, {
      subject: protocolId,
      protocolId,
      data: {
        protocolId,
        version: 1,
        decisionId: newId(),
        openPoint,
        clause: '3-phase2',
        value,
        decidedBy: { party: this.receiver, capacity: 'officer' },
        decidedOn: '2026-02-20',
      },
    });
  }

  /** A disclosure that was authorised and delivered at `at`. @returns its id, once its clock runs */
  async deliver(protocolId: string, subjectRef = newId(), at = NOW): Promise<string> {
    const disclosureId = newId();
    const of = { subject: disclosureId, protocolId, protocolVersion: 1 };
    await this.transfer.publish(disclosureAuthorized, {
      ...of,
      data: {
        disclosureId,
        subjectRef,
        protocolId,
        requesterParty: this.sender,
        purpose: 'access-to-social-support',
        items: ['name', 'contact'],
        recipient: { party: this.receiver, unit: 'ocmw-sociale-dienst', category: 'social-worker' },
        requestedAt: at,
        protocolVersion: 1,
        clause: '5',
        channel: { kind: 'mail7zip', route: 'mail' },
        facts: [],
      },
    });
    await this.transfer.publish(disclosureDelivered, {
      ...of,
      data: { disclosureId, protocolId, subjectRef, attemptId: newId(), route: 'mail', deliveredAt: at, clause: '6' },
    });
    await this.until(disclosureId, (clock) => clock.rule !== undefined, 'the clock runs');
    return disclosureId;
  }

  /** Answers every erasure that was asked for and not answered yet. @returns the answered requests */
  async answerErasures(holds: string[] = [], at?: string): Promise<PublishedEvent[]> {
    const asked = (await this.events('erasure.requested')).filter(({ data }) => !this.answered.has(data.erasureId));
    for (const { data } of asked) {
      this.answered.add(data.erasureId);
      const { disclosureId, protocolId, subjectRef, erasureId, items, clause } = data;
      const of = { subject: disclosureId, protocolId, protocolVersion: 1, clause };
      const now = at ?? formatInstant(Date.now());
      if (holds.length > 0) {
        await this.transfer.publish(erasureWithheld, {
          ...of,
          data: { disclosureId, protocolId, subjectRef, erasureId, holds, withheldAt: now },
        });
      } else {
        await this.transfer.publish(valuesErased, {
          ...of,
          data: {
            disclosureId,
            protocolId,
            subjectRef,
            erasureId,
            generation: 1,
            items,
            technique: 'crypto-shred',
            counts: { envelopes: 1, keys: 1, passphrases: 1 },
            verification: { query: 'rows-of-disclosure', remaining: 0 },
            kekGeneration: 1,
            erasedAt: now,
            clause,
          },
        });
      }
    }
    return asked;
  }

  /** What transfer says once nothing under a hold is being erased. */
  async applyBarrier(holdId: string, protocolId: string): Promise<void> {
    const barrierId = newId();
    await this.transfer.publish(barrierApplied, {
      subject: barrierId,
      protocolId,
      data: {
        barrierId,
        cause: { kind: 'hold', service: 'retention', subject: holdId, aggregateversion: 1 },
        protocolId,
        appliedAt: formatInstant(Date.now()),
        waited: { transactionsMs: 1, deliveriesMs: 0 },
        unconfirmed: [],
      },
    });
  }

  /** Somebody of a party with these roles. */
  of(party: string, roles: string[]): Promise<TestClient> {
    return this.service.as(this.issuer, { sub: `${roles.join('+')}@${party}`, party, roles, client_id: 'test-client' });
  }

  /** The clock of a disclosure as the receiver's officer sees it, once it is so. */
  async until(disclosureId: string, check: (clock: any) => boolean, what: string): Promise<any> {
    const dpo = await this.of(this.receiver, ['dpo']);
    return eventually(
      async () => {
        const { status, body } = await dpo.get(`${RETENTION}/clocks/${disclosureId}`);
        return status === 200 && check(body) ? body : undefined;
      },
      { what },
    );
  }

  /** Waits until so many erasures of a disclosure were asked for. */
  async untilAsked(disclosureId: string, times = 1): Promise<PublishedEvent[]> {
    return eventually(
      async () => {
        const asked = (await this.events('erasure.requested')).filter(({ data }) => data.disclosureId === disclosureId);
        return asked.length >= times ? asked : undefined;
      },
      { what: `erasure ${times} of ${disclosureId} is asked for` },
    );
  }

  /** Events of the outbox in order, by name; all without one. */
  async events(name?: string): Promise<PublishedEvent[]> {
    const rows = await this.query('SELECT type, subject, data, clause, actor_ref FROM outbox ORDER BY id');
    return rows
      .map(({ actor_ref: actorRef, ...row }) => ({
        ...row,
        actorRef,
        type: row.type.replace(/^.*\.v1\./, ''),
        data: JSON.parse(String(row.data)),
      }))
      .filter(({ type }) => name === undefined || type === name);
  }

  async eventsOf(disclosureId: string): Promise<string[]> {
    return (await this.events()).filter(({ data }) => data.disclosureId === disclosureId).map(({ type }) => type);
  }

  query(sql: string, values: unknown[] = []): Promise<any[]> {
    return rowsOf(this.service.database.ownerUrl, sql, values);
  }

  asAdmin(sql: string, values: unknown[]): Promise<any[]> {
    return rowsOf(process.env['TEST_DATABASE_URL']!, sql, values);
  }

  async stop(): Promise<void> {
    await Promise.all([this.register.stop(), this.transfer.stop()]);
    await this.service.stop();
    await this.issuer.stop();
    await this.clock.remove();
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
