/** Whether this very server and database are the ones compared with the topic; whether a replay is under way. */
export const stateOfService = `SELECT coalesce(server_started_at = pg_postmaster_start_time()
    AND outbox_table = 'outbox'::regclass::oid, false) AS verified, closed_because,
  EXISTS (SELECT FROM inbox_partition WHERE replay_until IS NOT NULL) AS replaying FROM service_state`;

/** Hot statements of the write side, prepared once per pooled connection. */
export const outboxStatements = {
  /**
   * In a statement of its own, before any write: row locks would assign the transaction id before the last one is held, and
   * appends to one aggregate would come out reversed. `$1` must be sorted, so that two transactions cannot deadlock.
   */
  lock: {
    name: 'outbox_lock',
    text: 'SELECT pg_advisory_xact_lock(hashtextextended(held, $2::bigint)) FROM unnest($1::text[]) AS held',
  },
  /** Gives back what others hold. Waits for nothing, so that no order is needed. */
  lockIfFree: {
    name: 'outbox_lock_if_free',
    text: `SELECT wanted FROM unnest($1::text[]) AS wanted
            WHERE NOT pg_try_advisory_xact_lock(hashtextextended(wanted, $2::bigint))`,
  },
  /**
   * Versions of the locked aggregates, read after the lock; whether the transaction is still without an id; and whether the
   * relay has compared this very database with its topic (see `service_state`) and no replay is under way.
   */
  versions: {
    name: 'outbox_versions',
    text: `SELECT pg_current_xact_id_if_assigned() IS NULL AS unwritten, s.*, v.subject, v.version
             FROM (${stateOfService}) AS s LEFT JOIN aggregate_version v ON v.subject = ANY($1::uuid[])`,
  },
  version: {
    name: 'outbox_version',
    text: 'SELECT version FROM aggregate_version WHERE subject = $1',
  },
  /** Rows get their ids in the order of the arrays; the cursor (xid, id) is therefore the order of the appends. */
  append: {
    name: 'outbox_append',
    text: `WITH bumped AS (
             INSERT INTO aggregate_version (subject, version) SELECT * FROM unnest($16::uuid[], $17::bigint[])
             ON CONFLICT (subject) DO UPDATE SET version = EXCLUDED.version)
           INSERT INTO outbox (era, event_id, type, classification, subject, aggregate_version, occurred_at, recorded_at, correlation_id,
                               causation_id, traceparent, protocol_id, protocol_version, clause, actor_party, actor_ref, data)
           SELECT (SELECT era FROM service_state), event_id, type, classification, subject, aggregate_version, occurred_at, $18::timestamptz, correlation_id,
                  causation_id, traceparent, protocol_id, protocol_version, clause, actor_party, actor_ref, data
             FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::bigint[], $6::timestamptz[], $7::text[], $8::text[],
                         $9::text[], $10::uuid[], $11::int[], $12::text[], $13::uuid[], $14::text[], $15::text[])
                  WITH ORDINALITY AS appended (event_id, type, classification, subject, aggregate_version, occurred_at, correlation_id,
                         causation_id, traceparent, protocol_id, protocol_version, clause, actor_party, actor_ref, data, place)
            ORDER BY place`,
  },
  wakeRelay: { name: 'outbox_wake_relay', text: `SELECT pg_notify('outbox', '')` },
} as const;

/** Channel on which a commit tells the relay of the service, whichever process it runs in. */
export const OUTBOX_CHANNEL = 'outbox';
