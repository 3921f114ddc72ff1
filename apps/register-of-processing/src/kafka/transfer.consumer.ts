import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { barrierApplied, EventData } from '@convenant/contracts';
import { Reacts, type HandlerContext, type ReceivedEvent } from '@convenant/messaging';
import { RecordEndingEnforced } from '../use-cases/record-ending-enforced.use-case.js';

/** Barriers of others are passed over; each service reacts to its own. */
function isOurs({ cause }: EventData<typeof barrierApplied>): boolean {
  return cause.service === 'register' && cause.kind === 'ending';
}

/** Tells of each ended protocol when transfer has stopped what flowed under it. */
@Controller()
export class TransferConsumer {
  constructor(private readonly recordEndingEnforced: RecordEndingEnforced) {}

  @Reacts({
    reaction: 'endingEnforced',
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
    if (isOurs(data)) await this.recordEndingEnforced.execute(tx, data, command);
  }
}
