/** Statements of a rebase: rare, so none is prepared. */

/**
 * A clock as an event says it stands. `$1` disclosure, `$2` protocol, `$3` person, `$4` rule, `$5` clause, `$6` due, `$7` ceiling,
 * `$8` gap, `$9` now. It is looked at again at once, with the rules that are known then; with a revision of 0 it would be
 * started anew.
 */
export const foldClock = `
  INSERT INTO retention_clock (disclosure_id, protocol_id, subject_ref, state, assessed_revision, rule, clause, due_at, ceiling_at,
                               gap, next_look_at)
  VALUES ($1, $2, $3, 'running', 1, $4, $5, $6, $7, $8, $9)
  ON CONFLICT (disclosure_id) DO UPDATE
     SET state = 'running', assessed_revision = GREATEST(retention_clock.assessed_revision, 1), rule = $4, clause = $5, due_at = $6,
         ceiling_at = $7, gap = $8, reason = NULL, next_look_at = $9
   WHERE retention_clock.state IN ('running', 'due')`;

/** `$1` disclosure, `$2` rule, `$3` clause, `$4` reason, `$5` due, `$6` gap, `$7` now. */
export const foldDue = `
  UPDATE retention_clock SET state = 'due', rule = $2, clause = $3, reason = $4, due_at = $5, gap = $6, next_look_at = $7
   WHERE disclosure_id = $1 AND state IN ('running', 'due')`;

/** What happened to the client, behind what is known. `$1` id, `$2` disclosure, `$3` kind, `$4` wanted, `$5` when, `$6` recorded, `$7` by whom. */
export const foldTrigger = `
  INSERT INTO retention_trigger (id, disclosure_id, position, kind, wanted, occurred_at, recorded_at, recorded_by)
  SELECT $1, $2, count(*), $3, $4, $5, $6, $7 FROM retention_trigger WHERE disclosure_id = $2
  ON CONFLICT (id) DO NOTHING`;

/** The purge of protocol `$1` runs as soon as `$2`: when it was to run next stands in no event. */
export const foldSchedule = `
  INSERT INTO purge_schedule (protocol_id, next_run_at) VALUES ($1, $2)
  ON CONFLICT (protocol_id) DO UPDATE SET next_run_at = LEAST(purge_schedule.next_run_at, EXCLUDED.next_run_at)`;

/** What the backup still wants to ask for disclosure `$1`, but for erasure `$2`, was kept by a hold meanwhile. */
export const foldKept = `
  UPDATE erasure SET state = 'held' WHERE disclosure_id = $1 AND id <> $2 AND state IN ('planned', 'requested')`;

/** `$1` erasure, `$2` purge, `$3` disclosure, `$4` rule, `$5` clause, `$6` reason, `$7` due. */
export const foldRequested = `
  INSERT INTO erasure (id, purge_id, disclosure_id, rule, clause, reason, due_at, state)
  VALUES ($1, $2, $3, $4, $5, $6, $7, 'requested')
  ON CONFLICT (id) DO UPDATE SET state = 'requested' WHERE erasure.state = 'planned'`;

export const foldErasing = `
  UPDATE retention_clock SET state = 'erasing', next_look_at = NULL WHERE disclosure_id = $1 AND state IN ('running', 'due')`;

/** `$1` erasure, `$2` when, `$3` horizon. */
export const foldErased = `UPDATE erasure SET state = 'erased', erased_at = $2, horizon_at = $3 WHERE id = $1`;

/** `$1` disclosure, `$2` when. */
export const foldErasedClock = `
  UPDATE retention_clock SET state = 'erased', erased_at = $2, next_look_at = NULL WHERE disclosure_id = $1`;

/**
 * `$1` hold, `$2` protocol, `$3` party, `$4` disclosure, `$5` person, `$6` authority, `$7` reason, `$8` dispute, `$9` placed, `$10`
 * version, `$11` when it was committed.
 */
export const foldHold = `
  INSERT INTO hold (id, protocol_id, party, disclosure_id, subject_ref, authority, reason, dispute_id, placed_at, placed_version,
                    placed_real_at)
  SELECT $1, $2::uuid, coalesce($3::uuid, (SELECT receiver FROM protocol_fact WHERE protocol_id = $2::uuid LIMIT 1)), $4, $5, $6, $7, $8, $9,
         $10, $11`;
