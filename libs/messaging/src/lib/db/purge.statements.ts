/**
 * Deletes at most `$2` rows whose period is over at `$1` (legal time) and says how many. The periods of append-only tables stand
 * in the functions, since the role of the service may not delete there by itself.
 */
export const purgeStatements = {
  /** Relayed rows, 30 days. */
  outbox: 'SELECT purge_outbox($1, $2) AS rows',
  /** Idempotency keys, one year. */
  command_record: 'SELECT purge_command_record($1, $2) AS rows',
  /** Idempotency keys of operators, one year. */
  operation_command: `WITH gone AS (
      DELETE FROM operation_command WHERE (client, key) IN (
        SELECT client, key FROM operation_command WHERE begun_at < $1::timestamptz - interval '1 year' LIMIT $2)
      RETURNING 1)
    SELECT count(*)::int AS rows FROM gone`,
  /** Dead letters that block nothing any more, 90 days. */
  inbox_dead_letter: `WITH gone AS (
      DELETE FROM inbox_dead_letter WHERE id IN (
        SELECT d.id FROM inbox_dead_letter d LEFT JOIN inbox_block b USING (id)
         WHERE d.recorded_at < $1::timestamptz - interval '90 days' AND b.id IS NULL LIMIT $2)
      RETURNING 1)
    SELECT count(*)::int AS rows FROM gone`,
} as const;
