import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { EventData, userAuthorized, userRevoked } from '@convenant/contracts';
import { parseInstant } from '@convenant/kernel';
import { type HandlerContext, PermanentFailure, Projects, type ReceivedEvent } from '@convenant/messaging';
import { insertUserFact, revokeUserFact } from '../db/user-fact.statements.js';

/** Keeps whom the register says a party has authorised, as far as look-ups are decided on it. */
@Controller()
export class UserFactsConsumer {
  @Projects()
  @EventPattern<string>('user.authorized')
  async onAuthorized(
    @Payload() { data, aggregateVersion }: ReceivedEvent<EventData<typeof userAuthorized>>,
    @Ctx() { tx }: HandlerContext,
  ) {
    const { authorizationId, partyId, protocolId, userRef, unit, task, capacity, secrecy, items, supervisor } = data;
    await tx.query(
      insertUserFact({
        authorization_id: authorizationId,
        version: aggregateVersion,
        party: partyId,
        protocol_id: protocolId,
        user_ref: userRef,
        ...{ unit, task, capacity, secrecy, items, supervisor },
        valid_from: new Date(parseInstant(data.validFrom)),
        valid_until: new Date(parseInstant(data.validUntil)),
      }),
    );
  }

  @Projects()
  @EventPattern<string>('user.revoked')
  async onRevoked(
    @Payload() { data, aggregateVersion }: ReceivedEvent<EventData<typeof userRevoked>>,
    @Ctx() { tx }: HandlerContext,
  ) {
    const at = new Date(parseInstant(data.revokedAt));
    const known = await tx.query(revokeUserFact(data.authorizationId, aggregateVersion, at));
    if (known.length === 0) {
      throw new PermanentFailure('user.unknown', 'user.revoked without an authorisation before it');
    }
  }
}
