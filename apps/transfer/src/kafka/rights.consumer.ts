import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type {
  EventData,
  rightsRequestAnswered,
  rightsRequestReceived,
  rightsRequestRefused,
} from '@convenant/contracts';
import { newId, parseInstant } from '@convenant/kernel';
import { type HandlerContext, PermanentFailure, Projects, Reacts, type ReceivedEvent } from '@convenant/messaging';
import { insertPendingBarrier, wakeBarriers } from '../db/barrier.statements.js';
import {
  insertStop,
  liftObjection,
  type NewSubjectStop,
  refreshSubject,
  upholdObjection,
} from '../db/subject-stop.statements.js';
import { resumeDeliveries } from '../db/delivery.statements.js';
import { beginRequest, endRequest } from '../db/mapping.statements.js';
import { LiftRestriction } from '../use-cases/lift-restriction.use-case.js';

type Received = EventData<typeof rightsRequestReceived>;
type Answered = EventData<typeof rightsRequestAnswered>;
type Context = HandlerContext;

/** At once, whatever this machine's clock says. */
const AT_ONCE = new Date(0);

/**
 * Keeps what persons have stopped, and puts up the barrier in the transaction in which the fact changes. An objection counts
 * from its receipt until it is refused; granted, it stays. A restriction counts from the answer until it is lifted.
 *
 * @see GDPR Art. 18, 21
 */
@Controller()
export class RightsConsumer {
  constructor(@Inject(LiftRestriction) private readonly lift: LiftRestriction) {}

  @Projects()
  @EventPattern<string>('rightsRequest.received')
  async onReceived(@Payload() { data }: ReceivedEvent<Received>, @Ctx() { tx }: Context): Promise<void> {
    // While a request is open the person stays identifiable.
    if (data.subjectRef !== undefined) await tx.query(beginRequest(data.requestId, data.subjectRef));
    if (!stops(data)) return;
    const { requestId, protocolId, subjectRef, party } = data;
    await stop(tx, {
      id: requestId,
      request_id: requestId,
      kind: 'objection',
      protocol_id: protocolId,
      subject_ref: subjectRef,
      party,
      ground: null,
    });
  }

  @Reacts({ reaction: 'barrier.objection', aggregates: ({ subject }) => [subject] })
  @EventPattern<string>('rightsRequest.received')
  async onObjection(@Payload() event: ReceivedEvent<Received>, @Ctx() context: Context): Promise<void> {
    if (stops(event.data)) await barrier(context, event, 'objection', event.data);
  }

  @Projects()
  @EventPattern<string>('rightsRequest.answered')
  async onAnswered(@Payload() { data }: ReceivedEvent<Answered>, @Ctx() { tx }: Context): Promise<void> {
    const { requestId, protocolId, subjectRef, party, right, restriction } = data;
    await tx.query(endRequest(requestId));
    if (right === 'objection') {
      const upheld = await tx.query<{ subject_ref: string }>(upholdObjection(requestId));
      for (const { subject_ref } of upheld) await changed(tx, subject_ref);
    }
    if (restriction === undefined || subjectRef === undefined) return;
    await stop(tx, {
      id: restriction.restrictionId,
      request_id: requestId,
      kind: 'restriction',
      protocol_id: protocolId,
      subject_ref: subjectRef,
      party,
      ground: restriction.ground,
    });
  }

  @Reacts({
    reaction: 'barrier.restriction',
    aggregates: ({ subject, data }) => [subject, ...((data as Answered).erasure?.endsRestrictions ?? [])],
  })
  @EventPattern<string>('rightsRequest.answered')
  async onGranted(@Payload() event: ReceivedEvent<Answered>, @Ctx() context: Context): Promise<void> {
    const { restriction, erasure, subjectRef, answeredAt } = event.data;
    if (restriction !== undefined && subjectRef !== undefined) {
      await barrier(context, event, 'restriction', { ...event.data, subjectRef });
    }
    // The person, who asked that everything be erased, was told so with the answer.
    for (const id of erasure?.endsRestrictions ?? []) {
      const how = { reason: 'erasureGranted' as const, subjectInformedAt: parseInstant(answeredAt) };
      await this.lift.lift(context.tx, id, how, context.command);
    }
  }

  @Projects()
  @EventPattern<string>('rightsRequest.refused')
  async onRefused(
    @Payload() { data }: ReceivedEvent<EventData<typeof rightsRequestRefused>>,
    @Ctx() { tx }: Context,
  ): Promise<void> {
    await tx.query(endRequest(data.requestId));
    if (data.right !== 'objection') return;
    const at = new Date(parseInstant(data.refusedAt));
    const lifted = await tx.query<{ subject_ref: string }>(liftObjection(data.requestId, at));
    for (const { subject_ref } of lifted) await changed(tx, subject_ref);
  }
}

/** What was held because of it goes on, or ends: the next attempt asks. */
async function changed(tx: Context['tx'], subjectRef: string): Promise<void> {
  await tx.query(refreshSubject(subjectRef));
  await tx.query(resumeDeliveries(subjectRef));
}

/** Whether a request stops anything by its receipt alone. */
function stops(data: Received): data is Received & { subjectRef: string } {
  return data.right === 'objection' && data.subjectRef !== undefined;
}

async function stop(tx: Context['tx'], row: NewSubjectStop): Promise<void> {
  if ((await tx.query(insertStop(row))).length === 0) return;
  if ((await tx.query(refreshSubject(row.subject_ref))).length === 0) {
    throw new PermanentFailure('subject.unknown', `Rights request ${row.request_id} is about nobody known here`);
  }
}

async function barrier(
  { tx, command }: Context,
  event: ReceivedEvent,
  kind: 'objection' | 'restriction',
  { protocolId, subjectRef }: { protocolId: string; subjectRef: string },
): Promise<void> {
  const pending = {
    barrier_id: newId(),
    kind,
    service: event.service,
    subject: event.subject,
    aggregateversion: event.aggregateVersion,
    protocol_id: protocolId,
    consent_id: null,
    subject_ref: subjectRef,
    clause: null,
    context: command,
  };
  await tx.query(insertPendingBarrier(pending, AT_ONCE));
  await tx.query(wakeBarriers);
}
