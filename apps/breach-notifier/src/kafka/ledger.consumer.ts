import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type {
  disclosureAuthorized,
  disclosureCollected,
  disclosureDelivered,
  disclosureFailed,
  EventData,
} from '@convenant/contracts';
import { formatInstant } from '@convenant/kernel';
import { Projects, type HandlerContext, type ReceivedEvent } from '@convenant/messaging';

/** Keeps `disclosure_fact`: who disclosed which items of whom under which protocol, and when; references only. */
@Controller()
export class LedgerConsumer {
  @Projects()
  @EventPattern<string>('disclosure.authorized')
  async onAuthorized(
    @Payload() { data, time }: ReceivedEvent<EventData<typeof disclosureAuthorized>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO disclosure_fact (disclosure_id, protocol_id, subject_ref, items, recipient_unit, authorized_at)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [data.disclosureId, data.protocolId, data.subjectRef, data.items, data.recipient.unit, formatInstant(time)],
    );
  }

  @Projects()
  @EventPattern<string>('disclosure.delivered')
  async onDelivered(
    @Payload() { data }: ReceivedEvent<EventData<typeof disclosureDelivered>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    await tx.query('UPDATE disclosure_fact SET delivered_at = $2 WHERE disclosure_id = $1', [
      data.disclosureId,
      data.deliveredAt,
    ]);
  }

  @Projects()
  @EventPattern<string>('disclosure.collected')
  async onCollected(
    @Payload() { data }: ReceivedEvent<EventData<typeof disclosureCollected>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    await tx.query('UPDATE disclosure_fact SET collected_at = $2 WHERE disclosure_id = $1', [
      data.disclosureId,
      data.collectedAt,
    ]);
  }

  @Projects()
  @EventPattern<string>('disclosure.failed')
  async onFailed(
    @Payload() { data }: ReceivedEvent<EventData<typeof disclosureFailed>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    await tx.query('UPDATE disclosure_fact SET failed_at = $2 WHERE disclosure_id = $1', [
      data.disclosureId,
      data.failedAt,
    ]);
  }
}
