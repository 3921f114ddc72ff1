import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { consentGiven, consentRefused, consentWithdrawn, EventData } from '@convenant/contracts';
import { parseInstant } from '@convenant/kernel';
import { type HandlerContext, PermanentFailure, Projects, type ReceivedEvent } from '@convenant/messaging';
import { insertConsentFact, withdrawConsentFact } from '../db/fact.statements.js';

/** Keeps what the consent service says, as far as disclosures are decided on it. */
@Controller()
export class ConsentFactsConsumer {
  @Projects()
  @EventPattern<string>('consent.given')
  async onGiven(@Payload() event: ReceivedEvent<EventData<typeof consentGiven>>, @Ctx() { tx }: HandlerContext) {
    const { expiresAt } = event.data.duration;
    await tx.query(fact(event, 'given', expiresAt ? new Date(parseInstant(expiresAt)) : null));
  }

  @Projects()
  @EventPattern<string>('consent.refused')
  async onRefused(@Payload() event: ReceivedEvent<EventData<typeof consentRefused>>, @Ctx() { tx }: HandlerContext) {
    await tx.query(fact(event, 'refused', null));
  }

  @Projects()
  @EventPattern<string>('consent.withdrawn')
  async onWithdrawn(
    @Payload() event: ReceivedEvent<EventData<typeof consentWithdrawn>>,
    @Ctx() { tx }: HandlerContext,
  ) {
    const { consentId, withdrawnAt } = event.data;
    const at = new Date(parseInstant(withdrawnAt));
    const changed = await tx.query(withdrawConsentFact(consentId, event.aggregateVersion, at));
    if (changed.length === 0)
      throw new PermanentFailure('consent.unknown', 'consent.withdrawn without a consent before it');
  }
}

function fact(
  event: ReceivedEvent<EventData<typeof consentRefused>>,
  state: 'given' | 'refused',
  expiresAt: Date | null,
) {
  const { consentId, subjectRef, protocolId, purpose, items, recipient, informationPoints, eventTime } = event.data;
  return insertConsentFact({
    consentId,
    version: event.aggregateVersion,
    state,
    subjectRef,
    protocolId,
    purpose,
    items,
    recipient,
    noticePoints: informationPoints,
    givenAt: new Date(parseInstant(eventTime)),
    expiresAt,
  });
}
