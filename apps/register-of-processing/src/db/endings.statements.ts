export interface EnforcedEnding {
  readonly endingId: string;
  readonly latencyMs: number;
}

/**
 * The barrier of one ending, once. $1 protocol, $2 version of the event that ended it, $3 legal time, $4 unconfirmed,
 * $5 the latency of an ending that came on its date (nobody commanded it at that moment), else null: then it is real time by
 * this database's clock, from the row of the ending to now.
 */
export const markEndingEnforced = {
  name: 'register-mark-ending-enforced',
  text: `UPDATE protocol_ending
            SET enforced_at = $3, unconfirmed = $4::uuid[],
                latency_ms = coalesce(
                  $5::integer,
                  greatest(0, ceil(extract(epoch FROM clock_timestamp() - recorded_real_at) * 1000))
                )
          WHERE protocol_id = $1 AND caused_version = $2 AND enforced_at IS NULL
      RETURNING id AS "endingId", latency_ms AS "latencyMs"`,
};
