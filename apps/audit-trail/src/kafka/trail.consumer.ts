import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { Projects, type HandlerContext, type ReceivedEvent } from '@convenant/messaging';
import { appendToTrail } from '../use-cases/append-entry.use-case.js';

/** Takes every event of the fact topics into the trail. */
@Controller()
export class TrailConsumer {
  @Projects()
  @EventPattern<string>('*')
  async onEvent(
    @Payload() event: ReceivedEvent<Record<string, unknown>>,
    @Ctx() context: HandlerContext,
  ): Promise<void> {
    await appendToTrail(context.tx, event);
  }
}
