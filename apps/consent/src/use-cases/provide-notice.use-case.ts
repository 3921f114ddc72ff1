import { Injectable } from '@nestjs/common';
import { DomainError, formatInstant, newId } from '@convenant/kernel';
import { noticeProvided, type NoticeView, type ProvideNoticeRequest } from '@convenant/contracts';
import { CommandRunner, type WriteTransaction } from '@convenant/messaging';
import type { CommandAnswer } from '@convenant/platform';
import { missingPoints, unknownPoints } from '../domain/information-points.js';
import { Notice } from '../db/notice.entity.js';
import { GetNotice } from './get-notice.use-case.js';
import type { CommandCall } from './command-call.js';
import { instantOf } from './instants.js';
import { KnownFacts, type ActivatedProtocol } from './known-facts.js';

/**
 * Records what a person was told, before being asked. An incomplete notice is recorded as well: what was left out shows
 * in the answer, and disclosures that would rest on it are refused.
 *
 * @see GDPR Art. 7, Art. 13
 */
@Injectable()
export class ProvideNotice {
  constructor(
    private readonly commands: CommandRunner,
    private readonly facts: KnownFacts,
    private readonly getNotice: GetNotice,
  ) {}

  /** @throws DomainError NOT_FOUND, TRANSITION_ILLEGAL, INPUT_INVALID, UNAVAILABLE */
  async execute(request: ProvideNoticeRequest, call: CommandCall): Promise<CommandAnswer<NoticeView>> {
    const protocol = await this.facts.activatedProtocol(request.protocolId, call.party);
    const subjectRef = await this.facts.knownSubject(request.subjectRef, protocol.protocolId);
    const id = newId();
    return this.commands.run({
      ...call.idempotency,
      aggregates: [id],
      work: async (tx) => {
        await this.facts.assertReadable(tx, protocol.protocolId, subjectRef);
        await this.record(tx, id, { ...request, subjectRef }, protocol, call);
        return { status: 201, result: { id } };
      },
      answer: (result) => this.getNotice.execute(result['id'] as string),
    });
  }

  private async record(
    tx: WriteTransaction,
    id: string,
    request: ProvideNoticeRequest,
    protocol: ActivatedProtocol,
    { context }: CommandCall,
  ): Promise<void> {
    const { subjectRef, noticeVersion, language, informationPoints } = request;
    const { protocolId, version: protocolVersion, model } = protocol;
    const { clause } = model.consent;
    const unknown = unknownPoints(informationPoints, model);
    if (unknown.length > 0) {
      throw new DomainError('INPUT_INVALID', 'The notice names points that the protocol does not have', {
        clause,
        faults: unknown,
      });
    }
    const providedAt = instantOf(request.providedAt, '/providedAt', tx.now);
    if (providedAt > tx.now) {
      throw new DomainError('INPUT_INVALID', 'A notice cannot have been given in the future', {
        faults: [{ in: 'body', name: '/providedAt', detail: 'must not lie in the future' }],
      });
    }
    const missing = missingPoints(informationPoints, model);
    const event = await tx.append(noticeProvided, {
      subject: id,
      data: {
        noticeId: id,
        subjectRef,
        protocolId,
        noticeVersion,
        language,
        informationPoints,
        missingPoints: missing,
        providedAt: formatInstant(providedAt),
      },
      context,
      protocolId,
      protocolVersion,
      clause,
      occurredAt: providedAt,
    });
    await tx.manager.insert(Notice, {
      id,
      version: event.aggregateVersion,
      protocolId,
      subjectRef,
      noticeVersion,
      language,
      informationPoints,
      missingPoints: missing,
      providedAt: new Date(providedAt),
      clause,
    });
  }
}
