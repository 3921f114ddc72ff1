import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Records that could not be read get a place of their own in the trail: where they stood, how long they were, their
 * digest; never their content, which stays in the erasable dead letter.
 *
 * A trigger does it, in the very transaction that makes the dead letter: whoever makes one, the trail cannot miss it.
 * Locks `inbox_dead_letter` for a moment.
 */
export class UnreadableRecords1795478400600 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE unreadable_record (
        position bigint PRIMARY KEY CHECK (position >= 1),
        topic text NOT NULL,
        partition integer NOT NULL CHECK (partition >= 0),
        record_offset bigint NOT NULL CHECK (record_offset >= 0),
        length integer NOT NULL CHECK (length >= 0),
        digest text NOT NULL,
        cause text NOT NULL,
        recorded_at timestamptz NOT NULL,
        UNIQUE (topic, partition, record_offset)
      );
      COMMENT ON TABLE unreadable_record IS 'append-only: records that could not be read, at their position in the trail';

      CREATE FUNCTION enter_unreadable_record() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        next bigint;
      BEGIN
        UPDATE trail_head SET position = position + 1 RETURNING position INTO next;
        INSERT INTO unreadable_record (position, topic, partition, record_offset, length, digest, cause, recorded_at)
        VALUES (next, NEW.topic, NEW.partition, NEW.message_offset, octet_length(NEW.message), NEW.message_hash,
                NEW.cause, NEW.recorded_at);
        RETURN NULL;
      END $$;
      CREATE TRIGGER unreadable_record_enters_trail AFTER INSERT ON inbox_dead_letter
        FOR EACH ROW EXECUTE FUNCTION enter_unreadable_record();
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
