import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { barrierApplied, EventData, subjectRegistered } from '@convenant/contracts';
import { Projects, Reacts, type HandlerContext, type ReceivedEvent } from '@convenant/messaging';
import { SubjectFact } from '../db/subject-fact.entity.js';
import { RecordEnforcement } from '../use-cases/record-enforcement.use-case.js';

/** Barriers of others are passed over; each service reacts to its own. */
function isOurs({ cause }: EventData<typeof barrierApplied>): boolean {
  return cause.service === 'consent' && cause.kind === 'withdrawal';
}

/** Keeps `subject_fact`, and tells of each withdrawn consent when transfer has stopped what rested on it. */
@Controller()
export class TransferConsumer {
  constructor(private readonly recordEnforcement: RecordEnforcement) {}

  @Projects()
  @EventPattern<string>('subject.registered')
  async onSubjectRegistered(
    @Payload() { data }: ReceivedEvent<EventData<typeof subjectRegistered>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    const { subjectRef, protocolId, party } = data;
    await tx.manager.insert(SubjectFact, { subjectRef, protocolId, party });
  }

  @Reacts({
    reaction: 'withdrawalEnforced',
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
    if (isOurs(data)) await this.recordEnforcement.execute(tx, data, command);
  }
}
