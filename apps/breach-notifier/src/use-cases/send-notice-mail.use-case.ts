import { Inject, Injectable } from '@nestjs/common';
import { formatInstant } from '@convenant/kernel';
import { counterpartyNotified } from '@convenant/contracts';
import { composeMail, Lease, MOST_TRIES, pauseAfter, SmtpSender, type PreparedMail } from '@convenant/mail';
import { Outbox, type WriteTransaction } from '@convenant/messaging';
import { Database } from '../db/database.js';
import { postponeMail, selectMails, setMailFailed, setMailSent, type MailRow } from '../db/mail.statements.js';
import { selectAnyNotice, setNotified, type NoticeRow } from '../db/notice.statements.js';
import { noticeText } from '../domain/notice-text.js';
import { MailSettings } from '../mail/mail-settings.js';
import { Escalation, noticeKeysOf } from './escalation.js';
import { iso } from './command-call.js';
import { KnownLedger } from './known-ledger.js';

/**
 * Sends one claimed mail and records how it ended. The first mail that the counterparty's server takes is what makes the
 * counterparty *notified*, once; when its last mailbox refuses for good, the notice is escalated.
 *
 * t0 the server takes the mail; t1 this process dies; t2 the claim is over and the mail is sent again, with the same bytes
 * and the same Message-ID; t3 `counterparty.notified`, the only one.
 */
@Injectable()
export class SendNoticeMail {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(KnownLedger) private readonly ledger: KnownLedger,
    @Inject(Escalation) private readonly escalation: Escalation,
    @Inject(SmtpSender) private readonly sender: SmtpSender,
    @Inject(MailSettings) private readonly settings: MailSettings,
  ) {}

  async execute(mail: MailRow): Promise<void> {
    const [notice] = await this.database.query<NoticeRow>(selectAnyNotice(mail.notice_id));
    if (notice === undefined) throw new Error(`Mail ${mail.id} has no notice`);
    const outcome = await this.sender.send(await this.prepare(mail, notice), Lease.lasting(this.settings.leaseMs));
    if (outcome.kind === 'delivered') {
      await this.outbox.transaction([notice.id], (tx) => this.sent(tx, mail, notice, outcome.receipt));
      return;
    }
    // Cut off, it may have arrived all the same: then the Message-ID tells the resend.
    const { kind, reason: answer } = outcome;
    if (kind === 'refused' || mail.tries >= MOST_TRIES) {
      await this.outbox.transaction([notice.id], (tx) => this.failed(tx, mail, notice, answer));
    } else {
      await this.database.query(postponeMail(mail.id, pauseAfter(mail.tries, this.settings.retryMs), answer));
    }
  }

  private async prepare(mail: MailRow, notice: NoticeRow): Promise<PreparedMail> {
    const protocol = (await this.ledger.protocols(this.database, [notice.protocol_id])).get(notice.protocol_id)!;
    const parties = await this.ledger.parties(this.database, [notice.party_id, notice.counterparty]);
    const { publicUrl, from } = this.settings;
    const { subject, text } = noticeText(
      {
        kind: mail.kind,
        own: mail.to_party === notice.party_id,
        noticeId: notice.id,
        breachedParty: parties.get(notice.party_id)?.name ?? notice.party_id,
        counterparty: parties.get(notice.counterparty)?.name ?? notice.counterparty,
        title: protocol.model.title,
        clause: notice.clause,
        nature: notice.nature,
        counts: notice.counts,
        cause: notice.escalation_cause,
        link: publicUrl === null ? null : `${publicUrl.replace(/\/$/, '')}/breach/v1/notices/${notice.id}`,
      },
      protocol.model.language,
    );
    return composeMail({
      from,
      to: mail.mailbox,
      subject,
      text,
      date: mail.written_at.getTime(),
      messageId: mail.message_id,
      headers: { 'X-Convenant-Breach-Notice': notice.id },
      textEncoding: 'base64',
    });
  }

  private async sent(tx: WriteTransaction, mail: MailRow, notice: NoticeRow, answer: string): Promise<void> {
    const sentAt = formatInstant(tx.now);
    const first = (await tx.query(setMailSent(mail.id, sentAt, answer))).length > 0;
    if (!first || mail.kind === 'escalation' || mail.to_party !== notice.counterparty) return;
    if ((await tx.query(setNotified(notice.id, sentAt))).length === 0) return;
    await tx.append(counterpartyNotified, {
      subject: notice.id,
      data: {
        ...noticeKeysOf(notice),
        phase: notice.phase,
        clause: notice.clause,
        counts: notice.counts,
        items: notice.items,
        messageId: mail.message_id,
        findings: notice.findings,
        decidedAt: iso(notice.decided_at),
        sentAt,
      },
      context: { correlationId: notice.correlation_id, causationId: notice.causation_id },
      protocolId: notice.protocol_id,
      protocolVersion: notice.protocol_version,
      clause: notice.clause,
    });
  }

  private async failed(tx: WriteTransaction, mail: MailRow, notice: NoticeRow, answer: string): Promise<void> {
    if ((await tx.query(setMailFailed(mail.id, answer))).length === 0) return;
    const mails = await tx.query<MailRow>(selectMails([notice.id]));
    const hope = mails.some((other) => other.to_party === notice.counterparty && other.state !== 'failed');
    if (mail.to_party === notice.counterparty && !hope) await this.escalation.execute(tx, notice.id, 'mailRefused');
  }
}
