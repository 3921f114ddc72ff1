import { readFile } from 'node:fs/promises';
import type pg from 'pg';
import {
  consentGiven,
  consentWithdrawn,
  erasureRequested,
  holdPlaced,
  holdReleased,
  partyRegistered,
  protocolActivated,
  protocolAmended,
  protocolDrafted,
  protocolTerminated,
  type RequestDisclosureRequest,
} from '@convenant/contracts';
import { formatInstant, newId } from '@convenant/kernel';
import { parseProtocol, type ProtocolModel } from '@convenant/protocol';
import { eventually, type TestIssuer, type TestNeighbour } from '@convenant/testing';

const file = new URL('../../../../protocols/opgroeien--ocmw-sint-gillis-waas.yaml', import.meta.url);
export const MAILBOX = 'welzijnshuis@sint-gillis-waas.be';
export const TEAM = 'kg-noord-oost-waasland';
export const SOCIAL_SERVICE = 'ocmw-sociale-dienst';

/** Of an invented person. */
export const values: RequestDisclosureRequest['items'] = [
  { item: 'name', fields: { firstName: 'Zoë', lastName: 'Voorbeeldmans' } },
  {
    item: 'contact',
    fields: {
      street: 'Proefstraat 12',
      postalCode: '9170',
      municipality: 'Sint-Gillis-Waas',
      phone: '+32 3 555 01 02',
      email: 'zoe@voorbeeld.example',
    },
  },
];

/** The model of the protocol that ships. */
export async function ogModel(): Promise<ProtocolModel> {
  const parsed = parseProtocol(await readFile(file, 'utf8'), { format: 'yaml' });
  if (!parsed.ok) throw new Error('The protocol file does not parse');
  return parsed.model;
}

/** What register and consent publish, through real outboxes and relays. */
export class Neighbours {
  readonly sender = newId();
  readonly receiver = newId();
  readonly other = newId();
  readonly protocolId = newId();
  model!: ProtocolModel;
  register!: TestNeighbour;
  consent!: TestNeighbour;
  retention!: TestNeighbour;
  /** Of the service, as the owner of its schema. */
  database!: pg.Pool;

  get recipient() {
    return { party: this.receiver, unit: SOCIAL_SERVICE, category: 'social-worker' };
  }

  async registerParty(partyId: string, issuer: TestIssuer): Promise<void> {
    await this.register.publish(partyRegistered, {
      subject: partyId,
      data: {
        partyId,
        name: 'Voorbeelddienst',
        enterpriseNumber: '0123456749',
        issuer: issuer.url,
        jwksUri: issuer.jwksUri,
        contacts: [],
      } as never,
    });
  }

  /** Drafted, active from the date of the text, and known to the service. */
  async protocol(protocolId = this.protocolId): Promise<string> {
    const { model, sender, receiver } = this;
    const hash = 'a'.repeat(64);
    const draft = {
      kind: 'bilateral',
      regime: 'be-vl-art8',
      documentHash: hash,
      dataHash: hash,
      findings: [],
      parties: { sender, receiver },
    };
    await this.register.publish(protocolDrafted, {
      subject: protocolId,
      data: { protocolId, version: 1, ...draft, model } as never,
    });
    const effectiveFrom = '2026-03-01T00:00:00+01:00';
    const data = { protocolId, version: 1, effectiveFrom, trigger: 'date', model };
    const version = await this.register.publish(protocolActivated, { subject: protocolId, data: data as never });
    await eventually(
      async () =>
        (
          await this.database.query('SELECT 1 FROM protocol_fact WHERE protocol_id = $1 AND version >= $2', [
            protocolId,
            version,
          ])
        ).rowCount,
      { what: 'the protocol is known', deadlineMs: 20_000 },
    );
    return protocolId;
  }

  /** A second version, signed and in force from `effectiveFrom` on, with only those items; known to the service. */
  async amendItems(items: readonly string[], effectiveFrom: string): Promise<void> {
    const { protocolId, sender, receiver } = this;
    const model = { ...this.model, dataItems: this.model.dataItems.filter(({ id }) => items.includes(id)) };
    const hash = 'c'.repeat(64);
    const about = { kind: 'bilateral', regime: 'be-vl-art8', documentHash: hash, dataHash: hash, findings: [] };
    await this.register.publish(protocolAmended, {
      subject: protocolId,
      data: { protocolId, version: 2, replaces: 1, parties: { sender, receiver }, ...about, model } as never,
    });
    const data = { protocolId, version: 2, effectiveFrom, trigger: 'date', model };
    const version = await this.register.publish(protocolActivated, { subject: protocolId, data: data as never });
    await eventually(
      async () =>
        (
          await this.database.query('SELECT 1 FROM protocol_fact WHERE protocol_id = $1 AND version >= $2', [
            protocolId,
            version,
          ])
        ).rowCount,
      { what: 'the amendment is known', deadlineMs: 20_000 },
    );
  }

  async terminate(protocolId = this.protocolId): Promise<void> {
    const at = formatInstant(Date.now() - 60_000);
    const ending = {
      endingId: newId(),
      byParty: this.sender,
      receivedAt: at,
      endsAt: at,
      clause: '8',
      dutiesAfter: ['stopFlow'],
    };
    const violation = { clauses: ['4'], evidenceHash: 'b'.repeat(64) };
    const data = { protocolId, version: 1, ...ending, violation };
    await this.register.publish(protocolTerminated, {
      subject: protocolId,
      data: data as never,
      protocolId,
      clause: '8',
    });
  }

  /** @returns what a caller passes on as `seen` */
  async giveConsent(subjectRef: string, change: object = {}): Promise<{ aggregateId: string; version: number }> {
    const consentId = newId();
    const { protocolId } = this;
    const notice = {
      noticeId: newId(),
      informationPoints: this.model.consent.informationPoints.map(({ id }) => id),
      noticeVersion: '1',
      language: 'nl',
    };
    const scope = { purpose: 'access-to-social-support', items: ['name', 'contact'], recipient: this.recipient };
    const given = {
      method: 'oral',
      eventTime: '2026-03-01T09:00:00Z',
      clause: 'C-consent',
      duration: { occurrences: 1 },
    };
    const data = { consentId, subjectRef, protocolId, ...notice, ...scope, ...given, ...change };
    const version = await this.consent.publish(consentGiven, { subject: consentId, protocolId, data: data as never });
    return { aggregateId: consentId, version };
  }

  async withdraw(consentId: string, subjectRef: string): Promise<void> {
    const { protocolId } = this;
    const withdrawal = {
      withdrawalId: newId(),
      method: 'oral',
      withdrawnAt: formatInstant(Date.now()),
      clause: 'C-consent',
    };
    const data = { consentId, subjectRef, protocolId, ...withdrawal };
    await this.consent.publish(consentWithdrawn, { subject: consentId, protocolId, data });
  }

  /** What retention asks when values are due. @returns the id of the erasure */
  async requestErasure(
    disclosureId: string,
    subjectRef: string,
    change: { erasureId?: string; items?: string[]; protocolId?: string } = {},
  ): Promise<string> {
    const { erasureId = newId(), items = ['name', 'contact'], protocolId = this.protocolId } = change;
    const data = {
      ...{ erasureId, purgeId: newId(), disclosureId, protocolId, subjectRef, items },
      ...{ rule: 'contact', reason: 'declined', dueAt: formatInstant(Date.now()), clause: '3-phase1' },
    };
    await this.retention.publish(erasureRequested, { subject: erasureId, data: data as never, protocolId });
    return erasureId;
  }

  /** @returns the id of the hold, known to the service */
  async placeHold(scope: { disclosureId?: string; subjectRef?: string } = {}): Promise<string> {
    const { protocolId } = this;
    const holdId = newId();
    const order = { authority: 'court-of-brussels', reason: 'dispute', placedAt: formatInstant(Date.now()) };
    const data = { holdId, protocolId, scope: { protocolId, ...scope }, ...order };
    await this.retention.publish(holdPlaced, { subject: holdId, data, protocolId });
    return holdId;
  }

  async releaseHold(holdId: string): Promise<void> {
    const { protocolId } = this;
    const order = { authority: 'court-of-brussels', reason: 'settled', releasedAt: formatInstant(Date.now()) };
    await this.retention.publish(holdReleased, { subject: holdId, data: { holdId, protocolId, ...order }, protocolId });
  }
}
