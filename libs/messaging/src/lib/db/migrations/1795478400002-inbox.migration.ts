import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The read side: positions, versions of others' aggregates, reactions, dead letters. New tables; locks nothing in use. */
export class Inbox1795478400002 implements MigrationInterface {
  name = 'Inbox1795478400002';

  async up(runner: QueryRunner): Promise<void> {
    await createPositions(runner);
    await createDeadLetters(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE inbox_parked, inbox_block, inbox_dead_letter, inbox_loss, inbox_reaction, inbox_version, inbox_partition',
    );
  }
}

async function createPositions(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE inbox_partition (
      topic text NOT NULL,
      partition int NOT NULL CHECK (partition >= 0),
      source text NOT NULL,
      next_offset bigint NOT NULL CHECK (next_offset >= 0),
      owner_epoch bigint NOT NULL DEFAULT 1,
      projected_sequence bigint NOT NULL DEFAULT 0,
      reacted_sequence bigint NOT NULL DEFAULT 0,
      PRIMARY KEY (topic, partition)
    )`);
  await runner.query(`
    COMMENT ON TABLE inbox_partition IS 'where this service stands in each partition, the truth against which Kafka''s offsets are checked: created by the first consumer; changed by the transaction of each batch, whose owner epoch it must carry; projected_sequence is set back by a replay, reacted_sequence never; never deleted'`);
  await runner.query(`
    CREATE TABLE inbox_version (
      subject uuid PRIMARY KEY,
      version bigint NOT NULL CHECK (version > 0)
    )`);
  await runner.query(`
    COMMENT ON TABLE inbox_version IS 'version of the last applied event of each aggregate of other services: created and changed by the transaction of the batch; deleted by a replay of its projection'`);
  await runner.query(`
    CREATE TABLE inbox_reaction (
      reaction text NOT NULL CHECK (reaction <> ''),
      causationid uuid NOT NULL,
      reacted_at timestamptz NOT NULL,
      UNIQUE (reaction, causationid)
    )`);
  await runner.query(`
    COMMENT ON TABLE inbox_reaction IS 'append-only: which reaction has run for which event, created in the transaction of its effect; a reaction runs once per event for ever'`);
  await runner.query(`
    CREATE TABLE inbox_loss (
      topic text NOT NULL,
      partition int NOT NULL,
      from_offset bigint NOT NULL,
      to_offset bigint NOT NULL,
      noticed_at timestamptz NOT NULL,
      skipped_at timestamptz,
      PRIMARY KEY (topic, partition, from_offset),
      CHECK (to_offset > from_offset)
    )`);
  await runner.query(`
    COMMENT ON TABLE inbox_loss IS 'records that left the log before this service had read them: created by the consumer, which then stands still; skipped_at is set by the operator''s command; never deleted'`);
}

async function createDeadLetters(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE inbox_dead_letter (
      id uuid PRIMARY KEY,
      topic text NOT NULL,
      partition int NOT NULL,
      message_offset bigint NOT NULL,
      cause text NOT NULL,
      detail text NOT NULL,
      message_hash text NOT NULL,
      message bytea,
      recorded_at timestamptz NOT NULL,
      UNIQUE (topic, partition, message_offset)
    )`);
  await runner.query(`
    COMMENT ON TABLE inbox_dead_letter IS 'a message that could not be handled: created by the consumer; message is set to null when its bytes are erased; deleted after 90 days when it blocks nothing'`);
  // One block per aggregate, key or partition; its id is that of the dead letter behind which the others wait.
  await runner.query(`
    CREATE TABLE inbox_block (
      id uuid PRIMARY KEY REFERENCES inbox_dead_letter,
      scope text NOT NULL CHECK (scope IN ('aggregate', 'key', 'partition')),
      topic text NOT NULL,
      partition int NOT NULL,
      subject uuid CHECK ((scope = 'aggregate') = (subject IS NOT NULL)),
      message_key bytea CHECK ((scope = 'key') = (message_key IS NOT NULL)),
      blocked_at timestamptz NOT NULL
    )`);
  await runner.query(`CREATE UNIQUE INDEX inbox_block_subject ON inbox_block (subject) WHERE scope = 'aggregate'`);
  await runner.query(
    `CREATE UNIQUE INDEX inbox_block_key ON inbox_block (topic, partition, message_key) WHERE scope = 'key'`,
  );
  await runner.query(
    `CREATE UNIQUE INDEX inbox_block_partition ON inbox_block (topic, partition) WHERE scope = 'partition'`,
  );
  await runner.query(`
    COMMENT ON TABLE inbox_block IS 'what stands still behind a dead letter: created with it; deleted by the redrive in the transaction of the last parked message'`);
  // The foreign key makes parking and lifting exclude each other: a message is never parked behind a block that is gone.
  await runner.query(`
    CREATE TABLE inbox_parked (
      topic text NOT NULL,
      partition int NOT NULL,
      message_offset bigint NOT NULL,
      block_id uuid NOT NULL REFERENCES inbox_block,
      message bytea NOT NULL,
      parked_at timestamptz NOT NULL,
      PRIMARY KEY (topic, partition, message_offset)
    )`);
  await runner.query(`CREATE INDEX inbox_parked_block ON inbox_parked (block_id, message_offset)`);
  await runner.query(`
    COMMENT ON TABLE inbox_parked IS 'later messages of what is blocked, handled in the order of their offsets once redriven: created by the consumer; deleted by the redrive'`);
  // Samples of these bytes would outlive their erasure in pg_stats.
  for (const [table, column] of [
    ['inbox_dead_letter', 'message'],
    ['inbox_parked', 'message'],
    ['inbox_block', 'message_key'],
  ]) {
    await runner.query(`ALTER TABLE ${table} ALTER COLUMN ${column} SET STATISTICS 0`);
  }
}
