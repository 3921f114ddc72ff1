import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type {
  contactChanged,
  contactVerificationLapsed,
  contactVerified,
  EventData,
  partyRegistered,
  protocolActivated,
  protocolDrafted,
  protocolGapDecided,
} from '@convenant/contracts';
import { Projects, type HandlerContext, type ReceivedEvent } from '@convenant/messaging';
import type { PartyDecision } from '@convenant/protocol';

const setVerification = `
  INSERT INTO contact_verification (party_id, role, mailbox, state) VALUES ($1, $2, $3, $4)
  ON CONFLICT (party_id, role, mailbox) DO UPDATE SET state = EXCLUDED.state`;

/**
 * Keeps `party_fact` and `contact_verification` (functional mailboxes, and which of them are read) and `protocol_fact` (who the parties are, whom the text names as breach contacts,
 * which duties it lays down). How a protocol ends is no matter of this service: what was disclosed under it can still leak.
 */
@Controller()
export class RegisterConsumer {
  @Projects()
  @EventPattern<string>('party.registered')
  async onPartyRegistered(
    @Payload() { data }: ReceivedEvent<EventData<typeof partyRegistered>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    await tx.query('INSERT INTO party_fact (party_id, name, contacts) VALUES ($1, $2, $3)', [
      data.partyId,
      data.name,
      JSON.stringify(data.contacts),
    ]);
  }

  @Projects()
  @EventPattern<string>('contact.changed')
  async onContactChanged(
    @Payload() { data }: ReceivedEvent<EventData<typeof contactChanged>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    const { partyId, role, mailbox, change } = data;
    await tx.query(
      `UPDATE party_fact
          SET contacts = (SELECT coalesce(jsonb_agg(contact), '[]') FROM jsonb_array_elements(contacts) AS contact
                           WHERE contact <> $2::jsonb)
                         || CASE WHEN $3 THEN jsonb_build_array($2::jsonb) ELSE '[]' END
        WHERE party_id = $1`,
      [partyId, JSON.stringify({ role, mailbox }), change === 'added'],
    );
    // One that comes back has to be shown again.
    await tx.query('DELETE FROM contact_verification WHERE party_id = $1 AND role = $2 AND mailbox = $3', [
      partyId,
      role,
      mailbox,
    ]);
  }

  @Projects()
  @EventPattern<string>('contact.verified')
  async onContactVerified(
    @Payload() { data }: ReceivedEvent<EventData<typeof contactVerified>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    await tx.query(setVerification, [data.partyId, data.role, data.mailbox, 'verified']);
  }

  @Projects()
  @EventPattern<string>('contact.verification.lapsed')
  async onContactLapsed(
    @Payload() { data }: ReceivedEvent<EventData<typeof contactVerificationLapsed>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    await tx.query(setVerification, [data.partyId, data.role, data.mailbox, 'lapsed']);
  }

  @Projects()
  @EventPattern<string>('protocol.drafted')
  async onDrafted(
    @Payload() { data }: ReceivedEvent<EventData<typeof protocolDrafted>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    const { protocolId, version, parties, model } = data;
    await tx.query(
      'INSERT INTO protocol_fact (protocol_id, version, sender, receiver, model) VALUES ($1, $2, $3, $4, $5)',
      [protocolId, version, parties.sender, parties.receiver, JSON.stringify(model)],
    );
  }

  @Projects()
  @EventPattern<string>('protocol.gap.decided')
  async onGapDecided(
    @Payload() { data }: ReceivedEvent<EventData<typeof protocolGapDecided>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    const { protocolId, version, openPoint: openPointId, value, decidedOn, decidedBy } = data;
    const [protocol] = await tx.query<{ sender: string }>('SELECT sender FROM protocol_fact WHERE protocol_id = $1', [
      protocolId,
    ]);
    const decision: PartyDecision & { version: number } = {
      version,
      openPointId,
      value,
      decidedBy: decidedBy.party === protocol?.sender ? 'sender' : 'receiver',
      capacity: decidedBy.capacity,
      decidedOn,
    };
    await tx.query('UPDATE protocol_fact SET decisions = decisions || $2::jsonb WHERE protocol_id = $1', [
      protocolId,
      JSON.stringify([decision]),
    ]);
  }

  @Projects()
  @EventPattern<string>('protocol.activated')
  async onActivated(
    @Payload() { data }: ReceivedEvent<EventData<typeof protocolActivated>>,
    @Ctx() { tx }: HandlerContext,
  ): Promise<void> {
    await tx.query('UPDATE protocol_fact SET version = $2, effective_from = $3, model = $4 WHERE protocol_id = $1', [
      data.protocolId,
      data.version,
      data.effectiveFrom,
      JSON.stringify(data.model),
    ]);
  }
}
