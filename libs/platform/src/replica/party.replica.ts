import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { EventData, partyRegistered } from '@convenant/contracts';
import { Projects, type HandlerContext, type ReceivedEvent } from '@convenant/messaging';
import { trustIssuer } from '../auth/trusted-issuers.js';

/** Keeps `trusted_issuer` as the register tells it; in every service but the register, which writes it itself. */
@Controller()
export class PartyReplica {
  @Projects()
  @EventPattern<string>('party.registered')
  async onPartyRegistered(
    @Payload() event: ReceivedEvent<EventData<typeof partyRegistered>>,
    @Ctx() context: HandlerContext,
  ): Promise<void> {
    await trustIssuer(context.tx, event.data);
  }
}
