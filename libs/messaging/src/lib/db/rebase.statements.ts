/** Statements of a rebase. */
export const rebaseStatements = {
  /** One rebase at a time, as long as its session lasts. */
  lock: `SELECT pg_try_advisory_lock(hashtextextended('rebase', 0)) AS free`,
  unlock: `SELECT pg_advisory_unlock(hashtextextended('rebase', 0))`,
  row: `SELECT era, xid::text, id, event_id FROM outbox WHERE subject = $1 AND aggregate_version = $2`,
  isMarked: `SELECT FROM outbox_rebased WHERE sequence = $1`,
  insert: `INSERT INTO outbox (era, event_id, type, classification, subject, aggregate_version, occurred_at, recorded_at,
                               correlation_id, causation_id, traceparent, protocol_id, protocol_version, clause, actor_party,
                               actor_ref, data)
           SELECT era, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16 FROM service_state
           RETURNING era, xid::text, id`,
  version: `INSERT INTO aggregate_version AS v (subject, version) VALUES ($1, $2)
            ON CONFLICT (subject) DO UPDATE SET version = GREATEST(v.version, EXCLUDED.version)`,
  mark: `INSERT INTO outbox_rebased (era, xid, outbox_id, sequence, causation_id, subject) VALUES ($1, $2::xid8, $3, $4, $5, $6)`,
  unsent: `SELECT count(*)::int AS rows FROM outbox o, relay_cursor c
            WHERE (o.era, o.xid, o.id) > (c.era, c.xid, c.outbox_id)
              AND NOT EXISTS (SELECT FROM outbox_rebased r WHERE (r.era, r.xid, r.outbox_id) = (o.era, o.xid, o.id))`,
  anchor: `INSERT INTO relay_rebase (operation_id, era, xid, outbox_id, sequence, reached)
           SELECT $1, era, xid, outbox_id, sequence, $2 FROM relay_cursor`,
  /** Whoever leads must compare again, and unsent rows get the numbers behind. */
  moveCursor: `UPDATE relay_cursor SET sequence = $1, epoch = epoch + 1`,
  /** Nothing is decided before `$5` is reached: what others said since the backup (a withdrawal, an ending) is not known yet. */
  catchUp: `INSERT INTO inbox_partition AS p (topic, partition, source, next_offset, replay_until) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (topic, partition) DO UPDATE SET replay_until = EXCLUDED.replay_until, owner_epoch = p.owner_epoch + 1
             WHERE p.next_offset < EXCLUDED.replay_until`,
  /** What is written from here on comes behind all that was written before, whatever its transaction id. */
  open: `UPDATE service_state
            SET era = era + 1, system_identifier = (SELECT system_identifier::text FROM pg_control_system()),
                closed_because = NULL, server_started_at = pg_postmaster_start_time(), outbox_table = 'outbox'::regclass::oid`,
} as const;
