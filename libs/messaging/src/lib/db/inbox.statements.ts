export interface PartitionRow {
  next_offset: string;
  owner_epoch: string;
  projected_sequence: string;
  /** Set while this partition is replayed: the offset it has to reach. */
  replay_until: string | null;
  paused: boolean;
  /** Some partition is being replayed. */
  replaying: boolean;
  reacted_sequence: string;
}

export interface BlockRow {
  id: string;
  scope: 'aggregate' | 'key' | 'partition';
  subject: string | null;
  message_key: Buffer | null;
  /** Of the dead letter. */
  message_offset: string;
}

/** Hot statements of the read side. */
export const inboxStatements = {
  /** Takes a partition over. A first consumer begins at the start of the log (`$4`), wherever that is by now. */
  claim: {
    name: 'inbox_claim',
    text: `INSERT INTO inbox_partition AS p (topic, partition, source, next_offset) VALUES ($1, $2, $3, $4)
           ON CONFLICT (topic, partition) DO UPDATE SET owner_epoch = p.owner_epoch + 1
           RETURNING next_offset, owner_epoch`,
  },
  /** Held to the commit: two members that both believe they own the partition come one after the other. */
  hold: {
    name: 'inbox_hold',
    text: `SELECT next_offset, owner_epoch, projected_sequence, reacted_sequence, replay_until,
                  (SELECT inbox_paused FROM service_state) AS paused,
                  EXISTS (SELECT FROM inbox_partition WHERE replay_until IS NOT NULL) AS replaying
             FROM inbox_partition WHERE topic = $1 AND partition = $2 FOR UPDATE`,
  },
  replayed: {
    name: 'inbox_replayed',
    text: 'SELECT topic, partition, owner_epoch AS epoch FROM inbox_partition WHERE replay_until IS NOT NULL',
  },
  versions: {
    name: 'inbox_versions',
    text: 'SELECT subject, version FROM inbox_version WHERE subject = ANY($1::uuid[])',
  },
  blocks: {
    name: 'inbox_blocks',
    text: `SELECT b.id, b.scope, b.subject, b.message_key, d.message_offset FROM inbox_block b JOIN inbox_dead_letter d USING (id)
            WHERE (b.scope = 'aggregate' AND b.subject = ANY($1::uuid[]))
               OR (b.scope IN ('key', 'partition') AND b.topic = $2 AND b.partition = $3)`,
  },
  /** Position, offsets and versions of a batch in one statement. */
  advance: {
    name: 'inbox_advance',
    text: `WITH moved AS (
             UPDATE inbox_partition SET next_offset = $3, projected_sequence = $4, reacted_sequence = $5,
                    replay_until = CASE WHEN replay_until > $3 THEN replay_until END
              WHERE topic = $1 AND partition = $2)
           INSERT INTO inbox_version (subject, version, topic) SELECT subject, version, $1 FROM unnest($6::uuid[], $7::bigint[]) AS v (subject, version)
           ON CONFLICT (subject) DO UPDATE SET version = EXCLUDED.version, topic = EXCLUDED.topic`,
  },
  /**
   * Claims a reaction to an event, once for ever. Also when what it appended is known from the topic alone, since the row here
   * went with a restore: an event that the rebase brought back, with this cause, on one of the reaction's aggregates.
   */
  react: {
    name: 'inbox_react',
    text: `INSERT INTO inbox_reaction (reaction, causationid, reacted_at) SELECT $1, $2::uuid, $3
            WHERE NOT EXISTS (SELECT FROM outbox_rebased WHERE causation_id = $2::uuid::text AND subject = ANY($4::uuid[]))
           ON CONFLICT DO NOTHING RETURNING 1 AS first`,
  },
  park: {
    name: 'inbox_park',
    text: `INSERT INTO inbox_parked (topic, partition, message_offset, block_id, message, parked_at) VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT DO NOTHING`,
  },
  /** Anew for one that was redriven and fails again in a replay. */
  deadLetter: {
    name: 'inbox_dead_letter',
    text: `INSERT INTO inbox_dead_letter (id, topic, partition, message_offset, cause, detail, message_hash, message, recorded_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
           ON CONFLICT (topic, partition, message_offset) DO UPDATE
              SET id = EXCLUDED.id, cause = EXCLUDED.cause, detail = EXCLUDED.detail, recorded_at = EXCLUDED.recorded_at,
                  message = EXCLUDED.message, redriven_at = NULL, discarded_at = NULL
            WHERE inbox_dead_letter.redriven_at IS NOT NULL`,
  },
  block: {
    name: 'inbox_block',
    text: `INSERT INTO inbox_block (id, scope, topic, partition, subject, message_key, blocked_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)`,
  },
  blocksOf: {
    name: 'inbox_blocks_of',
    text: `SELECT CASE scope WHEN 'aggregate' THEN subject::text WHEN 'key' THEN convert_from(message_key, 'UTF8') END AS blocks,
                  topic, partition
             FROM inbox_block
            WHERE (scope = 'aggregate' AND subject = ANY ($1::uuid[]))
               OR (scope = 'key' AND message_key = ANY (SELECT convert_to(asked, 'UTF8') FROM unnest($1::text[]) AS asked))
               OR scope = 'partition'`,
  },
  /** The block, with all that waits behind it, passes on to another dead letter of the same aggregate or key. */
  passBlock: { name: 'inbox_pass_block', text: 'UPDATE inbox_block SET id = $2 WHERE id = $1' },
  versionOf: { name: 'inbox_version_of', text: 'SELECT version FROM inbox_version WHERE subject = $1' },
} as const;

/** Statements of rare moments: records that left the log unread. */
export const lossStatements = {
  record: `INSERT INTO inbox_loss AS l (topic, partition, from_offset, to_offset, noticed_at) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (topic, partition, from_offset) DO UPDATE SET to_offset = GREATEST(l.to_offset, EXCLUDED.to_offset)
            WHERE l.skipped_at IS NULL`,
  open: `SELECT EXISTS (SELECT FROM inbox_loss WHERE topic = $1 AND partition = $2 AND skipped_at IS NULL) AS open`,
  skip: `UPDATE inbox_loss SET skipped_at = $3 WHERE topic = $1 AND partition = $2 AND skipped_at IS NULL RETURNING to_offset`,
  moveTo: `UPDATE inbox_partition SET next_offset = GREATEST(next_offset, $3), owner_epoch = owner_epoch + 1
            WHERE topic = $1 AND partition = $2`,
} as const;
