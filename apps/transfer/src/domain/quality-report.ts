import type { CorrectionView, QualityReportView } from '@convenant/contracts';
import { addPeriod, formatInstant, isPeriod } from '@convenant/kernel';
import { type ProtocolModel, qualityKinds } from '@convenant/protocol';
import type { CorrectionRow, QualityReportRow } from '../db/quality.statements.js';

/** Until when the investigating party is to act. */
export interface QualityDeadline {
  /** Epoch milliseconds, UTC. */
  readonly dueAt: number;
  /** ISO 8601. */
  readonly period: string;
  readonly basis: 'protocol' | 'installation';
}

/**
 * Who reports to whom under a protocol: as its text says; where it is silent and every item comes from an authentic source,
 * the receiver reports to the sender, who keeps that source, and edits nothing. Null otherwise.
 * @see GDPR Art. 5(1)(d), Art. 19
 */
export function qualityRule(model: ProtocolModel, items: readonly string[]): ProtocolModel['quality'] {
  if (model.quality !== null) return model.quality;
  const authentic = items.every((item) => model.dataItems.find(({ id }) => id === item)?.authenticSource != null);
  if (!authentic) return null;
  return {
    kinds: [...qualityKinds],
    reporter: 'receiver',
    reportWithin: 'immediately',
    alsoOnSubjectsWord: true,
    investigator: 'sender',
    actWithin: null,
    reportBack: true,
    clause: model.itemsClause,
  };
}

/**
 * The deadline of a report: the period that the protocol names, else that of the installation, since a text that says only
 * "within a reasonable term" names none. Whole calendar units, Brussels.
 * @param installationPeriod setting QUALITY_DEADLINE
 * @see GDPR Art. 12(3): one month for the data subject's own request, which a report often carries
 */
export function qualityDeadline(
  rule: NonNullable<ProtocolModel['quality']>,
  reportedAt: number,
  installationPeriod: string,
): QualityDeadline {
  const agreed = rule.actWithin !== null && isPeriod(rule.actWithin) ? rule.actWithin : null;
  const period = agreed ?? installationPeriod;
  return { dueAt: addPeriod(reportedAt, period), period, basis: agreed ? 'protocol' : 'installation' };
}

/** Late: resolved after the deadline, or not resolved although it has passed. A withdrawn report is never late. */
export function isOverdue(report: Pick<QualityReportRow, 'state' | 'due_at' | 'resolved_at'>, now: number): boolean {
  if (report.state === 'withdrawn') return false;
  return (report.resolved_at?.getTime() ?? now) > report.due_at.getTime();
}

export function correctionView(row: CorrectionRow): CorrectionView {
  return {
    id: row.id,
    ...(row.report_id ? { reportId: row.report_id } : { requestId: row.request_id! }),
    disclosureId: row.disclosure_id,
    protocolId: row.protocol_id,
    subjectRef: row.subject_ref,
    kind: row.kind,
    items: row.items,
    recipient: { party: row.recipient_party, unit: row.recipient_unit },
    ...(row.generation === null ? null : { generation: row.generation }),
    state: row.acknowledged_at ? 'acknowledged' : 'open',
    propagatedAt: formatInstant(row.propagated_at.getTime()),
    ...at('acknowledgedAt', row.acknowledged_at),
    clause: row.clause,
  };
}

export function qualityReportView(
  row: QualityReportRow,
  corrections: readonly CorrectionRow[],
  now: number,
): QualityReportView {
  return {
    id: row.id,
    disclosureId: row.disclosure_id,
    protocolId: row.protocol_id,
    subjectRef: row.subject_ref,
    items: row.items,
    kind: row.kind,
    toldBySubject: row.told_by_subject,
    state: row.state,
    reportedAt: formatInstant(row.reported_at.getTime()),
    deadline: { dueAt: formatInstant(row.due_at.getTime()), period: row.period, basis: row.period_basis },
    overdue: isOverdue(row, now),
    ...(row.findings ? { findings: row.findings } : null),
    ...at('investigatedAt', row.investigated_at),
    ...(row.measure ? { measure: row.measure } : null),
    ...(row.reason ? { reason: row.reason } : null),
    ...at('resolvedAt', row.resolved_at),
    ...at('withdrawnAt', row.withdrawn_at),
    corrections: corrections.map(correctionView),
    clause: row.clause,
  };
}

function at<Name extends string>(name: Name, date: Date | null): { [key in Name]?: string } {
  return (date ? { [name]: formatInstant(date.getTime()) } : {}) as { [key in Name]?: string };
}
