import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type {
  EventData,
  protocolActivated,
  protocolAmended,
  protocolDrafted,
  protocolGapDecided,
} from '@convenant/contracts';
import { Projects, type HandlerContext, type ReceivedEvent, type WriteTransaction } from '@convenant/messaging';
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
    await insertVersion(tx, data);
  }

  /** The version in force goes on beside it until this one is activated and its day has come. */
  @Projects()
  @EventPattern<string>('protocol.amended')
  async onAmended(
    @Payload() { data }: ReceivedEvent<EventData<typeof protocolAmended>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    await insertVersion(tx, data);
  }

  @Projects()
  @EventPattern<string>('protocol.gap.decided')
  async onGapDecided(
    @Payload() { data }: ReceivedEvent<EventData<typeof protocolGapDecided>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    const { protocolId, version, openPoint: openPointId, value, decidedOn } = data;
    const { sender, decisions } = await tx.manager.findOneByOrFail(ProtocolFact, { protocolId, version });
    const decision: PartyDecision = {
      openPointId,
      value,
      decidedBy: data.decidedBy.party === sender ? 'sender' : 'receiver',
      capacity: data.decidedBy.capacity,
      decidedOn,
    };
    await tx.manager.update(ProtocolFact, { protocolId, version }, { decisions: [...decisions, decision] });
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
      { protocolId, version },
      { effectiveFrom: new Date(parseInstant(data.effectiveFrom)) },
    );
  }
}

async function insertVersion(
  { manager }: WriteTransaction,
  { protocolId, version, parties, model }: EventData<typeof protocolDrafted> | EventData<typeof protocolAmended>,
): Promise<void> {
  await manager.insert(ProtocolFact, {
    protocolId,
    version,
    sender: parties.sender,
    receiver: parties.receiver,
    model: model as unknown as ProtocolModel,
    decisions: [],
    effectiveFrom: null,
  });
}
