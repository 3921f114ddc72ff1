export interface CursorRow {
  epoch: string;
  era: number;
  xid: string;
  outbox_id: string;
  sequence: string;
}

/** Where a page begins: behind this row. */
export interface PagePlace {
  era: number;
  /** Decimal digits, as the next two. */
  xid: string;
  outboxId: string;
}

/**
 * What a page of the outbox has of each row, in this order. `settled` is false, and nothing else there, in the one row that
 * says that rows wait which are not settled yet. All but it and the two instants are text.
 */
export const pageColumns = {
  settled: 'true',
  era: 'o.era::text',
  xid: 'o.xid::text',
  id: 'o.id::text',
  subject: 'subject::text',
  data: 'data',
  event_id: 'event_id::text',
  type: 'type',
  occurred_at: 'occurred_at',
  aggregate_version: 'aggregate_version::text',
  recorded_at: 'recorded_at',
  correlation_id: 'correlation_id',
  causation_id: 'causation_id',
  classification: 'classification',
  traceparent: 'traceparent',
  protocol_id: 'protocol_id::text',
  protocol_version: 'protocol_version::text',
  clause: 'clause',
  actor_party: 'actor_party::text',
  actor_ref: 'actor_ref',
} as const;

const NUMBER = /^\d+$/;

/** What is below: every transaction up to such a row's has ended, so none can still commit before it. */
const SETTLED_BELOW = '((SELECT era FROM service_state), pg_snapshot_xmin(pg_current_snapshot()))';

/**
 * Rows and `pg_snapshot_xmin` in one statement, so both come from one snapshot. A row below that xmin is settled: whatever
 * commits later has a higher xid and comes behind it; rows of an era that is over have no transaction left to wait for. Of those
 * that are not settled it only says whether there are any: under load they are looked at again and again. Nothing while the
 * relay is paused.
 *
 * As a binary copy: a row is read as the bytes that its record will have. COPY takes no parameters; these are numbers.
 */
export function copyPage({ era, xid, outboxId }: PagePlace, limit: number): string {
  for (const number of [era, xid, outboxId, limit]) {
    if (!NUMBER.test(String(number))) throw new TypeError('A place in the outbox is three whole numbers');
  }
  const columns = Object.values(pageColumns);
  const nothing = columns.map((_, index) => (index === 0 ? 'false' : 'NULL'));
  return `COPY ((SELECT ${columns.join(', ')}
                   FROM outbox o
                  WHERE NOT (SELECT relay_paused FROM service_state)
                    AND (o.era, o.xid, o.id) > (${era}::int, '${xid}'::xid8, ${outboxId}::bigint)
                    AND (o.era, o.xid) < ${SETTLED_BELOW}
                    AND NOT EXISTS (SELECT FROM outbox_rebased r WHERE (r.era, r.xid, r.outbox_id) = (o.era, o.xid, o.id))
                  ORDER BY o.era, o.xid, o.id LIMIT ${limit})
                UNION ALL
                (SELECT ${nothing.join(', ')} FROM outbox o
                  WHERE NOT (SELECT relay_paused FROM service_state) AND (o.era, o.xid) >= ${SETTLED_BELOW}
                  ORDER BY o.era, o.xid, o.id LIMIT 1)) TO STDOUT (FORMAT binary)`;
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
   * Not flushed: a server that crashes may forget the last moves, as a relay that dies before it moves does. The rows are then
   * sent again under the same numbers. The epoch, which fences, is flushed when it is taken.
   */
  move: {
    name: 'relay_move',
    text: `UPDATE relay_cursor SET era = $2, xid = $3::xid8, outbox_id = $4, sequence = $5
            WHERE epoch = $1 AND set_config('synchronous_commit', 'off', true) = 'off'`,
  },
} as const;
