/** From now on, by this database's clock, the request `$1` waits for transfer to stop what its event of version `$2` stops. */
export const beginBarrier = {
  name: 'register-begin-rights-barrier',
  text: 'UPDATE rights_request SET caused_version = $2, barrier_since = clock_timestamp() WHERE id = $1',
};

/** The barrier of request `$1`, caused by version `$2`, once: `$3` legal time, `$4` unconfirmed. The latency is real time. */
export const endBarrier = {
  name: 'register-end-rights-barrier',
  text: `UPDATE rights_request
            SET enforced_at = $3, unconfirmed = $4::uuid[],
                latency_ms = greatest(0, ceil(extract(epoch FROM clock_timestamp() - barrier_since) * 1000))
          WHERE id = $1 AND caused_version = $2 AND enforced_at IS NULL
      RETURNING latency_ms AS "latencyMs"`,
};

/** Restrictions that `$1` granted for person `$2` under protocol `$3` and that stand. */
export const standingRestrictions = {
  name: 'register-standing-restrictions',
  text: `SELECT restriction_id AS id FROM rights_request
          WHERE party = $1 AND subject_ref = $2 AND protocol_id = $3 AND restriction_id IS NOT NULL AND lifted_at IS NULL
          ORDER BY restriction_id`,
};

/** Open duties whose date has passed at `$1` and was not told yet, at most `$2`. */
export const overdueDuties = {
  name: 'register-overdue-information-duties',
  text: `SELECT id FROM information_duty
          WHERE state = 'open' AND due_at < $1 AND alerted_due_at IS DISTINCT FROM due_at
          ORDER BY due_at LIMIT $2`,
};
