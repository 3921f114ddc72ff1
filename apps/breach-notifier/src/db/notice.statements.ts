import type { Statement } from './database.js';

export interface NoticeRow {
  readonly id: string;
  readonly breach_id: string;
  readonly phase: number;
  readonly protocol_id: string;
  readonly protocol_version: number;
  readonly party_id: string;
  readonly counterparty: string;
  readonly clause: string;
  readonly nature: ('confidentiality' | 'integrity' | 'availability')[];
  readonly counts: { readonly disclosures: number; readonly persons: number; readonly items: number };
  readonly items: string[];
  readonly findings: string[];
  readonly decided_at: Date;
  readonly escalates_at: Date;
  readonly notified_at: Date | null;
  readonly acknowledged_at: Date | null;
  readonly escalated_at: Date | null;
  readonly escalation_cause: 'notAcknowledged' | 'mailRefused' | 'noContact' | null;
  readonly correlation_id: string;
  readonly causation_id: string;
}

export const insertNotice = (
  notice: Omit<
    NoticeRow,
    'decided_at' | 'escalates_at' | 'notified_at' | 'acknowledged_at' | 'escalated_at' | 'escalation_cause'
  > & { decidedAt: string; escalatesAt: string },
): Statement => ({
  name: 'breach_insert_notice',
  text: `INSERT INTO breach_notice (id, breach_id, phase, protocol_id, protocol_version, party_id, counterparty, clause,
                nature, counts, items, findings, decided_at, escalates_at, correlation_id, causation_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
  values: [
    notice.id,
    notice.breach_id,
    notice.phase,
    notice.protocol_id,
    notice.protocol_version,
    notice.party_id,
    notice.counterparty,
    notice.clause,
    notice.nature,
    JSON.stringify(notice.counts),
    notice.items,
    notice.findings,
    notice.decidedAt,
    notice.escalatesAt,
    notice.correlation_id,
    notice.causation_id,
  ],
});

export const selectNoticesOfBreaches = (breachIds: readonly string[]): Statement => ({
  name: 'breach_select_notices_of_breaches',
  text: 'SELECT * FROM breach_notice WHERE breach_id = ANY ($1::uuid[]) ORDER BY phase, id',
  values: [breachIds],
});

/** The notice, only for the two parties that it is between. */
export const selectNotice = (id: string, party: string): Statement => ({
  name: 'breach_select_notice',
  text: 'SELECT * FROM breach_notice WHERE id = $1 AND $2 IN (party_id, counterparty)',
  values: [id, party],
});

/** For the worker, which acts for no party. */
export const selectAnyNotice = (id: string): Statement => ({
  name: 'breach_select_any_notice',
  text: 'SELECT * FROM breach_notice WHERE id = $1',
  values: [id],
});

export const selectNotices = (party: string, after: string | null, limit: number): Statement => ({
  name: 'breach_select_notice_page',
  text: `SELECT * FROM breach_notice
          WHERE $1 IN (party_id, counterparty) AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3`,
  values: [party, after, limit],
});

export const setNotified = (id: string, at: string): Statement => ({
  name: 'breach_set_notified',
  text: 'UPDATE breach_notice SET notified_at = $2 WHERE id = $1 AND notified_at IS NULL RETURNING id',
  values: [id, at],
});

export const setEscalated = (id: string, at: string, cause: string): Statement => ({
  name: 'breach_set_escalated',
  text: `UPDATE breach_notice SET escalated_at = $2, escalation_cause = $3
          WHERE id = $1 AND escalated_at IS NULL AND acknowledged_at IS NULL RETURNING id`,
  values: [id, at, cause],
});

export const setAcknowledged = (id: string, at: string): Statement => ({
  name: 'breach_set_acknowledged',
  text: 'UPDATE breach_notice SET acknowledged_at = $2 WHERE id = $1',
  values: [id, at],
});

export interface AcknowledgementRow {
  readonly notice_id: string;
  readonly by_party: string;
  readonly received_at: Date;
  readonly acknowledged_at: Date;
}

/** Returns a row when the party had not acknowledged yet. */
export const insertAcknowledgement = (noticeId: string, party: string, receivedAt: string, at: string): Statement => ({
  name: 'breach_insert_acknowledgement',
  text: `INSERT INTO notice_acknowledgement (notice_id, by_party, received_at, acknowledged_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING RETURNING notice_id`,
  values: [noticeId, party, receivedAt, at],
});

export const selectAcknowledgements = (noticeIds: readonly string[]): Statement => ({
  name: 'breach_select_acknowledgements',
  text: 'SELECT * FROM notice_acknowledgement WHERE notice_id = ANY ($1::uuid[]) ORDER BY acknowledged_at, by_party',
  values: [noticeIds],
});

/** Notices that nobody acknowledged until `now` (legal time), or that have no contact to write to. */
export const selectToEscalate = (now: string, limit: number): Statement => ({
  name: 'breach_select_to_escalate',
  text: `SELECT id, no_contact FROM (
           SELECT n.id, n.escalates_at, NOT EXISTS (
                    SELECT 1 FROM notice_mail m WHERE m.notice_id = n.id AND m.to_party = n.counterparty) AS no_contact
             FROM breach_notice n WHERE n.acknowledged_at IS NULL AND n.escalated_at IS NULL) open
          WHERE no_contact OR escalates_at <= $1::timestamptz
          ORDER BY escalates_at LIMIT $2`,
  values: [now, limit],
});
