/** One outbox row as the relay reads it. `bigint` columns come as text. */
export interface OutboxRow {
  era: number;
  xid: string;
  id: string;
  /** Every transaction up to this row's has ended: none can still commit before it. */
  settled: boolean;
  event_id: string;
  type: string;
  classification: string;
  subject: string;
  aggregate_version: string;
  /** RFC 3339 in UTC with milliseconds. */
  occurred_at: string;
  recorded_at: string;
  correlation_id: string;
  causation_id: string;
  traceparent: string | null;
  protocol_id: string | null;
  protocol_version: number | null;
  clause: string | null;
  actor_party: string | null;
  actor_ref: string | null;
  data: string;
}

export interface CursorRow {
  epoch: string;
  era: number;
  xid: string;
  outbox_id: string;
  sequence: string;
}

export const relayStatements = {
  /** One relay per service, however many processes: a session lock, gone with the session. */
  lead: { name: 'relay_lead', text: `SELECT pg_try_advisory_lock(hashtextextended('relay', 0)) AS leads` },
  /** A new epoch ends the rights of every earlier relay, also of one that still believes it leads. */
  takeEpoch: {
    name: 'relay_take_epoch',
    text: `UPDATE relay_cursor SET epoch = epoch + 1 RETURNING epoch, era, xid::text, outbox_id, sequence`,
  },
  /**
   * Rows and `pg_snapshot_xmin` in one statement, so both come from one snapshot. A row below that xmin is settled: whatever
   * commits later has a higher xid and comes behind it; rows of an era that is over have no transaction left to wait for.
   * Unsettled rows are only a sign that there is something to wait for. Nothing while the relay is paused.
   */
  page: {
    name: 'relay_page',
    text: `SELECT o.era, o.xid::text, o.id, o.era < (SELECT era FROM service_state) OR o.xid < pg_snapshot_xmin(pg_current_snapshot()) AS settled, event_id, type, classification, subject,
                  aggregate_version, occurred_at, recorded_at, correlation_id, causation_id, traceparent, protocol_id,
                  protocol_version, clause, actor_party, actor_ref, data
             FROM outbox o
            WHERE NOT (SELECT relay_paused FROM service_state) AND (o.era, o.xid, o.id) > ($1::int, $2::xid8, $3::bigint)
              AND NOT EXISTS (SELECT FROM outbox_rebased r WHERE (r.era, r.xid, r.outbox_id) = (o.era, o.xid, o.id))
            ORDER BY o.era, o.xid, o.id LIMIT $4`,
  },
  /**
   * Not flushed: a server that crashes may forget the last moves, as a relay that dies before it moves does. The rows are then
   * sent again under the same numbers. The epoch, which fences, is flushed when it is taken.
   */
  move: {
    name: 'relay_move',
    text: `UPDATE relay_cursor SET era = $2, xid = $3::xid8, outbox_id = $4, sequence = $5
            WHERE epoch = $1 AND set_config('synchronous_commit', 'off', true) = 'off'`,
  },
} as const;
