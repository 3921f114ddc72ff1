import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type {
  consentWithdrawn,
  EventData,
  holdPlaced,
  protocolExpired,
  protocolLapsed,
  protocolLinkedAgreementEnded,
  protocolNoticeGiven,
  protocolRevoked,
  protocolSuspended,
  protocolTerminated,
  userRevoked,
} from '@convenant/contracts';
import { newId, parseInstant } from '@convenant/kernel';
import { type HandlerContext, Reacts, type ReceivedEvent } from '@convenant/messaging';
import { insertPendingBarrier, wakeBarriers } from '../db/barrier.statements.js';
import type { BarrierKind } from '../domain/barrier-cause.js';

type Ending = EventData<
  | typeof protocolTerminated
  | typeof protocolExpired
  | typeof protocolRevoked
  | typeof protocolNoticeGiven
  | typeof protocolLapsed
  | typeof protocolLinkedAgreementEnded
>;

/** A withdrawal holds as soon as it is known, whatever this machine's clock says. */
const AT_ONCE = 0;

const ownSubject = { aggregates: (event: ReceivedEvent) => [event.subject] };

/**
 * Puts up a barrier for each cause, in the transaction in which the fact itself changes: there is no moment at which the
 * one is known here and the other is not.
 */
@Controller()
export class BarrierCausesConsumer {
  @Reacts({ reaction: 'barrier.withdrawal', ...ownSubject })
  @EventPattern<string>('consent.withdrawn')
  async onWithdrawn(
    @Payload() event: ReceivedEvent<EventData<typeof consentWithdrawn>>,
    @Ctx() context: HandlerContext,
  ) {
    const { protocolId, consentId, clause } = event.data;
    await pending(context, event, 'withdrawal', { protocolId, consentId, clause }, AT_ONCE);
  }

  @Reacts({ reaction: 'barrier.termination', ...ownSubject })
  @EventPattern<string>('protocol.terminated')
  async onTerminated(@Payload() event: ReceivedEvent<Ending>, @Ctx() context: HandlerContext) {
    await pending(context, event, 'ending', event.data, parseInstant(event.data.endsAt));
  }

  @Reacts({ reaction: 'barrier.revocation', ...ownSubject })
  @EventPattern<string>('protocol.revoked')
  async onRevoked(@Payload() event: ReceivedEvent<Ending>, @Ctx() context: HandlerContext) {
    await pending(context, event, 'ending', event.data, parseInstant(event.data.endsAt));
  }

  /** Waits in the table until the notice period is over. */
  @Reacts({ reaction: 'barrier.notice', ...ownSubject })
  @EventPattern<string>('protocol.notice.given')
  async onNoticeGiven(@Payload() event: ReceivedEvent<Ending>, @Ctx() context: HandlerContext) {
    await pending(context, event, 'ending', event.data, parseInstant(event.data.endsAt));
  }

  @Reacts({ reaction: 'barrier.lapse', ...ownSubject })
  @EventPattern<string>('protocol.lapsed')
  async onLapsed(@Payload() event: ReceivedEvent<Ending>, @Ctx() context: HandlerContext) {
    await pending(context, event, 'ending', event.data, parseInstant(event.data.endsAt));
  }

  @Reacts({ reaction: 'barrier.linkedAgreement', ...ownSubject })
  @EventPattern<string>('protocol.linkedAgreement.ended')
  async onLinkedAgreementEnded(@Payload() event: ReceivedEvent<Ending>, @Ctx() context: HandlerContext) {
    await pending(context, event, 'ending', event.data, parseInstant(event.data.endsAt));
  }

  @Reacts({ reaction: 'barrier.expiry', ...ownSubject })
  @EventPattern<string>('protocol.expired')
  async onExpired(@Payload() event: ReceivedEvent<Ending>, @Ctx() context: HandlerContext) {
    await pending(context, event, 'ending', event.data, parseInstant(event.data.endsAt));
  }

  @Reacts({ reaction: 'barrier.suspension', ...ownSubject })
  @EventPattern<string>('protocol.suspended')
  async onSuspended(
    @Payload() event: ReceivedEvent<EventData<typeof protocolSuspended>>,
    @Ctx() context: HandlerContext,
  ) {
    await pending(context, event, 'suspension', event.data, parseInstant(event.data.suspendedAt));
  }

  @Reacts({ reaction: 'barrier.userRevocation', ...ownSubject })
  @EventPattern<string>('user.revoked')
  async onUserRevoked(@Payload() event: ReceivedEvent<EventData<typeof userRevoked>>, @Ctx() context: HandlerContext) {
    await pending(context, event, 'revocation', event.data, AT_ONCE);
  }

  @Reacts({ reaction: 'barrier.hold', ...ownSubject })
  @EventPattern<string>('hold.placed')
  async onHoldPlaced(@Payload() event: ReceivedEvent<EventData<typeof holdPlaced>>, @Ctx() context: HandlerContext) {
    await pending(context, event, 'hold', event.data, AT_ONCE);
  }
}

async function pending(
  { tx, command }: HandlerContext,
  event: ReceivedEvent,
  kind: BarrierKind,
  scope: { protocolId: string; consentId?: string; clause?: string },
  dueAt: number,
): Promise<void> {
  const barrier = {
    barrier_id: newId(),
    kind,
    service: event.service,
    subject: event.subject,
    aggregateversion: event.aggregateVersion,
    protocol_id: scope.protocolId,
    consent_id: scope.consentId ?? null,
    clause: scope.clause ?? null,
    context: command,
  };
  await tx.query(insertPendingBarrier(barrier, new Date(dueAt)));
  await tx.query(wakeBarriers);
}
