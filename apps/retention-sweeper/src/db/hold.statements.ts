export interface EnforcedHold {
  readonly protocolId: string;
  readonly latencyMs: number;
}

/**
 * The barrier of one hold, once. `$1` hold, `$2` version of its `hold.placed`, `$3` legal time. The latency is real time by
 * this database's clock.
 */
export const markHoldEnforced = {
  name: 'retention-mark-hold-enforced',
  text: `UPDATE hold
            SET enforced_at = $3,
                latency_ms = greatest(0, ceil(extract(epoch FROM clock_timestamp() - placed_real_at) * 1000))
          WHERE id = $1 AND placed_version = $2 AND enforced_at IS NULL
      RETURNING protocol_id AS "protocolId", latency_ms AS "latencyMs"`,
};

/** Holds that stand over one disclosure: `$1` protocol, `$2` disclosure, `$3` person. */
export const standingHolds = {
  name: 'retention-standing-holds',
  text: `SELECT id FROM hold
          WHERE released_at IS NULL AND protocol_id = $1
            AND (disclosure_id IS NULL OR disclosure_id = $2) AND (subject_ref IS NULL OR subject_ref = $3)
          ORDER BY id`,
};

/** Whether one of the holds `$1` stands. */
export const anyStanding = {
  name: 'retention-any-standing',
  text: `SELECT EXISTS (SELECT FROM hold WHERE id = ANY ($1::uuid[]) AND released_at IS NULL) AS standing`,
};

export const isRestrictionLifted = {
  name: 'retention-is-restriction-lifted',
  text: 'SELECT 1 FROM lifted_restriction WHERE restriction_id = $1',
};

export const rememberLifted = {
  name: 'retention-remember-lifted-restriction',
  text: 'INSERT INTO lifted_restriction (restriction_id) VALUES ($1) ON CONFLICT DO NOTHING',
};
