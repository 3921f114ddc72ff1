import type { LostFact } from '@convenant/contracts';

export interface OperationCommandRow {
  fingerprint: string;
  operation_id: string;
  answer: object | null;
  /** The operation has left its row: its first transaction, for most the only one, has committed. */
  recorded: boolean;
}

export interface OperationRow {
  id: string;
  operation: 'pause' | 'resume' | 'redrive' | 'discard' | 'replay' | 'rebase';
  target: string;
  reason: string;
  actor_ref: string;
  counts: Record<string, number>;
  lost: LostFact | null;
  performed_at: Date;
}

export interface DeadLetterRow {
  id: string;
  cause: string;
  topic: string;
  partition: number;
  message_offset: string;
  message_hash: string;
  recorded_at: Date;
  bytes_erased: boolean;
  interrupted: boolean;
  scope: 'aggregate' | 'key' | 'partition';
  subject: string | null;
  applied_version: string | null;
  parked: number;
  first_offset: string | null;
  last_offset: string | null;
}

/** Statements of operators' commands and of what they look at: rare, so none is prepared. */
export const operatorStatements = {
  lock: 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS free',
  unlock: 'SELECT pg_advisory_unlock(hashtextextended($1, 0))',
  find: `SELECT c.fingerprint, c.operation_id, c.answer, o.id IS NOT NULL AS recorded
           FROM operation_command c LEFT JOIN operation o ON o.id = c.operation_id WHERE c.client = $1 AND c.key = $2`,
  begin: `INSERT INTO operation_command (client, key, fingerprint, operation_id, begun_at) VALUES ($1, $2, $3, $4, $5)`,
  end: 'UPDATE operation_command SET answer = $3 WHERE client = $1 AND key = $2',
  operation: 'SELECT * FROM operation WHERE id = $1',
  operations: 'SELECT * FROM operation ORDER BY performed_at DESC, id DESC LIMIT 20',
  deadLetters: `SELECT d.id, d.cause, d.topic, d.partition, d.message_offset, d.message_hash, d.recorded_at,
                       d.message IS NULL AS bytes_erased, d.redriven_at IS NOT NULL AS interrupted, b.scope, b.subject,
                       v.version AS applied_version, p.*
                  FROM inbox_block b JOIN inbox_dead_letter d USING (id)
                  LEFT JOIN inbox_version v ON v.subject = b.subject
                 CROSS JOIN LATERAL (SELECT count(*)::int AS parked, min(message_offset) AS first_offset, max(message_offset) AS last_offset
                                       FROM inbox_parked WHERE block_id = b.id) p
                 ORDER BY d.recorded_at, d.id LIMIT $1`,
  paused: 'SELECT relay_paused AS relay, inbox_paused AS inbox FROM service_state',
  partitions: 'SELECT topic, partition, next_offset, replay_until FROM inbox_partition ORDER BY topic, partition',
  losses: `SELECT topic, partition, from_offset, to_offset FROM inbox_loss WHERE skipped_at IS NULL
            ORDER BY topic, partition, from_offset`,
} as const;
