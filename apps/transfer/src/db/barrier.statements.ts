import type { Statement } from './statement.js';

export interface PendingBarrierRow {
  barrier_id: string;
  kind: 'withdrawal' | 'ending' | 'suspension' | 'revocation' | 'hold' | 'restriction' | 'objection';
  service: string;
  subject: string;
  aggregateversion: number;
  protocol_id: string;
  consent_id: string | null;
  /** Of a restriction and an objection. */
  subject_ref?: string | null;
  clause: string | null;
  context: unknown;
}

const columns =
  'barrier_id, kind, service, subject, aggregateversion, protocol_id, consent_id, subject_ref, clause, context';

export const insertPendingBarrier = (barrier: PendingBarrierRow, dueAt: Date): Statement => ({
  name: 'insert_pending_barrier',
  text: `INSERT INTO pending_barrier (${columns}, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
  values: [
    barrier.barrier_id,
    barrier.kind,
    barrier.service,
    barrier.subject,
    barrier.aggregateversion,
    barrier.protocol_id,
    barrier.consent_id,
    barrier.subject_ref ?? null,
    barrier.clause,
    JSON.stringify(barrier.context),
    dueAt,
  ],
});

/** Reaches every replica when the transaction commits, and nobody when it does not. */
export const BARRIER_CHANNEL = 'transfer_barrier';
export const wakeBarriers: Statement = {
  name: 'wake_barriers',
  text: `SELECT pg_notify('${BARRIER_CHANNEL}', '')`,
  values: [],
};

/** Takes what is due (by `Clock`) for this replica. A claim that runs out is taken over, from the top. */
export const claimBarriers = (owner: string, now: Date, limit: number, leaseMs: number): Statement => ({
  name: 'claim_barriers',
  text: `UPDATE pending_barrier SET owner = $1, lease_until = clock_timestamp() + $4 * interval '1 millisecond'
          WHERE barrier_id IN (
            SELECT barrier_id FROM pending_barrier
             WHERE due_at <= $2 AND (lease_until IS NULL OR lease_until < clock_timestamp())
             ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
         RETURNING ${columns}`,
  values: [owner, now, limit, leaseMs],
});

export const renewBarriers = (owner: string, ids: readonly string[], leaseMs: number): Statement => ({
  name: 'renew_barriers',
  text: `UPDATE pending_barrier SET lease_until = clock_timestamp() + $3 * interval '1 millisecond'
          WHERE owner = $1 AND barrier_id = ANY ($2)`,
  values: [owner, ids, leaseMs],
});

export const releaseBarriers = (owner: string, ids: readonly string[]): Statement => ({
  name: 'release_barriers',
  text: 'UPDATE pending_barrier SET owner = NULL, lease_until = NULL WHERE owner = $1 AND barrier_id = ANY ($2)',
  values: [owner, ids],
});

/** Returns those that were still pending: only for them `barrier.applied` is said. */
export const deleteBarriers = (ids: readonly string[]): Statement => ({
  name: 'delete_barriers',
  text: 'DELETE FROM pending_barrier WHERE barrier_id = ANY ($1) RETURNING barrier_id',
  values: [ids],
});

/**
 * The transactions that this role has open in this database at this moment. A transaction holds its virtual id from
 * before its first snapshot until its commit is visible; one that is not listed has ended (its writes are visible) or
 * starts later (it sees the cause). A backend without an activity row counts: rather wait for too much.
 */
export const listOpenTransactions: Statement = {
  name: 'list_open_transactions',
  text: `SELECT l.virtualtransaction AS id FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
          WHERE l.locktype = 'virtualxid' AND l.granted AND l.pid <> pg_backend_pid()
            AND (a.pid IS NULL OR (a.usename = current_user AND a.datname = current_database()))`,
  values: [],
};

/** Which of these are still open. */
export const stillOpen = (ids: readonly string[]): Statement => ({
  name: 'still_open_transactions',
  text: `SELECT DISTINCT virtualtransaction AS id FROM pg_locks
          WHERE locktype = 'virtualxid' AND granted AND virtualtransaction = ANY ($1)`,
  values: [ids],
});

/** Under which consents and protocols, and about which persons, everything is stopped. */
export interface BarrierScope {
  readonly consents: readonly string[];
  readonly protocols: readonly string[];
  readonly subjects: readonly string[];
  /** Of users: what is looked up under them. */
  readonly authorizations: readonly string[];
}

const under = `d.verdict = 'permitted'
  AND (d.consent_id = ANY ($1) OR d.protocol_id = ANY ($2) OR d.subject_ref = ANY ($3))`;

const scoped = ({ consents, protocols, subjects }: BarrierScope) => [consents, protocols, subjects];

/** Authorised disclosures under the causes whose delivery is still to be made. */
export const selectUndelivered = (scope: BarrierScope, after: string, limit: number): Statement => ({
  name: 'select_undelivered_under',
  text: `SELECT d.id FROM disclosure d JOIN delivery y ON y.disclosure_id = d.id
          WHERE ${under} AND y.state IN ('due', 'held') AND d.id > $4
          ORDER BY d.id LIMIT $5`,
  values: [...scoped(scope), after, limit],
});

/** Of these, what is still to be delivered, with the delivery's own context. Asked under their locks. */
export const selectDue = (ids: readonly string[]): Statement => ({
  name: 'select_due_disclosures',
  text: `SELECT d.*, y.context AS delivery_context FROM disclosure d JOIN delivery y ON y.disclosure_id = d.id
          WHERE d.id = ANY ($1) AND y.state IN ('due', 'held') ORDER BY d.id`,
  values: [ids],
});

/** What the attempts that are open at this moment are made under. */
export const selectOpenAttempts = (scope: BarrierScope): Statement => ({
  name: 'select_open_attempts_under',
  text: `SELECT DISTINCT d.consent_id, d.protocol_id, d.subject_ref FROM delivery_attempt t JOIN disclosure d ON d.id = t.disclosure_id
          WHERE t.outcome IS NULL AND ${under}`,
  values: scoped(scope),
});

/** Disclosures of which an attempt ended unobserved: its owner was gone. */
export const selectUnobserved = (scope: BarrierScope): Statement => ({
  name: 'select_unobserved_under',
  text: `SELECT DISTINCT d.id, d.consent_id, d.protocol_id, d.subject_ref FROM delivery_attempt t JOIN disclosure d ON d.id = t.disclosure_id
          WHERE t.outcome = 'lost' AND ${under}`,
  values: scoped(scope),
});

/** What was looked up was given already. A passphrase that nobody collected is not given out any more. */
export const withholdUnder = (scope: BarrierScope, code: string): Statement => ({
  name: 'withhold_passphrases_under',
  text: `UPDATE disclosure d SET withheld = $4
          WHERE ${under} AND d.state IN ('delivered', 'unconfirmed') AND d.withheld IS NULL AND d.collected_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM look_up l WHERE l.disclosure_id = d.id)`,
  values: [...scoped(scope), code],
});

export const withholdOne = (disclosureId: string, code: string): Statement => ({
  name: 'withhold_passphrase',
  text: `UPDATE disclosure SET withheld = $2 WHERE id = $1 AND withheld IS NULL AND collected_at IS NULL`,
  values: [disclosureId, code],
});
