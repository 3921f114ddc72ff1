import { Inject, Injectable } from '@nestjs/common';
import { addPeriod, formatInstant, newId } from '@convenant/kernel';
import { messageIdOf } from '@convenant/mail';
import type { CommandContext, WriteTransaction } from '@convenant/messaging';
import type { PartyRole } from '@convenant/protocol';
import { contactFindings, noticeClause, noticeContacts, otherRole } from '../domain/notice-duty.js';
import type { BreachRow } from '../db/breach.statements.js';
import type { AffectedProtocol } from '../db/ledger.statements.js';
import { insertMail } from '../db/mail.statements.js';
import { insertNotice, selectNoticesOfBreaches, type NoticeRow } from '../db/notice.statements.js';
import { MailSettings } from '../mail/mail-settings.js';
import { KnownLedger, roleIn } from './known-ledger.js';

/**
 * Decides whom a breach must be told, one notice per protocol: to the other party and, as a copy, to the breached party's own
 * contact. Notices and their mails are written with the decision; the worker sends them. A later phase is told only where
 * it changed what the counterparty was told before.
 *
 * @see GDPR Art. 33(4)
 */
@Injectable()
export class DecideNotices {
  constructor(
    @Inject(KnownLedger) private readonly ledger: KnownLedger,
    @Inject(MailSettings) private readonly settings: MailSettings,
  ) {}

  async execute(
    tx: WriteTransaction,
    breach: Pick<BreachRow, 'id' | 'party_id' | 'nature' | 'phase'>,
    affected: readonly AffectedProtocol[],
    context: CommandContext,
  ): Promise<void> {
    const protocols = await this.ledger.protocols(
      tx,
      affected.map((it) => it.protocol_id),
    );
    const parties = await this.ledger.parties(tx, [breach.party_id, ...affected.map((it) => it.counterparty)]);
    const earlier = await tx.query<NoticeRow>(selectNoticesOfBreaches([breach.id]));
    for (const { protocol_id: protocolId, counterparty, item_ids: items, ...counts } of affected) {
      const protocol = protocols.get(protocolId);
      if (protocol === undefined) continue;
      const role = roleIn(protocol, breach.party_id);
      const clause = noticeClause(protocol.model, role);
      if (clause === null || toldAlready(earlier, protocolId, counts, items)) continue;

      const told = (side: PartyRole, party: string) => {
        const registered = parties.get(party)?.contacts ?? [];
        const { contacts, findings } = noticeContacts(protocol.model, side, registered);
        return { contacts, findings: [...findings, ...contactFindings(side, contacts, registered)] };
      };
      const theirs = told(otherRole(role), counterparty);
      const ours = told(role, breach.party_id);
      const id = newId();
      await tx.query(
        insertNotice({
          id,
          breach_id: breach.id,
          phase: breach.phase,
          protocol_id: protocolId,
          protocol_version: protocol.version,
          party_id: breach.party_id,
          counterparty,
          clause,
          nature: breach.nature,
          counts: { disclosures: counts.disclosures, persons: counts.persons, items: counts.items },
          items,
          findings: [...theirs.findings, ...ours.findings],
          decidedAt: formatInstant(tx.now),
          escalatesAt: formatInstant(addPeriod(tx.now, this.settings.escalateAfter)),
          correlation_id: context.correlationId,
          causation_id: context.causationId,
        }),
      );
      for (const [toParty, { contacts }] of [
        [counterparty, theirs],
        [breach.party_id, ours],
      ] as const) {
        for (const { mailbox, contact } of contacts) {
          const mailId = newId();
          await tx.query(
            insertMail({
              id: mailId,
              noticeId: id,
              kind: 'notice',
              toParty,
              contact,
              mailbox,
              messageId: messageIdOf(mailId, this.settings.from),
              writtenAt: formatInstant(tx.now),
            }),
          );
        }
      }
    }
  }
}

type Counts = Pick<AffectedProtocol, 'disclosures' | 'persons' | 'items'>;

function toldAlready(earlier: readonly NoticeRow[], protocolId: string, counts: Counts, items: string[]): boolean {
  const last = earlier.findLast((notice) => notice.protocol_id === protocolId);
  return (
    last !== undefined &&
    last.counts.disclosures === counts.disclosures &&
    last.counts.persons === counts.persons &&
    last.counts.items === counts.items &&
    last.items.join() === items.join()
  );
}
