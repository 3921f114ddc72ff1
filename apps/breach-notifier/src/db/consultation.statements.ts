import type { Statement } from './database.js';

export interface ConsultationRow {
  readonly id: string;
  readonly notice_id: string;
  readonly clause: string;
  readonly topics: string[];
  readonly opened_by: string;
  readonly opened_at: Date;
  readonly closed_by: string | null;
  readonly closed_at: Date | null;
  readonly minutes_hash: string | null;
}

export interface DecisionRow {
  readonly id: string;
  readonly consultation_id: string;
  readonly decision: string;
  readonly actions: string[];
  readonly actor: string | null;
  readonly by_party: string;
  readonly minutes_hash: string;
  readonly decided_at: Date;
}

export const insertConsultation = (consultation: {
  id: string;
  noticeId: string;
  clause: string;
  topics: readonly string[];
  openedBy: string;
  openedAt: string;
}): Statement => ({
  name: 'breach_insert_consultation',
  text: `INSERT INTO consultation (id, notice_id, clause, topics, opened_by, opened_at) VALUES ($1, $2, $3, $4, $5, $6)`,
  values: [
    consultation.id,
    consultation.noticeId,
    consultation.clause,
    consultation.topics,
    consultation.openedBy,
    consultation.openedAt,
  ],
});

export const selectConsultation = (id: string): Statement => ({
  name: 'breach_select_consultation',
  text: 'SELECT * FROM consultation WHERE id = $1',
  values: [id],
});

export const selectConsultationsOf = (noticeIds: readonly string[]): Statement => ({
  name: 'breach_select_consultations_of',
  text: 'SELECT * FROM consultation WHERE notice_id = ANY ($1::uuid[]) ORDER BY id',
  values: [noticeIds],
});

export const closeConsultationRow = (id: string, party: string, at: string, minutesHash: string): Statement => ({
  name: 'breach_close_consultation',
  text: 'UPDATE consultation SET closed_by = $2, closed_at = $3, minutes_hash = $4 WHERE id = $1',
  values: [id, party, at, minutesHash],
});

export const insertDecision = (decision: {
  id: string;
  consultationId: string;
  decision: string;
  actions: readonly string[];
  actor: string | null;
  byParty: string;
  minutesHash: string;
  decidedAt: string;
}): Statement => ({
  name: 'breach_insert_decision',
  text: `INSERT INTO consultation_decision (id, consultation_id, decision, actions, actor, by_party, minutes_hash, decided_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
  values: [
    decision.id,
    decision.consultationId,
    decision.decision,
    decision.actions,
    decision.actor,
    decision.byParty,
    decision.minutesHash,
    decision.decidedAt,
  ],
});

export const selectDecisions = (consultationId: string): Statement => ({
  name: 'breach_select_decisions',
  text: 'SELECT * FROM consultation_decision WHERE consultation_id = $1 ORDER BY id',
  values: [consultationId],
});

export interface ImprovementRow {
  readonly id: string;
  readonly notice_id: string;
  readonly clause: string;
  readonly by_party: string;
  readonly measure: string;
  readonly note: string;
  readonly note_hash: string;
  readonly shared_at: Date;
}

export const insertImprovement = (improvement: {
  id: string;
  noticeId: string;
  clause: string;
  byParty: string;
  measure: string;
  note: string;
  noteHash: string;
  sharedAt: string;
}): Statement => ({
  name: 'breach_insert_improvement',
  text: `INSERT INTO improvement (id, notice_id, clause, by_party, measure, note, note_hash, shared_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
  values: [
    improvement.id,
    improvement.noticeId,
    improvement.clause,
    improvement.byParty,
    improvement.measure,
    improvement.note,
    improvement.noteHash,
    improvement.sharedAt,
  ],
});

export const selectImprovement = (id: string): Statement => ({
  name: 'breach_select_improvement',
  text: 'SELECT * FROM improvement WHERE id = $1',
  values: [id],
});

export const selectImprovementsOf = (noticeIds: readonly string[]): Statement => ({
  name: 'breach_select_improvements_of',
  text: 'SELECT * FROM improvement WHERE notice_id = ANY ($1::uuid[]) ORDER BY id',
  values: [noticeIds],
});
