/** One outbox row as the relay reads it. `bigint` columns come as text. */
export interface OutboxRow {
  xid: string;
  id: string;
  /** Every transaction up to this row's has ended: none can still commit before it. */
  settled: boolean;
  event_id: string;
  type: string;
  classification: string;
  subject: string;
  aggregate_version: string;
  occurred_at: Date;
  recorded_at: Date;
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
    text: `UPDATE relay_cursor SET epoch = epoch + 1 RETURNING epoch, xid::text, outbox_id, sequence`,
  },
  /**
   * Rows and `pg_snapshot_xmin` in one statement, so both come from one snapshot. A row below that xmin is settled: whatever
   * commits later has a higher xid and comes behind it. Unsettled rows are only a sign that there is something to wait for.
   */
  page: {
    name: 'relay_page',
    text: `SELECT xid::text, id, xid < pg_snapshot_xmin(pg_current_snapshot()) AS settled, event_id, type, classification, subject,
                  aggregate_version, occurred_at, recorded_at, correlation_id, causation_id, traceparent, protocol_id,
                  protocol_version, clause, actor_party, actor_ref, data
             FROM outbox WHERE (xid, id) > ($1::xid8, $2::bigint) ORDER BY xid, id LIMIT $3`,
  },
  move: {
    name: 'relay_move',
    text: `UPDATE relay_cursor SET xid = $2::xid8, outbox_id = $3, sequence = $4 WHERE epoch = $1`,
  },
} as const;
