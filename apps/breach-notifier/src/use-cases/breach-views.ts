import { Inject, Injectable } from '@nestjs/common';
import type { BreachView } from '@convenant/contracts';
import { formatInstant, type Clock } from '@convenant/kernel';
import { CLOCK } from '@convenant/messaging';
import type { BreachRow } from '../db/breach.statements.js';
import { selectConsultationsOf, type ConsultationRow } from '../db/consultation.statements.js';
import { Database, type Queries } from '../db/database.js';
import {
  selectFilings,
  selectSubjectInformation,
  type FilingRow,
  type SubjectInformationRow,
} from '../db/filing.statements.js';
import { selectOutgrown } from '../db/ledger.statements.js';
import { selectNoticesOfBreaches, type NoticeRow } from '../db/notice.statements.js';
import { authorityDeadline, waitsFor, type DutyFacts } from '../domain/breach-duties.js';
import { iso } from './command-call.js';

/** A breach with all that hangs on it. */
export interface WholeBreach {
  readonly row: BreachRow;
  readonly filings: readonly FilingRow[];
  readonly information: readonly SubjectInformationRow[];
  readonly notices: readonly NoticeRow[];
  readonly duties: DutyFacts;
}

/** Loads breaches with their filings, notices and consultations, and shows them with their open duties. */
@Injectable()
export class BreachViews {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async of(rows: readonly BreachRow[]): Promise<BreachView[]> {
    const now = this.clock.now();
    return (await this.whole(this.database, rows, now)).map((breach) => viewOf(breach, now));
  }

  /** @param now epoch milliseconds UTC, legal time */
  async whole(queries: Queries, rows: readonly BreachRow[], now: number): Promise<WholeBreach[]> {
    const ids = rows.map(({ id }) => id);
    const filings = await queries.query<FilingRow>(selectFilings(ids));
    const information = await queries.query<SubjectInformationRow>(selectSubjectInformation(ids));
    const notices = await queries.query<NoticeRow>(selectNoticesOfBreaches(ids));
    const consultations = await queries.query<ConsultationRow>(selectConsultationsOf(notices.map(({ id }) => id)));
    const outgrown = new Set(
      (await queries.query<{ id: string }>(selectOutgrown(ids, formatInstant(now)))).map(({ id }) => id),
    );
    return rows.map((row) => {
      const ofBreach = <T extends { breach_id: string }>(all: T[]) => all.filter((it) => it.breach_id === row.id);
      const own = { filings: ofBreach(filings), information: ofBreach(information), notices: ofBreach(notices) };
      const noticeIds = new Set(own.notices.map(({ id }) => id));
      const open = consultations.filter((it) => noticeIds.has(it.notice_id) && it.closed_at === null);
      return { row, ...own, duties: dutiesOf(row, own, open, outgrown.has(row.id)) };
    });
  }
}

function dutiesOf(
  row: BreachRow,
  { filings, information, notices }: Pick<WholeBreach, 'filings' | 'information' | 'notices'>,
  open: readonly ConsultationRow[],
  outgrown: boolean,
): DutyFacts {
  const filed = filings.flatMap(({ filed_at: at }) => (at === null ? [] : [at.getTime()]));
  return {
    state: row.state,
    ended: row.occurred_to !== null,
    outgrown,
    authorityDueAt: row.authority_due_at?.getTime() ?? null,
    risk: row.assessment?.risk ?? null,
    filedAt: filed.length === 0 ? null : Math.min(...filed),
    delayJustified: row.delay !== null,
    subjectsSettled: information.length > 0,
    notices: notices.map(({ id, acknowledged_at: acknowledged, escalated_at: escalated }) => ({
      id,
      acknowledged: acknowledged !== null,
      escalated: escalated !== null,
    })),
    openConsultations: open.map(({ id }) => id),
  };
}

function viewOf({ row, filings, information, notices, duties }: WholeBreach, now: number): BreachView {
  const { assessment, delay, dismissal, closing } = row;
  return {
    id: row.id,
    state: row.state,
    nature: row.nature,
    occurredFrom: iso(row.occurred_from),
    ...(row.occurred_to === null ? {} : { occurredTo: iso(row.occurred_to) }),
    detectedAt: iso(row.detected_at),
    ...(row.processor_informed_at === null ? {} : { processorInformedAt: iso(row.processor_informed_at) }),
    ...(row.aware_at === null ? {} : { awareAt: iso(row.aware_at) }),
    ...(row.aware_basis === null ? {} : { awareBasis: row.aware_basis }),
    reportedAt: iso(row.reported_at),
    authority: authorityDeadline(duties, now),
    scope: { phase: row.phase, ...row.scope },
    ...(assessment === null ? {} : { assessment }),
    ...(delay === null ? {} : { delay }),
    ...(dismissal === null ? {} : { dismissal }),
    ...(closing === null ? {} : { closing }),
    notices: notices.map(({ id }) => id),
    filings: filings.map(({ id }) => id),
    subjectInformation: information.map(({ id, mode, exemption, persons, informed_at: at }) => ({
      id,
      mode,
      ...(exemption === null ? {} : { exemption }),
      persons,
      informedAt: iso(at),
    })),
    waitsFor: waitsFor(duties, now),
  };
}
