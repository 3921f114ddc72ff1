import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type {
  disclosureAuthorized,
  disclosureCollected,
  disclosureDelivered,
  disclosureFailed,
  EventData,
  valuesErased,
} from '@convenant/contracts';
import { formatInstant } from '@convenant/kernel';
import { Projects, ProjectsBatch, type HandlerContext, type ReceivedEvent } from '@convenant/messaging';

const keepDisclosures = {
  name: 'ledger-keep-disclosures',
  text: `INSERT INTO disclosure_fact (disclosure_id, protocol_id, subject_ref, items, recipient_unit, authorized_at)
         SELECT disclosure_id, protocol_id, subject_ref, items, recipient_unit, authorized_at
           FROM json_to_recordset($1) AS fact (disclosure_id uuid, protocol_id uuid, subject_ref uuid, items text[],
                                               recipient_unit text, authorized_at timestamptz)`,
};

/** Keeps `disclosure_fact` and `erased_item`: which items of whom were disclosed under which protocol, and when they went. */
@Controller()
export class LedgerConsumer {
  /** By far the most frequent event of all: one statement for as many as came together. */
  @ProjectsBatch()
  @EventPattern<string>('disclosure.authorized')
  async onAuthorized(
    @Payload() events: readonly ReceivedEvent<EventData<typeof disclosureAuthorized>>[],
    @Ctx() { tx }: Pick<HandlerContext, 'tx'>,
  ): Promise<void> {
    const facts = events.map(({ data, time }) => ({
      disclosure_id: data.disclosureId,
      protocol_id: data.protocolId,
      subject_ref: data.subjectRef,
      items: data.items,
      recipient_unit: data.recipient.unit,
      authorized_at: formatInstant(time),
    }));
    await tx.query({ ...keepDisclosures, values: [JSON.stringify(facts)] });
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

  @Projects()
  @EventPattern<string>('values.erased')
  async onErased(
    @Payload() { data }: ReceivedEvent<EventData<typeof valuesErased>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO erased_item (disclosure_id, item, erased_at) SELECT $1, unnest($2::text[]), $3 ON CONFLICT DO NOTHING`,
      [data.disclosureId, data.items, data.erasedAt],
    );
  }
}
