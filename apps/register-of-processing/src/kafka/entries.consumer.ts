import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { EventData, valuesErased } from '@convenant/contracts';
import { Projects, type HandlerContext, type ReceivedEvent } from '@convenant/messaging';
import { addErased } from '../db/entries.statements.js';

/** What was erased, as far as the register of processing activities is compared with it: keeps `erasure_fact`. */
@Controller()
export class EntriesConsumer {
  @Projects()
  @EventPattern<string>('values.erased')
  async onErased(
    @Payload() { data: { disclosureId, protocolId, items } }: ReceivedEvent<EventData<typeof valuesErased>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    // Of a generation that a correction replaced nothing is gone but the old value.
    if (items.length === 0) return;
    await tx.query({ ...addErased, values: [disclosureId, protocolId, items] });
  }
}
