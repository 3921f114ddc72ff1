/**
 * Clocks that time or a decision of a party may have moved, at most `$2`: their next look is not after `$1`, or the rules have
 * changed since the last one.
 */
export const clocksToLookAt = {
  name: 'retention-clocks-to-look-at',
  text: `(SELECT disclosure_id FROM retention_clock
           WHERE next_look_at <= $1 AND state IN ('running', 'due') ORDER BY next_look_at LIMIT $2)
         UNION
         (SELECT c.disclosure_id FROM retention_clock c
            JOIN protocol_fact p ON p.protocol_id = c.protocol_id
           WHERE c.state IN ('running', 'due') AND c.assessed_revision < p.revision
           LIMIT $2)
         ORDER BY disclosure_id LIMIT $2`,
};

/** The purge of protocol `$1` gets its first date `$2`, unless it has one. */
export const beginSchedule = {
  name: 'retention-begin-schedule',
  text: `INSERT INTO purge_schedule (protocol_id, next_run_at) VALUES ($1, $2) ON CONFLICT (protocol_id) DO NOTHING`,
};

/** The purge of protocol `$1` runs as soon as `$2`, in real time not before `$3` milliseconds have passed. */
export const runSoon = {
  name: 'retention-run-soon',
  text: `UPDATE purge_schedule
            SET next_run_at = least(next_run_at, $2),
                not_before_real_at = clock_timestamp() + make_interval(secs => $3::double precision / 1000)
          WHERE protocol_id = $1`,
};

/** Protocols whose purge is to run at `$1`. */
export const schedulesDue = {
  name: 'retention-schedules-due',
  text: `SELECT protocol_id FROM purge_schedule
          WHERE next_run_at <= $1 AND not_before_real_at <= clock_timestamp() ORDER BY next_run_at LIMIT 100`,
};

/** Holds the run of protocol `$1` to the commit: one runner at a time, and a wish to run soon waits behind it. */
export const takeSchedule = {
  name: 'retention-take-schedule',
  text: `SELECT 1 FROM purge_schedule
          WHERE protocol_id = $1 AND next_run_at <= $2 AND not_before_real_at <= clock_timestamp() FOR UPDATE`,
};

export const setNextRun = {
  name: 'retention-set-next-run',
  text: `UPDATE purge_schedule SET next_run_at = $2 WHERE protocol_id = $1`,
};

export interface StatusRow {
  readonly protocol_id: string;
  readonly running: number;
  readonly due: number;
  readonly erasing: number;
  readonly erased: number;
  readonly overdue: number;
  readonly held: number;
  readonly next_run_at: Date;
}

/** Where the clocks of party `$1` stand, by protocol. */
export const statusOfParty = {
  name: 'retention-status-of-party',
  text: `SELECT s.protocol_id, s.next_run_at,
                count(c.*) FILTER (WHERE c.state = 'running')::int AS running,
                count(c.*) FILTER (WHERE c.state = 'due')::int AS due,
                count(c.*) FILTER (WHERE c.state = 'erasing')::int AS erasing,
                count(c.*) FILTER (WHERE c.state = 'erased')::int AS erased,
                count(c.*) FILTER (WHERE c.alerted_ceiling_at IS NOT NULL)::int AS overdue,
                count(c.*) FILTER (WHERE c.state = 'due' AND EXISTS (
                  SELECT FROM hold h
                   WHERE h.released_at IS NULL AND h.protocol_id = c.protocol_id
                     AND (h.disclosure_id IS NULL OR h.disclosure_id = c.disclosure_id)
                     AND (h.subject_ref IS NULL OR h.subject_ref = c.subject_ref)))::int AS held
           FROM purge_schedule s
           JOIN protocol_fact p ON p.protocol_id = s.protocol_id AND p.receiver = $1
           LEFT JOIN retention_clock c ON c.protocol_id = s.protocol_id
          GROUP BY s.protocol_id, s.next_run_at ORDER BY s.protocol_id`,
};

export interface GapRow {
  readonly protocol_id: string;
  readonly rule: string;
  readonly clause: string;
  readonly gap: 'period' | 'onDeclined' | 'destructionBasis';
  readonly count: number;
}

/**
 * Decisions that are missing for clocks of party `$1`. A missing destruction basis stands in the way only of what is due;
 * without a period or a word on declining no date can be computed at all.
 */
export const gapsOfParty = {
  name: 'retention-gaps-of-party',
  text: `SELECT c.protocol_id, c.rule, c.clause, c.gap, count(*)::int AS count
           FROM retention_clock c JOIN protocol_fact p ON p.protocol_id = c.protocol_id AND p.receiver = $1
          WHERE c.gap IS NOT NULL AND (c.state = 'due' OR (c.state = 'running' AND c.gap <> 'destructionBasis'))
          GROUP BY c.protocol_id, c.rule, c.clause, c.gap ORDER BY 1, 2, 4`,
};
