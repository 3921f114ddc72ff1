import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Clock } from '@convenant/kernel';
import { composeMail, Lease, messageIdOf, MOST_TRIES, pauseAfter, SmtpSender } from '@convenant/mail';
import { CLOCK } from '@convenant/platform';
import {
  claimOfficerMails,
  officerMailFailed,
  officerMailPostponed,
  officerMailSent,
  officerMailWithoutContact,
  type ClaimedMail,
} from '../../db/officer-mail.statements.js';
import { PartyContact } from '../../db/party.entity.js';
import { OfficerMailOptions } from './officer-mail-options.js';

/** How long sending one mail may take, milliseconds of real time. */
const LEASE_MS = 20_000;
/** First pause after a transient failure, milliseconds. */
const FIRST_PAUSE_MS = 2_000;

/**
 * Sends mails to officers. At least once, always with the same bytes and the same Message-ID, so that a receiver recognises a
 * resend.
 *
 * t0 the server takes the mail; t1 this process dies; t2 the claim is over and the same mail is sent again; t3 it is *sent*.
 */
@Injectable()
export class SendOfficerMail {
  constructor(
    private readonly dataSource: DataSource,
    private readonly sender: SmtpSender,
    private readonly options: OfficerMailOptions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** For this replica alone, longer than sending may take: when the claim is over, no byte is under way any more. */
  async claim(most: number): Promise<ClaimedMail[]> {
    const [rows] = (await this.dataSource.query(claimOfficerMails, [most, 2 * LEASE_MS])) as [ClaimedMail[], number];
    return rows;
  }

  async execute(mail: ClaimedMail): Promise<void> {
    const { id, party_id: partyId, mailbox, tries } = mail;
    if (!(await this.isRead(partyId, mailbox))) {
      await this.dataSource.query(officerMailWithoutContact, [id]);
      return;
    }
    const outcome = await this.sender.send(await this.composed(mail), Lease.lasting(LEASE_MS));
    if (outcome.kind === 'delivered') {
      await this.dataSource.query(officerMailSent, [id, new Date(this.clock.now()), outcome.receipt]);
    } else if (outcome.kind === 'refused' || tries >= MOST_TRIES) {
      await this.dataSource.query(officerMailFailed, [id, outcome.reason]);
    } else await this.postpone(mail, pauseAfter(tries, FIRST_PAUSE_MS), outcome.reason);
  }

  async postpone({ id }: ClaimedMail, byMs: number, reason: string): Promise<void> {
    await this.dataSource.query(officerMailPostponed, [id, byMs, reason]);
  }

  /** Between writing and sending, a mailbox may have been given up. */
  private async isRead(partyId: string, mailbox: string): Promise<boolean> {
    const contact = await this.dataSource.manager.findOneBy(PartyContact, { partyId, role: 'dpo', mailbox });
    return contact !== null && contact.validUntil !== null && contact.lapsedAt === null;
  }

  private composed({ id, reference, mailbox, subject, body, written_at: writtenAt }: ClaimedMail) {
    return composeMail({
      from: this.options.from,
      to: mailbox,
      subject,
      text: body,
      date: writtenAt.getTime(),
      messageId: messageIdOf(id, this.options.from),
      headers: { 'X-Convenant-Reference': reference },
      textEncoding: 'base64',
    });
  }
}
