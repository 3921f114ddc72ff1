/** What the metrics look up. */
export const metricStatements = {
  outbox: `SELECT c.sequence, pg_snapshot_xmin(pg_current_snapshot())::text AS xmin, pg_snapshot_xmax(pg_current_snapshot())::text AS xmax,
                  (SELECT o.recorded_at FROM outbox o WHERE (o.era, o.xid, o.id) > (c.era, c.xid, c.outbox_id)
                      AND NOT EXISTS (SELECT FROM outbox_rebased r WHERE (r.era, r.xid, r.outbox_id) = (o.era, o.xid, o.id))
                    ORDER BY o.era, o.xid, o.id LIMIT 1) AS oldest
             FROM relay_cursor c`,
  positions: 'SELECT topic, partition, next_offset FROM inbox_partition',
  deadLetters: 'SELECT count(*)::int AS letters FROM inbox_block',
} as const;
