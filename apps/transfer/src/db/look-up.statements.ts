import type { BarrierScope } from './barrier.statements.js';
import type { UserFactRow } from './user-fact.statements.js';
import { ledgerWith } from './erasure.statements.js';
import type { Statement } from './statement.js';

export interface LookUpRow {
  disclosure_id: string;
  user_ref: string;
  identifier_kind: string;
  absent_kinds: string[];
  task: string;
  capacity: string | null;
  authorization_id: string | null;
  supervisor: UserFactRow['supervisor'] | null;
  context: unknown;
  asked_at: Date;
  state: 'open' | 'closed';
  attempt_id: string | null;
}

/** @param leaseMs how long the one who asks has for fetching and answering, real milliseconds; null for a refusal */
export const insertLookUp = (row: LookUpRow, leaseMs: number | null): Statement => ({
  name: 'insert_look_up',
  text: `INSERT INTO look_up (disclosure_id, user_ref, identifier_kind, absent_kinds, task, capacity, authorization_id,
                supervisor, context, asked_at, state, attempt_id, lease_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
                clock_timestamp() + $13::int * interval '1 millisecond')`,
  values: [
    row.disclosure_id,
    row.user_ref,
    row.identifier_kind,
    row.absent_kinds,
    row.task,
    row.capacity,
    row.authorization_id,
    row.supervisor === null ? null : JSON.stringify(row.supervisor),
    JSON.stringify(row.context),
    row.asked_at,
    row.state,
    row.attempt_id,
    leaseMs,
  ],
});

/** How many persons this user asked for under the protocol in the period before `now`, but for those beyond the budget. */
export const countLookUps = (protocolId: string, userRef: string, now: Date, period: string): Statement => ({
  name: 'count_look_ups_of_user',
  text: `SELECT count(*)::int AS spent FROM look_up l JOIN disclosure d ON d.id = l.disclosure_id
          WHERE l.user_ref = $2 AND l.asked_at > $3::timestamptz - $4::interval AND d.protocol_id = $1
            AND d.code IS DISTINCT FROM 'LOOKUP_BUDGET_SPENT'`,
  values: [protocolId, userRef, now, period],
});

export const selectLookUp = (disclosureId: string): Statement => ({
  name: 'select_look_up',
  text: 'SELECT * FROM look_up WHERE disclosure_id = $1',
  values: [disclosureId],
});

/** Takes an intent without outcome that nobody works on. */
export const claimLookUp = (disclosureId: string, attemptId: string, leaseMs: number): Statement => ({
  name: 'claim_look_up',
  text: `UPDATE look_up SET attempt_id = $2, lease_until = clock_timestamp() + $3::int * interval '1 millisecond'
          WHERE disclosure_id = $1 AND state = 'open' AND (lease_until IS NULL OR lease_until < clock_timestamp())
         RETURNING disclosure_id`,
  values: [disclosureId, attemptId, leaseMs],
});

/** Returns a row to the attempt that may still say how it ended: the first to say so counts. The lease covers the answer. */
export const closeLookUp = (disclosureId: string, attemptId: string): Statement => ({
  name: 'close_look_up',
  text: `UPDATE look_up SET state = 'closed'
          WHERE disclosure_id = $1 AND state = 'open' AND attempt_id = $2 AND lease_until > clock_timestamp()
         RETURNING disclosure_id`,
  values: [disclosureId, attemptId],
});

/** Ends one that nobody works on. */
export const closeAbandoned = (disclosureId: string): Statement => ({
  name: 'close_abandoned_look_up',
  text: `UPDATE look_up SET state = 'closed', lease_until = NULL
          WHERE disclosure_id = $1 AND state = 'open' AND (lease_until IS NULL OR lease_until < clock_timestamp())
         RETURNING disclosure_id`,
  values: [disclosureId],
});

/** Learnt from an event: what was said of it is final. */
export const foldLookUpClosed = (disclosureId: string): Statement => ({
  name: 'fold_look_up_closed',
  text: `UPDATE look_up SET state = 'closed', lease_until = NULL WHERE disclosure_id = $1`,
  values: [disclosureId],
});

/** The answer has left, or never will: nothing is on the way any more. */
export const releaseLookUps = (attemptId: string): Statement => ({
  name: 'release_look_ups',
  text: 'UPDATE look_up SET lease_until = NULL WHERE attempt_id = $1 AND lease_until IS NOT NULL',
  values: [attemptId],
});

const under = '(d.protocol_id = ANY ($1) OR l.authorization_id = ANY ($2) OR d.subject_ref = ANY ($3))';
const scoped = ({ protocols, authorizations, subjects }: BarrierScope) => [protocols, authorizations, subjects];

/** Under which protocols, authorisations and persons something is being fetched or answered at this moment. */
export const selectLeasedLookUps = (scope: BarrierScope): Statement => ({
  name: 'select_leased_look_ups_under',
  text: `SELECT DISTINCT NULL::uuid AS consent_id, d.protocol_id, d.subject_ref, l.authorization_id
           FROM look_up l JOIN disclosure d ON d.id = l.disclosure_id
          WHERE l.lease_until > clock_timestamp() AND ${under}`,
  values: scoped(scope),
});

/** Intents under them that nobody works on. */
export const selectIdleLookUps = (scope: BarrierScope): Statement => ({
  name: 'select_idle_look_ups_under',
  text: `SELECT l.disclosure_id AS id FROM look_up l JOIN disclosure d ON d.id = l.disclosure_id
          WHERE l.state = 'open' AND (l.lease_until IS NULL OR l.lease_until < clock_timestamp()) AND ${under}
          ORDER BY l.disclosure_id LIMIT 100`,
  values: scoped(scope),
});

/** Intents that nobody came back for, asked before a moment of `Clock`. */
export const selectForgottenLookUps = (before: Date): Statement => ({
  name: 'select_forgotten_look_ups',
  text: `SELECT disclosure_id AS id FROM look_up
          WHERE state = 'open' AND asked_at < $1 AND (lease_until IS NULL OR lease_until < clock_timestamp())
          ORDER BY asked_at LIMIT 100`,
  values: [before],
});

export interface ItemOrigin {
  readonly item: string;
  readonly fields: readonly string[];
  readonly source: string;
  readonly version: string;
}

/** What came, and from where. */
export const markOrigins = (disclosureId: string, origins: readonly ItemOrigin[]): Statement => ({
  name: 'mark_item_origins',
  text: `UPDATE disclosure
            SET ledger = ${ledgerWith(
              `'fields', origin->'fields', 'source', origin->'source', 'version', origin->'version'`,
              `JOIN jsonb_array_elements($2::jsonb) AS came (origin) ON origin->>'item' = key`,
            )}
          WHERE id = $1`,
  values: [disclosureId, JSON.stringify(origins)],
});

export const selectOrigins = (disclosureId: string): Statement => ({
  name: 'select_item_origins',
  text: 'SELECT item, fields, source, source_version AS version FROM disclosure_item WHERE disclosure_id = $1',
  values: [disclosureId],
});

export const markRoute = (id: string, receipt: string | null, controller: string): Statement => ({
  name: 'mark_disclosure_route',
  text: 'UPDATE disclosure SET receipt = $2, transfer_controller = $3 WHERE id = $1',
  values: [id, receipt, controller],
});
