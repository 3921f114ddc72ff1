import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type {
  disputeClosed,
  disputeOpened,
  EventData,
  protocolActivated,
  protocolDrafted,
  protocolGapDecided,
  rightsRequestAnswered,
} from '@convenant/contracts';
import { Projects, Reacts, type HandlerContext, type ReceivedEvent } from '@convenant/messaging';
import { parseInstant } from '@convenant/kernel';
import type { ProtocolModel } from '@convenant/protocol';
import { ProtocolFact } from '../db/facts.entity.js';
import { afterActivation, afterDecision, type VersionDecision } from '../domain/versions.js';
import { clockIdOf } from '../domain/clock-id.js';
import { holdOfDispute, holdOfRestriction } from '../domain/hold-of-dispute.js';
import { EraseEarly } from '../use-cases/erase-early.use-case.js';
import { HoldForDispute } from '../use-cases/hold-for-dispute.use-case.js';
import { HoldForRestriction } from '../use-cases/hold-for-restriction.use-case.js';

/**
 * Keeps `protocol_fact`: who the parties of a protocol are and which retention rules hold, with the parties' decisions on
 * what the text leaves open. A decision may come long after the activation; the sweeper then looks at the clocks again.
 *
 * A dispute places a hold, which goes when the dispute is closed; so does a restriction. An erasure that was granted to a
 * person lets values fall due before their term. How a protocol ends is no matter of this service: what was received is kept until its own term, and erased at it.
 */
@Controller()
export class RegisterConsumer {
  constructor(
    private readonly holdForDispute: HoldForDispute,
    private readonly holdForRestriction: HoldForRestriction,
    private readonly eraseEarly: EraseEarly,
  ) {}

  @Projects()
  @EventPattern<string>('protocol.drafted')
  async onDrafted(
    @Payload() { data, aggregateVersion }: ReceivedEvent<EventData<typeof protocolDrafted>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    const model = data.model as unknown as ProtocolModel;
    await tx.manager.insert(ProtocolFact, {
      protocolId: data.protocolId,
      version: data.version,
      sender: data.parties.sender,
      receiver: data.parties.receiver,
      model,
      decisions: [],
      rules: model.retention.rules,
      revision: aggregateVersion,
      upcoming: [],
    });
  }

  @Projects()
  @EventPattern<string>('protocol.gap.decided')
  async onGapDecided(
    @Payload() { data, aggregateVersion }: ReceivedEvent<EventData<typeof protocolGapDecided>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    const { protocolId, version, openPoint: openPointId, value, decidedOn } = data;
    const before = await tx.manager.findOneByOrFail(ProtocolFact, { protocolId });
    const decision: VersionDecision = {
      version,
      openPointId,
      value,
      decidedBy: data.decidedBy.party === before.sender ? 'sender' : 'receiver',
      capacity: data.decidedBy.capacity,
      decidedOn,
    };
    await tx.manager.update(ProtocolFact, { protocolId }, afterDecision(before, decision, aggregateVersion));
  }

  @Projects()
  @EventPattern<string>('protocol.activated')
  async onActivated(
    @Payload() { data, aggregateVersion }: ReceivedEvent<EventData<typeof protocolActivated>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    const { protocolId, version } = data;
    const before = await tx.manager.findOneByOrFail(ProtocolFact, { protocolId });
    const model = data.model as unknown as ProtocolModel;
    const next = { version, model, effectiveFrom: parseInstant(data.effectiveFrom), revision: aggregateVersion };
    await tx.manager.update(ProtocolFact, { protocolId }, afterActivation(before, next, tx.now));
  }

  @Reacts({ reaction: 'holdForDispute', aggregates: ({ subject }) => [holdOfDispute(subject)] })
  @EventPattern<string>('dispute.opened')
  async onDisputeOpened(
    @Payload() { data }: ReceivedEvent<EventData<typeof disputeOpened>>,
    @Ctx() { tx, command }: HandlerContext,
  ): Promise<void> {
    await this.holdForDispute.place(tx, data, command);
  }

  @Reacts({
    reaction: 'rightGranted',
    aggregates: ({ data }) => {
      const { restriction, erasure } = data as EventData<typeof rightsRequestAnswered>;
      return [
        ...(restriction === undefined ? [] : [holdOfRestriction(restriction.restrictionId)]),
        ...(erasure?.disclosureIds ?? []).map(clockIdOf),
      ];
    },
  })
  @EventPattern<string>('rightsRequest.answered')
  async onRightGranted(
    @Payload() { data }: ReceivedEvent<EventData<typeof rightsRequestAnswered>>,
    @Ctx() { tx, command }: HandlerContext,
  ): Promise<void> {
    const { protocolId, subjectRef, restriction } = data;
    if (restriction !== undefined && subjectRef !== undefined) {
      const { restrictionId } = restriction;
      await this.holdForRestriction.place(tx, { restrictionId, protocolId, subjectRef }, command);
    }
    await this.eraseEarly.execute(tx, data, command);
  }

  @Reacts({ reaction: 'holdReleasedWithDispute', aggregates: ({ subject }) => [holdOfDispute(subject)] })
  @EventPattern<string>('dispute.closed')
  async onDisputeClosed(
    @Payload() { data }: ReceivedEvent<EventData<typeof disputeClosed>>,
    @Ctx() { tx, command }: HandlerContext,
  ): Promise<void> {
    await this.holdForDispute.release(tx, data, command);
  }
}
