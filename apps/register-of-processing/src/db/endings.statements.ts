export interface Enforced {
  readonly causeId: string;
  readonly latencyMs: number;
}

/**
 * The barrier of one ending or suspension, once. $1 protocol, $2 version of the event that caused it, $3 legal time,
 * $4 unconfirmed, $5 the latency of an ending that came on its date (nobody commanded it at that moment), else null: then it
 * is real time by this database's clock, from the row of the cause to now.
 */
export const markEnforced = (cause: 'protocol_ending' | 'protocol_suspension') => ({
  name: `register-mark-enforced-${cause}`,
  text: `UPDATE ${cause}
            SET enforced_at = $3, unconfirmed = $4::uuid[],
                latency_ms = coalesce(
                  $5::integer,
                  greatest(0, ceil(extract(epoch FROM clock_timestamp() - recorded_real_at) * 1000))
                )
          WHERE protocol_id = $1 AND caused_version = $2 AND enforced_at IS NULL
      RETURNING id AS "causeId", latency_ms AS "latencyMs"`,
});

/** Protocols whose fixed end has come ($1, epoch milliseconds) and is not recorded yet, at most $2. */
export const overdueEndings = {
  name: 'register-overdue-endings',
  text: `SELECT DISTINCT due.protocol_id AS "protocolId"
           FROM protocol_event due
          WHERE due.type IN ('protocol.notice.given', 'protocol.lapsed', 'protocol.linkedAgreement.ended')
            AND (due.data ->> 'endsAt')::bigint <= $1
            AND NOT EXISTS (SELECT FROM protocol_event over
                             WHERE over.protocol_id = due.protocol_id
                               AND over.type IN ('protocol.ended', 'protocol.revoked', 'protocol.terminated'))
          LIMIT $2`,
};
