/** Statements of a start and of a rebase: rare, so none is prepared. */
export const openingStatements = {
  /** The cluster this server is, and the one of the first start (null: this is the first). */
  cluster: `SELECT (SELECT system_identifier::text FROM pg_control_system()) AS now, system_identifier AS first
              FROM service_state`,
  /** Opens the service on this server and this outbox. Only for the relay whose epoch it is (`$1`). */
  open: `UPDATE service_state
            SET system_identifier = (SELECT system_identifier::text FROM pg_control_system()), closed_because = NULL,
                server_started_at = pg_postmaster_start_time(), outbox_table = 'outbox'::regclass::oid
          WHERE EXISTS (SELECT FROM relay_cursor WHERE epoch = $1)`,
  close: `UPDATE service_state SET closed_because = $2, server_started_at = NULL
           WHERE EXISTS (SELECT FROM relay_cursor WHERE epoch = $1)`,
  /** The row that an event would be, and the sequence that the row has or will get. */
  place: `WITH anchor AS (
            SELECT era, xid, outbox_id, sequence FROM relay_rebase
            UNION ALL SELECT era, xid, outbox_id, sequence FROM relay_cursor
          ), own AS (
            SELECT era, xid, id, event_id FROM outbox WHERE subject = $1 AND aggregate_version = $2
          ), behind AS (
            SELECT a.* FROM anchor a, own o WHERE (a.era, a.xid, a.outbox_id) >= (o.era, o.xid, o.id)
             ORDER BY a.era, a.xid, a.outbox_id, a.sequence LIMIT 1
          )
          SELECT o.event_id, coalesce(
            (SELECT sequence FROM outbox_rebased r WHERE (r.era, r.xid, r.outbox_id) = (o.era, o.xid, o.id)),
            (SELECT a.sequence - (SELECT count(*) FROM outbox b
                WHERE (b.era, b.xid, b.id) > (o.era, o.xid, o.id) AND (b.era, b.xid, b.id) <= (a.era, a.xid, a.outbox_id)
                  AND NOT EXISTS (SELECT FROM outbox_rebased r WHERE (r.era, r.xid, r.outbox_id) = (b.era, b.xid, b.id)))
               FROM behind a),
            (SELECT c.sequence + (SELECT count(*) FROM outbox b
                WHERE (b.era, b.xid, b.id) > (c.era, c.xid, c.outbox_id) AND (b.era, b.xid, b.id) <= (o.era, o.xid, o.id)
                  AND NOT EXISTS (SELECT FROM outbox_rebased r WHERE (r.era, r.xid, r.outbox_id) = (b.era, b.xid, b.id)))
               FROM relay_cursor c)) AS sequence
            FROM own o`,
  /** Subject and version of the oldest row that is kept; a row older than that has been purged. */
  oldest: `SELECT subject, aggregate_version FROM outbox o
            WHERE NOT EXISTS (SELECT FROM outbox_rebased r WHERE (r.era, r.xid, r.outbox_id) = (o.era, o.xid, o.id))
            ORDER BY era, xid, id LIMIT 1`,
  cursor: `SELECT epoch, era, xid::text, outbox_id, sequence FROM relay_cursor`,
} as const;
