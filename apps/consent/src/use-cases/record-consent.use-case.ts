import { Injectable } from '@nestjs/common';
import { DomainError, formatInstant, newId, type InputFault } from '@convenant/kernel';
import { consentGiven, consentRefused, type ConsentView, type RecordConsentRequest } from '@convenant/contracts';
import { CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { MAX_OPEN_CONSENTS } from '../domain/consent-limits.js';
import { scopeFaults } from '../domain/consent-scope.js';
import { validityOf } from '../domain/consent-validity.js';
import { Consent } from '../db/consent.entity.js';
import { Notice } from '../db/notice.entity.js';
import { GetConsent } from './get-consent.use-case.js';
import type { CommandCall } from './command-call.js';
import { instantOf } from './instants.js';
import { KnownFacts, type ActivatedProtocol } from './known-facts.js';

/**
 * Records what a person answered: consent to one referral, or a refusal. The answer must refer to a notice that this
 * person was given under this protocol, and cannot go beyond the protocol.
 *
 * The person is locked with the consent, so that a withdrawal of everything cannot miss a consent that is just being added.
 *
 * @see GDPR Art. 4(11), Art. 7(1)
 */
@Injectable()
export class RecordConsent {
  constructor(
    private readonly commands: CommandRunner,
    private readonly facts: KnownFacts,
    private readonly getConsent: GetConsent,
  ) {}

  /** @throws DomainError NOT_FOUND, TRANSITION_ILLEGAL, INPUT_INVALID, CONFLICT, UNAVAILABLE */
  async execute(request: RecordConsentRequest, call: CommandCall): Promise<CommandAnswer<ConsentView>> {
    const protocol = await this.facts.activatedProtocol(request.protocolId, call.party);
    const subjectRef = await this.facts.knownSubject(request.subjectRef, protocol.protocolId);
    const id = newId();
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id, subjectRef],
      work: async (tx) => {
        await this.facts.assertReadable(tx, protocol.protocolId, subjectRef);
        await this.record(tx, id, { ...request, subjectRef }, protocol, call);
        return { status: 201, result: { id } };
      },
      answer: (result) => this.getConsent.execute(result['id'] as string, call.party),
    });
  }

  private async record(
    tx: WriteTransaction,
    id: string,
    request: RecordConsentRequest,
    protocol: ActivatedProtocol,
    { context, userRef }: CommandCall,
  ): Promise<void> {
    const { subjectRef, purpose, items, recipient, method } = request;
    const { protocolId, version: protocolVersion, model } = protocol;
    const { clause } = model.consent;
    const [beyond, ...more] = scopeFaults(request, model, protocol.receiver);
    if (beyond !== undefined) {
      throw inputInvalid(
        beyond.clause,
        [beyond, ...more].map(({ fault }) => fault),
      );
    }
    const notice = await tx.manager.findOneBy(Notice, { id: request.noticeId, subjectRef, protocolId });
    if (notice === null) {
      throw inputInvalid(clause, [
        { in: 'body', name: '/noticeId', detail: 'must be a notice that this person was given under this protocol' },
      ]);
    }
    const validity = validityOf(
      {
        eventTime: instantOf(request.eventTime, '/eventTime', tx.now),
        expiresAt: instantOf(request.expiresAt, '/expiresAt', null),
      },
      { providedAt: notice.providedAt.getTime() },
      model,
      tx.now,
    );
    if ('detail' in validity) throw inputInvalid(clause, [validity]);
    const given = request.decision === 'given';
    if (given) await this.assertRoom(tx, subjectRef, protocolId);

    const data = {
      consentId: id,
      subjectRef,
      protocolId,
      noticeId: notice.id,
      informationPoints: notice.informationPoints,
      noticeVersion: notice.noticeVersion,
      language: notice.language as ConsentView['record']['language'],
      purpose,
      items,
      recipient,
      method,
      eventTime: formatInstant(validity.eventTime),
      lawfulBasis: model.consent.role,
      clause,
    };
    const envelope = { subject: id, context, protocolId, protocolVersion, clause, occurredAt: validity.eventTime };
    const event = given
      ? await tx.append(consentGiven, { ...envelope, data: { ...data, duration: durationOf(validity) } })
      : await tx.append(consentRefused, { ...envelope, data });
    await tx.manager.insert(Consent, {
      id,
      version: event.aggregateVersion,
      protocolId,
      protocolVersion,
      subjectRef,
      noticeId: notice.id,
      state: request.decision,
      purpose,
      items,
      recipientParty: recipient.party,
      recipientUnit: recipient.unit,
      recipientCategory: recipient.category,
      method,
      eventTime: new Date(validity.eventTime),
      occurrences: given ? validity.occurrences : null,
      expiresAt: given && validity.expiresAt !== null ? new Date(validity.expiresAt) : null,
      lawfulBasis: model.consent.role,
      controller: protocol.sender,
      enteredBy: userRef,
      clause,
      withdrawalId: null,
    });
  }

  private async assertRoom(tx: WriteTransaction, subjectRef: string, protocolId: string): Promise<void> {
    const open = await tx.manager.countBy(Consent, { subjectRef, protocolId, state: 'given' });
    if (open >= MAX_OPEN_CONSENTS) {
      throw new DomainError('CONFLICT', `Subject ${subjectRef} has ${open} open consents under protocol ${protocolId}`);
    }
  }
}

function durationOf(validity: { occurrences: number | null; expiresAt: number | null }) {
  return {
    ...(validity.occurrences === null ? {} : { occurrences: validity.occurrences }),
    ...(validity.expiresAt === null ? {} : { expiresAt: formatInstant(validity.expiresAt) }),
  };
}

function inputInvalid(clause: string, faults: readonly InputFault[]): DomainError {
  return new DomainError('INPUT_INVALID', 'The consent does not fit the protocol', { clause, faults });
}
