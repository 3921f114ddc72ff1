import { Inject, Injectable } from '@nestjs/common';
import type { ConsultationView } from '@convenant/contracts';
import {
  selectConsultation,
  selectDecisions,
  type ConsultationRow,
  type DecisionRow,
} from '../db/consultation.statements.js';
import { Database, type Queries } from '../db/database.js';
import { selectNotice, type NoticeRow } from '../db/notice.statements.js';
import { iso, notFound } from './command-call.js';

/** A consultation with its decisions, for the two parties that it is between. */
@Injectable()
export class GetConsultation {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** @throws DomainError NOT_FOUND, also for a consultation between others */
  async execute(id: string, party: string): Promise<ConsultationView> {
    const { consultation } = await consultationOf(this.database, id, party);
    const decisions = await this.database.query<DecisionRow>(selectDecisions(id));
    const { closed_at: closedAt, closed_by: closedBy, minutes_hash: minutesHash } = consultation;
    return {
      id,
      noticeId: consultation.notice_id,
      clause: consultation.clause,
      state: closedAt === null ? 'open' : 'closed',
      topics: consultation.topics,
      openedBy: consultation.opened_by,
      openedAt: iso(consultation.opened_at),
      decisions: decisions.map((decision) => ({
        id: decision.id,
        decision: decision.decision,
        actions: decision.actions,
        ...(decision.actor === null ? {} : { actor: decision.actor }),
        byParty: decision.by_party,
        minutesHash: decision.minutes_hash,
        decidedAt: iso(decision.decided_at),
      })),
      ...(closedBy === null ? {} : { closedBy }),
      ...(closedAt === null ? {} : { closedAt: iso(closedAt) }),
      ...(minutesHash === null ? {} : { minutesHash }),
    };
  }
}

/** @throws DomainError NOT_FOUND, also for a consultation between others */
export async function consultationOf(
  queries: Queries,
  id: string,
  party: string,
): Promise<{ consultation: ConsultationRow; notice: NoticeRow }> {
  const [consultation] = await queries.query<ConsultationRow>(selectConsultation(id));
  if (consultation === undefined) throw notFound('consultation', id);
  const [notice] = await queries.query<NoticeRow>(selectNotice(consultation.notice_id, party));
  if (notice === undefined) throw notFound('consultation', id);
  return { consultation, notice };
}
