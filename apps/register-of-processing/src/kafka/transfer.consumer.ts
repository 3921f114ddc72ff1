import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { parseInstant } from '@convenant/kernel';
import type { barrierApplied, disclosureAuthorized, EventData } from '@convenant/contracts';
import { Projects, Reacts, type HandlerContext, type ReceivedEvent } from '@convenant/messaging';
import { DisclosureFact } from '../db/disclosure-fact.entity.js';
import { RecordEndingEnforced } from '../use-cases/record-ending-enforced.use-case.js';
import { RecordRevocationEnforced } from '../use-cases/record-revocation-enforced.use-case.js';
import { RecordSuspensionEnforced } from '../use-cases/record-suspension-enforced.use-case.js';

const ours = ['ending', 'suspension', 'revocation'] as const;

/** Barriers of others are passed over; each service reacts to its own. */
function isOurs({ cause }: EventData<typeof barrierApplied>): boolean {
  return cause.service === 'register' && ours.some((kind) => kind === cause.kind);
}

/** Tells of each ended or suspended protocol and each revoked user when transfer has stopped what flowed under it, and keeps `disclosure_fact`. */
@Controller()
export class TransferConsumer {
  constructor(
    private readonly recordEndingEnforced: RecordEndingEnforced,
    private readonly recordSuspensionEnforced: RecordSuspensionEnforced,
    private readonly recordRevocationEnforced: RecordRevocationEnforced,
  ) {}

  @Projects()
  @EventPattern<string>('disclosure.authorized')
  async onAuthorized(
    @Payload() { data }: ReceivedEvent<EventData<typeof disclosureAuthorized>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    const { disclosureId, protocolId, subjectRef, items, protocolVersion, purpose } = data;
    const way = { protocolVersion, purpose, category: data.recipient.category, route: data.channel.route };
    const requestedAt = new Date(parseInstant(data.requestedAt));
    await tx.manager.upsert(DisclosureFact, { disclosureId, protocolId, subjectRef, requestedAt, items, ...way }, [
      'disclosureId',
    ]);
  }

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
    if (!isOurs(data)) return;
    if (data.cause.kind === 'ending') await this.recordEndingEnforced.execute(tx, data, command);
    else if (data.cause.kind === 'revocation') await this.recordRevocationEnforced.execute(tx, data, command);
    else await this.recordSuspensionEnforced.execute(tx, data, command);
  }
}
