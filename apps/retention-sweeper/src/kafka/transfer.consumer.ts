import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { parseInstant } from '@convenant/kernel';
import type {
  barrierApplied,
  disclosureAuthorized,
  disclosureDelivered,
  disclosureDeliveryUnconfirmed,
  disclosureFailed,
  erasureWithheld,
  EventData,
  restrictionLifted,
  valuesErased,
} from '@convenant/contracts';
import { Projects, Reacts, type HandlerContext, type ReceivedEvent } from '@convenant/messaging';
import { DisclosureFact } from '../db/facts.entity.js';
import { clockIdOf } from '../domain/clock-id.js';
import { holdOfRestriction } from '../domain/hold-of-dispute.js';
import { HoldForRestriction } from '../use-cases/hold-for-restriction.use-case.js';
import { RecordErasure } from '../use-cases/record-erasure.use-case.js';
import { RecordHoldEnforced } from '../use-cases/record-hold-enforced.use-case.js';
import { StartClock } from '../use-cases/start-clock.use-case.js';

/** Barriers of others are passed over; each service reacts to its own. */
function isOurs({ cause }: EventData<typeof barrierApplied>): boolean {
  return cause.service === 'retention' && cause.kind === 'hold';
}

const clockOf = (event: ReceivedEvent) => [clockIdOf((event.data as { disclosureId: string }).disclosureId)];

const erasureOf = (event: ReceivedEvent) => {
  const { erasureId } = event.data as { erasureId?: string };
  return erasureId === undefined ? [] : [erasureId];
};

/** Keeps `disclosure_fact`, starts clocks, and records what transfer answers to erasures and holds. */
@Controller()
export class TransferConsumer {
  constructor(
    private readonly startClock: StartClock,
    private readonly recordErasure: RecordErasure,
    private readonly recordHoldEnforced: RecordHoldEnforced,
    private readonly holdForRestriction: HoldForRestriction,
  ) {}

  @Projects()
  @EventPattern<string>('disclosure.authorized')
  async onAuthorized(
    @Payload() { data }: ReceivedEvent<EventData<typeof disclosureAuthorized>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    const { disclosureId, protocolId, protocolVersion, subjectRef, items } = data;
    await tx.manager.insert(DisclosureFact, { disclosureId, protocolId, protocolVersion, subjectRef, items });
  }

  @Reacts({ reaction: 'clockOfDelivery', aggregates: clockOf })
  @EventPattern<string>('disclosure.delivered')
  async onDelivered(
    @Payload() { id: eventId, data }: ReceivedEvent<EventData<typeof disclosureDelivered>>,
    @Ctx() { tx, command }: HandlerContext,
  ): Promise<void> {
    const { disclosureId, deliveredAt } = data;
    await this.startClock.execute(tx, { eventId, disclosureId, at: parseInstant(deliveredAt) }, command);
  }

  @Reacts({ reaction: 'clockOfUnconfirmedDelivery', aggregates: clockOf })
  @EventPattern<string>('disclosure.delivery.unconfirmed')
  async onUnconfirmed(
    @Payload() { id: eventId, data }: ReceivedEvent<EventData<typeof disclosureDeliveryUnconfirmed>>,
    @Ctx() { tx, command }: HandlerContext,
  ): Promise<void> {
    const { disclosureId, closedAt } = data;
    await this.startClock.execute(tx, { eventId, disclosureId, at: parseInstant(closedAt) }, command);
  }

  @Reacts({ reaction: 'clockOfFailedDelivery', aggregates: clockOf })
  @EventPattern<string>('disclosure.failed')
  async onFailed(
    @Payload() { data }: ReceivedEvent<EventData<typeof disclosureFailed>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    await this.startClock.close(tx, data.disclosureId, parseInstant(data.failedAt));
  }

  @Reacts({ reaction: 'erasureAttested', aggregates: erasureOf })
  @EventPattern<string>('values.erased')
  async onErased(
    @Payload() { data }: ReceivedEvent<EventData<typeof valuesErased>>,
    @Ctx() { tx, command }: HandlerContext,
  ): Promise<void> {
    await this.recordErasure.erased(tx, data, command);
  }

  @Reacts({ reaction: 'erasureWithheld', aggregates: erasureOf })
  @EventPattern<string>('erasure.withheld')
  async onWithheld(
    @Payload() { data }: ReceivedEvent<EventData<typeof erasureWithheld>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    await this.recordErasure.withheld(tx, data);
  }

  @Reacts({ reaction: 'holdReleasedWithRestriction', aggregates: ({ subject }) => [holdOfRestriction(subject)] })
  @EventPattern<string>('restriction.lifted')
  async onRestrictionLifted(
    @Payload() { data }: ReceivedEvent<EventData<typeof restrictionLifted>>,
    @Ctx() { tx, command }: HandlerContext,
  ): Promise<void> {
    await this.holdForRestriction.release(tx, data, command);
  }

  @Reacts({
    reaction: 'holdEnforced',
    aggregates: (event) => {
      const data = event.data as EventData<typeof barrierApplied>;
      return isOurs(data) ? [data.cause.subject] : [];
    },
  })
  @EventPattern<string>('barrier.applied')
  async onBarrierApplied(
    @Payload() { data }: ReceivedEvent<EventData<typeof barrierApplied>>,
    @Ctx() { tx, command }: HandlerContext,
  ): Promise<void> {
    if (isOurs(data)) await this.recordHoldEnforced.execute(tx, data.cause, command);
  }
}
