import { Inject, Injectable } from '@nestjs/common';
import type { BreachNoticePage, BreachNoticeView, BreachPageQuery } from '@convenant/contracts';
import {
  selectConsultationsOf,
  selectImprovementsOf,
  type ConsultationRow,
  type ImprovementRow,
} from '../db/consultation.statements.js';
import { Database } from '../db/database.js';
import { selectMails, type MailRow } from '../db/mail.statements.js';
import {
  selectAcknowledgements,
  selectNotice,
  selectNotices,
  type AcknowledgementRow,
  type NoticeRow,
} from '../db/notice.statements.js';
import { iso, notFound } from './command-call.js';
import { KnownLedger, type KnownProtocol } from './known-ledger.js';
import { pageOf, pageSize } from './paging.js';

/** Notices for the two parties that each is between: a counterparty sees of a breach what is addressed to it, no more. */
@Injectable()
export class NoticeViews {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(KnownLedger) private readonly ledger: KnownLedger,
  ) {}

  /** @throws DomainError NOT_FOUND, also for a notice between others */
  async get(id: string, party: string): Promise<BreachNoticeView> {
    return (await this.of([await this.row(id, party)], party))[0]!;
  }

  /** @throws DomainError NOT_FOUND, also for a notice between others */
  async row(id: string, party: string): Promise<NoticeRow> {
    const [row] = await this.database.query<NoticeRow>(selectNotice(id, party));
    if (row === undefined) throw notFound('notice', id);
    return row;
  }

  async list(party: string, query: BreachPageQuery): Promise<BreachNoticePage> {
    const size = pageSize(query);
    const rows = await this.database.query<NoticeRow>(selectNotices(party, query.after ?? null, size + 1));
    const { items, next } = pageOf(rows, size, ({ id }) => id);
    return { items: await this.of(items, party), ...next };
  }

  private async of(rows: readonly NoticeRow[], party: string): Promise<BreachNoticeView[]> {
    const ids = rows.map(({ id }) => id);
    const protocols = await this.ledger.protocols(this.database, [...new Set(rows.map((row) => row.protocol_id))]);
    const acknowledgements = await this.database.query<AcknowledgementRow>(selectAcknowledgements(ids));
    const mails = await this.database.query<MailRow>(selectMails(ids));
    const consultations = await this.database.query<ConsultationRow>(selectConsultationsOf(ids));
    const improvements = await this.database.query<ImprovementRow>(selectImprovementsOf(ids));
    return rows.map((row) => {
      const ofNotice = <T extends { notice_id: string }>(all: T[]) => all.filter((it) => it.notice_id === row.id);
      return {
        ...viewOf(row, party, protocols.get(row.protocol_id)!),
        acknowledgements: ofNotice(acknowledgements).map((it) => ({
          byParty: it.by_party,
          receivedAt: iso(it.received_at),
          acknowledgedAt: iso(it.acknowledged_at),
        })),
        mails: ofNotice(mails).map(mailView),
        consultations: ofNotice(consultations).map(({ id }) => id),
        improvements: ofNotice(improvements).map(({ id }) => id),
      };
    });
  }
}

type OwnFields = Omit<BreachNoticeView, 'acknowledgements' | 'mails' | 'consultations' | 'improvements'>;

function viewOf(row: NoticeRow, party: string, { model }: KnownProtocol): OwnFields {
  const { notified_at: sentAt, escalated_at: escalatedAt, escalation_cause: cause } = row;
  return {
    id: row.id,
    partyId: row.party_id,
    counterparty: row.counterparty,
    mine: row.party_id === party ? 'breachedParty' : 'counterparty',
    protocolId: row.protocol_id,
    protocolTitle: model.title,
    clause: row.clause,
    phase: row.phase,
    nature: row.nature,
    counts: row.counts,
    items: row.items,
    findings: row.findings,
    state: stateOf(row),
    decidedAt: iso(row.decided_at),
    ...(sentAt === null ? {} : { sentAt: iso(sentAt) }),
    escalatesAt: iso(row.escalates_at),
    ...(escalatedAt === null ? {} : { escalatedAt: iso(escalatedAt) }),
    ...(cause === null ? {} : { escalationCause: cause }),
  };
}

function stateOf(row: NoticeRow): BreachNoticeView['state'] {
  if (row.acknowledged_at !== null) return 'acknowledged';
  if (row.escalated_at !== null) return 'escalated';
  return row.notified_at === null ? 'sending' : 'notified';
}

function mailView(mail: MailRow): BreachNoticeView['mails'][number] {
  return {
    id: mail.id,
    kind: mail.kind,
    toParty: mail.to_party,
    contact: mail.contact,
    state: mail.state,
    messageId: mail.message_id,
    tries: mail.tries,
    ...(mail.sent_at === null ? {} : { sentAt: iso(mail.sent_at) }),
    ...(mail.last_answer === null ? {} : { lastAnswer: mail.last_answer }),
  };
}
