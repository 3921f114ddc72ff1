import { Inject, Injectable } from '@nestjs/common';
import type { CorrectionsPage, QualityQuery, QualityReportsPage, QualityReportView } from '@convenant/contracts';
import { type Clock, DomainError } from '@convenant/kernel';
import { CLOCK, type WriteTransaction } from '@convenant/messaging';
import type { CallerIdentity } from '@convenant/platform';
import { Database } from '../db/database.js';
import {
  type CorrectionRow,
  type QualityReportRow,
  selectCorrections,
  selectCorrectionsOfReports,
  selectReport,
  selectReports,
} from '../db/quality.statements.js';
import { notFound } from '../domain/protocol-access.js';
import { correctionView, qualityReportView } from '../domain/quality-report.js';

const DEFAULT_PAGE = 50;

/** Reports and corrections as the two parties of a protocol see them: the same for both, never a value. */
@Injectable()
export class QualityReports {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND for a report of other parties too */
  async get(caller: CallerIdentity, id: string): Promise<QualityReportView> {
    const [row] = await this.database.query<QualityReportRow>(selectReport(id));
    if (!row || !concerns(row, caller.party)) throw notFound('Quality report', id);
    return this.view(id);
  }

  /** The report as it stands, for the answer to a step of it. */
  async view(id: string): Promise<QualityReportView> {
    const [row] = await this.database.query<QualityReportRow>(selectReport(id));
    const corrections = await this.database.query<CorrectionRow>(selectCorrectionsOfReports([id]));
    return qualityReportView(row!, corrections, this.clock.now());
  }

  async list(
    caller: CallerIdentity,
    { state, after, limit = DEFAULT_PAGE }: QualityQuery,
  ): Promise<QualityReportsPage> {
    if (!caller.party) return { items: [] };
    const found = await this.database.query<QualityReportRow>(
      selectReports(caller.party, state === 'open', after ?? null, limit + 1),
    );
    const rows = found.slice(0, limit);
    const corrections = await this.database.query<CorrectionRow>(selectCorrectionsOfReports(rows.map(({ id }) => id)));
    const now = this.clock.now();
    const items = rows.map((row) =>
      qualityReportView(
        row,
        corrections.filter(({ report_id }) => report_id === row.id),
        now,
      ),
    );
    return { items, ...(found.length > limit ? { next: rows.at(-1)!.id } : null) };
  }

  async listCorrections(
    caller: CallerIdentity,
    { state, after, limit = DEFAULT_PAGE }: QualityQuery,
  ): Promise<CorrectionsPage> {
    if (!caller.party) return { items: [] };
    const found = await this.database.query<CorrectionRow>(
      selectCorrections(caller.party, state === 'open', after ?? null, limit + 1),
    );
    const items = found.slice(0, limit).map(correctionView);
    return { items, ...(found.length > limit ? { next: items.at(-1)!.id } : null) };
  }

  /**
   * The report, for a step that only one side may take.
   * @throws DomainError NOT_FOUND, FORBIDDEN (the other side's step)
   */
  async forStepOf(
    side: 'reporter' | 'investigator',
    tx: WriteTransaction,
    caller: CallerIdentity,
    id: string,
  ): Promise<QualityReportRow> {
    const [row] = await tx.query<QualityReportRow>(selectReport(id));
    if (!row || !concerns(row, caller.party)) throw notFound('Quality report', id);
    if (row[side] === caller.party) return row;
    throw new DomainError('FORBIDDEN', `This step of quality report ${id} is for the ${side}`, { clause: row.clause });
  }
}

function concerns(row: QualityReportRow, party: string | undefined): boolean {
  return party !== undefined && (party === row.reporter || party === row.investigator);
}

/** The ids that every event of a report carries. */
export function reportIds(row: QualityReportRow) {
  return {
    reportId: row.id,
    disclosureId: row.disclosure_id,
    protocolId: row.protocol_id,
    subjectRef: row.subject_ref,
    clause: row.clause,
  };
}

/** @throws DomainError TRANSITION_ILLEGAL unless the report is in one of these states */
export function assertState(row: QualityReportRow, states: readonly QualityReportRow['state'][], step: string): void {
  if (states.includes(row.state)) return;
  throw new DomainError('TRANSITION_ILLEGAL', `Quality report ${row.id} is ${row.state}: it cannot be ${step}`, {
    clause: row.clause,
  });
}
