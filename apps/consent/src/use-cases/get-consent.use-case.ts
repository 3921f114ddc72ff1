import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { formatInstant, type Clock } from '@convenant/kernel';
import type { ConsentView } from '@convenant/contracts';
import { CLOCK } from '@convenant/messaging';
import { consentRecord, stateAt, type ConsentFacts } from '../domain/consent-record.js';
import { Consent } from '../db/consent.entity.js';
import { Notice } from '../db/notice.entity.js';
import { Withdrawal, WithdrawnConsentRow } from '../db/withdrawal.entity.js';
import { KnownFacts, notFound } from './known-facts.js';

/** One consent with its record, for the sending party of its protocol. */
@Injectable()
export class GetConsent {
  constructor(
    private readonly dataSource: DataSource,
    private readonly facts: KnownFacts,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND, also for a consent of another party */
  async execute(id: string, party: string): Promise<ConsentView> {
    const consent = await this.dataSource.getRepository(Consent).findOneBy({ id });
    if (consent === null || !(await this.facts.isSender(consent.protocolId, party))) throw notFound('consent', id);
    const facts = await this.factsOf(consent);
    const now = this.clock.now();
    return {
      id,
      version: consent.version,
      subjectRef: consent.subjectRef,
      protocolId: consent.protocolId,
      noticeId: consent.noticeId,
      state: stateAt(facts, now),
      purpose: consent.purpose,
      items: consent.items,
      recipient: facts.recipient,
      method: consent.method,
      eventTime: formatInstant(facts.eventTime),
      ...(facts.expiresAt === null ? {} : { expiresAt: formatInstant(facts.expiresAt) }),
      ...(facts.withdrawal === null ? {} : { withdrawnAt: formatInstant(facts.withdrawal.at) }),
      clause: consent.clause,
      record: consentRecord(facts, now),
    };
  }

  private async factsOf(consent: Consent): Promise<ConsentFacts> {
    const { manager } = this.dataSource;
    const notice = await manager.findOneByOrFail(Notice, { id: consent.noticeId });
    const { recipientParty: party, recipientUnit: unit, recipientCategory: category } = consent;
    return {
      ...consent,
      recipient: { party, unit, category },
      eventTime: consent.eventTime.getTime(),
      expiresAt: consent.expiresAt?.getTime() ?? null,
      notice: { ...notice, language: notice.language as ConsentView['record']['language'] },
      withdrawal: consent.withdrawalId === null ? null : await this.withdrawalOf(consent.id, consent.withdrawalId),
    };
  }

  private async withdrawalOf(consentId: string, id: string): Promise<ConsentFacts['withdrawal']> {
    const { manager } = this.dataSource;
    const { withdrawnAt, enteredBy } = await manager.findOneByOrFail(Withdrawal, { id });
    const { method } = await manager.findOneByOrFail(WithdrawnConsentRow, { consentId });
    return { at: withdrawnAt.getTime(), method, enteredBy };
  }
}
