import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { erasureRequested, EventData, holdPlaced, holdReleased } from '@convenant/contracts';
import { parseInstant } from '@convenant/kernel';
import { type HandlerContext, PermanentFailure, Projects, Reacts, type ReceivedEvent } from '@convenant/messaging';
import { insertHold, releaseHold } from '../db/hold.statements.js';
import { correctionOfErasure } from '../domain/correction-id.js';
import { AnswerErasure } from '../use-cases/answer-erasure.use-case.js';

/** Keeps the holds that bind the vault, and answers what retention asks to be erased. */
@Controller()
export class RetentionConsumer {
  constructor(@Inject(AnswerErasure) private readonly answerErasure: AnswerErasure) {}

  @Projects()
  @EventPattern<string>('hold.placed')
  async onHoldPlaced(@Payload() event: ReceivedEvent<EventData<typeof holdPlaced>>, @Ctx() { tx }: HandlerContext) {
    const { holdId, scope } = event.data;
    await tx.query(insertHold({ holdId, version: event.aggregateVersion, scope }));
  }

  @Projects()
  @EventPattern<string>('hold.released')
  async onHoldReleased(@Payload() event: ReceivedEvent<EventData<typeof holdReleased>>, @Ctx() { tx }: HandlerContext) {
    const { holdId, releasedAt } = event.data;
    const at = new Date(parseInstant(releasedAt));
    const known = await tx.query(releaseHold(holdId, event.aggregateVersion, at));
    if (known.length === 0) throw new PermanentFailure('hold.unknown', 'hold.released without a hold before it');
  }

  @Reacts({
    reaction: 'erasure.requested',
    aggregates: (event) => {
      const { disclosureId, erasureId } = event.data as EventData<typeof erasureRequested>;
      return [disclosureId, correctionOfErasure(erasureId)];
    },
  })
  @EventPattern<string>('erasure.requested')
  async onErasureRequested(
    @Payload() event: ReceivedEvent<EventData<typeof erasureRequested>>,
    @Ctx() { tx, command }: HandlerContext,
  ) {
    await this.answerErasure.execute(tx, event.data, command);
  }
}
