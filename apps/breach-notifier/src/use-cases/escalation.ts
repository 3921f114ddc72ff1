import { Inject, Injectable } from '@nestjs/common';
import { formatInstant, newId } from '@convenant/kernel';
import { counterpartyEscalated } from '@convenant/contracts';
import { messageIdOf } from '@convenant/mail';
import type { WriteTransaction } from '@convenant/messaging';
import { insertMail, selectMails, type MailRow } from '../db/mail.statements.js';
import { selectAnyNotice, setEscalated, type NoticeRow } from '../db/notice.statements.js';
import { noticeContacts, otherRole, type NoticeContact } from '../domain/notice-duty.js';
import { MailSettings } from '../mail/mail-settings.js';
import { iso } from './command-call.js';
import { KnownLedger, roleIn } from './known-ledger.js';

/**
 * Escalates a notice once: says so, tells the breached party's own contacts to reach the other by another way, and reminds
 * the counterparty, also at mailboxes of its DPO in the register that the protocol does not name. Nothing happens when the
 * notice has been acknowledged or escalated meanwhile. The notice must be locked.
 */
@Injectable()
export class Escalation {
  constructor(
    @Inject(KnownLedger) private readonly ledger: KnownLedger,
    @Inject(MailSettings) private readonly settings: MailSettings,
  ) {}

  async execute(tx: WriteTransaction, noticeId: string, cause: NonNullable<NoticeRow['escalation_cause']>) {
    const escalatedAt = formatInstant(tx.now);
    if ((await tx.query(setEscalated(noticeId, escalatedAt, cause))).length === 0) return;
    const [notice] = (await tx.query<NoticeRow>(selectAnyNotice(noticeId))) as [NoticeRow];
    await tx.append(counterpartyEscalated, {
      subject: noticeId,
      data: {
        ...noticeKeysOf(notice),
        clause: notice.clause,
        cause,
        ...(notice.notified_at === null ? {} : { sentAt: iso(notice.notified_at) }),
        escalatedAt,
      },
      context: { correlationId: notice.correlation_id, causationId: notice.causation_id },
      protocolId: notice.protocol_id,
      protocolVersion: notice.protocol_version,
      clause: notice.clause,
    });
    await this.writeMails(tx, notice, escalatedAt);
  }

  private async writeMails(tx: WriteTransaction, notice: NoticeRow, writtenAt: string): Promise<void> {
    const protocol = (await this.ledger.protocols(tx, [notice.protocol_id])).get(notice.protocol_id)!;
    const parties = await this.ledger.parties(tx, [notice.party_id, notice.counterparty]);
    const role = roleIn(protocol, notice.party_id);
    const ours = parties.get(notice.party_id)?.contacts ?? [];
    const theirs = parties.get(notice.counterparty)?.contacts ?? [];
    const written = await tx.query<MailRow>(selectMails([notice.id]));
    const refused = new Set(written.filter(({ state }) => state === 'failed').map(({ mailbox }) => mailbox));

    const officers = theirs.flatMap((it): NoticeContact[] =>
      it.role === 'dpo' ? [{ mailbox: it.mailbox, contact: 'dpo' }] : [],
    );
    const reminded = [...noticeContacts(protocol.model, otherRole(role), theirs).contacts, ...officers];
    await this.write(
      tx,
      notice,
      'escalation',
      notice.party_id,
      noticeContacts(protocol.model, role, ours).contacts,
      writtenAt,
    );
    await this.write(
      tx,
      notice,
      'reminder',
      notice.counterparty,
      reminded.filter(({ mailbox }) => !refused.has(mailbox)),
      writtenAt,
    );
  }

  private async write(
    tx: WriteTransaction,
    notice: NoticeRow,
    kind: MailRow['kind'],
    toParty: string,
    contacts: readonly NoticeContact[],
    writtenAt: string,
  ): Promise<void> {
    for (const { mailbox, contact } of contacts) {
      const id = newId();
      const messageId = messageIdOf(id, this.settings.from);
      await tx.query(insertMail({ id, noticeId: notice.id, kind, toParty, contact, mailbox, messageId, writtenAt }));
    }
  }
}

/** What every event about a notice carries. */
export function noticeKeysOf(notice: NoticeRow) {
  return {
    noticeId: notice.id,
    breachId: notice.breach_id,
    partyId: notice.party_id,
    counterparty: notice.counterparty,
    protocolId: notice.protocol_id,
    notice: {
      phase: notice.phase,
      clause: notice.clause,
      nature: notice.nature,
      counts: notice.counts,
      items: notice.items,
      findings: notice.findings,
      decidedAt: iso(notice.decided_at),
      escalatesAt: iso(notice.escalates_at),
    },
  };
}
