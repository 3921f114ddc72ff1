/** A dead letter with its block, if that still stands. */
export interface LetterRow {
  topic: string;
  partition: number;
  message_offset: string;
  cause: string;
  message_hash: string;
  message: Buffer | null;
  redriven_at: Date | null;
  discarded_at: Date | null;
  scope: 'aggregate' | 'key' | 'partition' | null;
  /** The aggregate that stands still, where it is one. */
  subject: string | null;
}

/** Statements of a redrive. */
export const redriveStatements = {
  letter: `SELECT d.topic, d.partition, d.message_offset, d.cause, d.message_hash, d.message, d.redriven_at, d.discarded_at,
                  b.scope, b.subject
             FROM inbox_dead_letter d LEFT JOIN inbox_block b USING (id) WHERE d.id = $1`,
  /** Takes the dead letter itself; no row when another redrive has. */
  takeLetter: `UPDATE inbox_dead_letter SET redriven_at = $2 WHERE id = $1 AND redriven_at IS NULL RETURNING id`,
  discardLetter: `UPDATE inbox_dead_letter SET redriven_at = $2, discarded_at = $2 WHERE id = $1 AND redriven_at IS NULL RETURNING id`,
  next: `SELECT message_offset, message FROM inbox_parked WHERE block_id = $1 ORDER BY message_offset LIMIT 1`,
  /** Takes one that waits; no row when another redrive has. */
  takeParked: `DELETE FROM inbox_parked WHERE block_id = $1 AND message_offset = $2 RETURNING message_offset`,
  /** Another block of its own holds it: it waits behind that one from now on. */
  moveParked: `UPDATE inbox_parked SET block_id = $3 WHERE block_id = $1 AND message_offset = $2`,
  waits: `SELECT EXISTS (SELECT FROM inbox_parked WHERE block_id = $1) AS waits`,
  lift: `DELETE FROM inbox_block WHERE id = $1`,
} as const;
