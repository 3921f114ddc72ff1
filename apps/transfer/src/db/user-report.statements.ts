import type { DisclosureRow } from './disclosure.statements.js';
import type { LookUpRow } from './look-up.statements.js';
import type { Statement } from './statement.js';

export interface UserReportRow {
  id: string;
  party: string;
  user_ref: string;
  asked_from: Date;
  asked_until: Date;
  after: string | null;
  made_by: string;
  made_at: Date;
}

export const insertUserReport = (row: UserReportRow): Statement => ({
  name: 'insert_user_report',
  text: `INSERT INTO user_report (id, party, user_ref, asked_from, asked_until, after, made_by, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
  values: [row.id, row.party, row.user_ref, row.asked_from, row.asked_until, row.after, row.made_by, row.made_at],
});

export const selectUserReport = (id: string): Statement => ({
  name: 'select_user_report',
  text: 'SELECT * FROM user_report WHERE id = $1',
  values: [id],
});

export type ReportedLookUp = DisclosureRow & Omit<LookUpRow, 'state' | 'context'>;

/** What the user of that party asked in the interval, oldest first. */
export const selectLookUpsOf = (report: UserReportRow, limit: number): Statement => ({
  name: 'select_look_ups_of_user',
  text: `SELECT l.user_ref, l.identifier_kind, l.absent_kinds, l.task, l.capacity, l.authorization_id, l.supervisor,
                l.asked_at, l.disclosure_id, l.attempt_id, d.*
           FROM look_up l JOIN disclosure d ON d.id = l.disclosure_id
          WHERE l.user_ref = $1 AND d.requester_party = $2 AND l.asked_at >= $3 AND l.asked_at < $4
            AND ($5::uuid IS NULL OR d.id > $5)
          ORDER BY d.id LIMIT $6`,
  values: [report.user_ref, report.party, report.asked_from, report.asked_until, report.after, limit],
});
