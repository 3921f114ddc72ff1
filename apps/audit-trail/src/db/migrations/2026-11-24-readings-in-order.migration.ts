import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Readings in the order of their commits, so that a page of them stays what it was: `read_at` follows the legal clock, which
 * may stand still, and two readings that overlap commit in either order. Rewrites `trail_read` and locks it meanwhile.
 */
export class ReadingsInOrder1795478400800 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE trail_read
        ADD COLUMN row_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        ADD COLUMN row_no bigint NOT NULL GENERATED ALWAYS AS IDENTITY;
      CREATE INDEX trail_read_of_party ON trail_read (reader_party, row_xid, row_no);
      ALTER TABLE trail_read DROP CONSTRAINT trail_read_what_check;
      ALTER TABLE trail_read ADD CONSTRAINT trail_read_what_check
        CHECK (what IN ('entries', 'completeness', 'stream', 'account', 'readings'));
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
