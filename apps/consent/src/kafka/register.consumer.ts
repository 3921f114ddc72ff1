import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { EventData, protocolActivated, protocolDrafted, protocolGapDecided } from '@convenant/contracts';
import { Projects, type HandlerContext, type ReceivedEvent } from '@convenant/messaging';
import type { PartyDecision, ProtocolModel } from '@convenant/protocol';
import { parseInstant } from '@convenant/kernel';
import { ProtocolFact } from '../db/protocol-fact.entity.js';

/**
 * Keeps `protocol_fact`: who the parties of a protocol are and what its text, with the parties' decisions, lets a person be
 * asked. How a protocol ends is no matter of this service: a consent stays a fact, and transfer refuses.
 */
@Controller()
export class RegisterConsumer {
  @Projects()
  @EventPattern<string>('protocol.drafted')
  async onDrafted(
    @Payload() { data }: ReceivedEvent<EventData<typeof protocolDrafted>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    await tx.manager.insert(ProtocolFact, {
      protocolId: data.protocolId,
      version: data.version,
      sender: data.parties.sender,
      receiver: data.parties.receiver,
      model: data.model as unknown as ProtocolModel,
      decisions: [],
      effectiveFrom: null,
    });
  }

  @Projects()
  @EventPattern<string>('protocol.gap.decided')
  async onGapDecided(
    @Payload() { data }: ReceivedEvent<EventData<typeof protocolGapDecided>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    const { protocolId, openPoint: openPointId, value, decidedOn } = data;
    const { sender, decisions } = await tx.manager.findOneByOrFail(ProtocolFact, { protocolId });
    const decision: PartyDecision = {
      openPointId,
      value,
      decidedBy: data.decidedBy.party === sender ? 'sender' : 'receiver',
      capacity: data.decidedBy.capacity,
      decidedOn,
    };
    await tx.manager.update(ProtocolFact, { protocolId }, { decisions: [...decisions, decision] });
  }

  @Projects()
  @EventPattern<string>('protocol.activated')
  async onActivated(
    @Payload() { data }: ReceivedEvent<EventData<typeof protocolActivated>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    const { protocolId, version } = data;
    await tx.manager.update(
      ProtocolFact,
      { protocolId },
      { version, effectiveFrom: new Date(parseInstant(data.effectiveFrom)) },
    );
  }
}
