import type { QualityReportView } from '@convenant/contracts';
import type { Statement } from './statement.js';

/** One row of `quality_report`. */
export interface QualityReportRow {
  id: string;
  disclosure_id: string;
  protocol_id: string;
  subject_ref: string;
  reporter: string;
  investigator: string;
  items: string[];
  kind: QualityReportView['kind'];
  told_by_subject: boolean;
  state: QualityReportView['state'];
  reported_at: Date;
  due_at: Date;
  period: string;
  period_basis: QualityReportView['deadline']['basis'];
  clause: string;
  findings: NonNullable<QualityReportView['findings']> | null;
  investigated_at: Date | null;
  measure: NonNullable<QualityReportView['measure']> | null;
  reason: NonNullable<QualityReportView['reason']> | null;
  resolved_at: Date | null;
  withdrawn_at: Date | null;
}

const reported = [
  'id',
  'disclosure_id',
  'protocol_id',
  'subject_ref',
  'reporter',
  'investigator',
  'items',
  'kind',
  'told_by_subject',
  'state',
  'reported_at',
  'due_at',
  'period',
  'period_basis',
  'clause',
] as const;

/** What is known of a report when it comes in. */
export type NewQualityReport = Pick<QualityReportRow, (typeof reported)[number]>;

export const insertReport = (row: NewQualityReport): Statement => ({
  name: 'insert_quality_report',
  text: `INSERT INTO quality_report (${reported.join(', ')}) VALUES (${reported.map((_, i) => `$${i + 1}`).join(', ')})`,
  values: reported.map((column) => row[column]),
});

export const selectReport = (id: string): Statement => ({
  name: 'select_quality_report',
  text: 'SELECT * FROM quality_report WHERE id = $1',
  values: [id],
});

/** Newest first; `before` is the id after which the page goes on. */
export const selectReports = (party: string, openOnly: boolean, before: string | null, limit: number): Statement => ({
  name: 'select_quality_reports',
  text: `SELECT * FROM quality_report
          WHERE (reporter = $1 OR investigator = $1) AND (NOT $2 OR state IN ('open', 'investigated'))
            AND ($3::uuid IS NULL OR id < $3)
          ORDER BY id DESC LIMIT $4`,
  values: [party, openOnly, before, limit],
});

export const markInvestigated = (id: string, findings: string, at: Date): Statement => ({
  name: 'mark_report_investigated',
  text: `UPDATE quality_report SET state = 'investigated', findings = $2, investigated_at = $3 WHERE id = $1`,
  values: [id, findings, at],
});

export const markResolved = (id: string, measure: string, reason: string, at: Date): Statement => ({
  name: 'mark_report_resolved',
  text: `UPDATE quality_report SET state = 'resolved', measure = $2, reason = $3, resolved_at = $4 WHERE id = $1`,
  values: [id, measure, reason, at],
});

export const markWithdrawn = (id: string, at: Date): Statement => ({
  name: 'mark_report_withdrawn',
  text: `UPDATE quality_report SET state = 'withdrawn', withdrawn_at = $2 WHERE id = $1`,
  values: [id, at],
});

/**
 * Every disclosure of this person under the protocol that carried one of the items and may have reached its recipient: by
 * the ledger, whatever became of the values.
 */
export const selectCarriers = (
  subjectRef: string,
  protocolId: string,
  items: readonly string[],
  limit: number,
): Statement => ({
  name: 'select_carriers',
  text: `SELECT * FROM disclosure
          WHERE subject_ref = $1 AND protocol_id = $2 AND verdict = 'permitted' AND state <> 'failed' AND items && $3::text[]
          ORDER BY id LIMIT $4`,
  values: [subjectRef, protocolId, items, limit],
});

/** One row of `correction`. */
export interface CorrectionRow {
  id: string;
  /** Null where it follows from a request of the person. */
  report_id: string | null;
  request_id: string | null;
  disclosure_id: string;
  protocol_id: string;
  subject_ref: string;
  kind: 'correction' | 'erasure';
  items: string[];
  generation: number | null;
  sender: string;
  recipient_party: string;
  recipient_unit: string;
  propagated_at: Date;
  acknowledged_at: Date | null;
  clause: string;
}

export const insertCorrection = (row: CorrectionRow): Statement => ({
  name: 'insert_correction',
  text: `INSERT INTO correction (id, report_id, disclosure_id, protocol_id, subject_ref, kind, items, generation, sender,
                recipient_party, recipient_unit, propagated_at, clause, request_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
  values: [
    row.id,
    row.report_id,
    row.disclosure_id,
    row.protocol_id,
    row.subject_ref,
    row.kind,
    row.items,
    row.generation,
    row.sender,
    row.recipient_party,
    row.recipient_unit,
    row.propagated_at,
    row.clause,
    row.request_id,
  ],
});

export const selectCorrection = (id: string): Statement => ({
  name: 'select_correction',
  text: 'SELECT * FROM correction WHERE id = $1',
  values: [id],
});

export const selectCorrectionsOfReports = (reportIds: readonly string[]): Statement => ({
  name: 'select_corrections_of_reports',
  text: 'SELECT * FROM correction WHERE report_id = ANY ($1) ORDER BY id',
  values: [reportIds],
});

export const selectCorrections = (
  party: string,
  openOnly: boolean,
  before: string | null,
  limit: number,
): Statement => ({
  name: 'select_corrections',
  text: `SELECT * FROM correction
          WHERE (sender = $1 OR recipient_party = $1) AND (NOT $2 OR acknowledged_at IS NULL)
            AND ($3::uuid IS NULL OR id < $3)
          ORDER BY id DESC LIMIT $4`,
  values: [party, openOnly, before, limit],
});

export const markAcknowledged = (id: string, at: Date): Statement => ({
  name: 'mark_correction_acknowledged',
  text: 'UPDATE correction SET acknowledged_at = $2 WHERE id = $1 AND acknowledged_at IS NULL RETURNING id',
  values: [id, at],
});
