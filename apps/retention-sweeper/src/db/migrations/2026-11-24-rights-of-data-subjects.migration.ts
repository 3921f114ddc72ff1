import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Erasures that persons were granted before the term, and holds that keep what is restricted. New tables, and a column without
 * a default: nothing is rewritten.
 */
export class RightsOfDataSubjects1795478400850 implements MigrationInterface {
  name = 'RightsOfDataSubjects1795478400850';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE early_erasure (
        disclosure_id uuid PRIMARY KEY,
        request_id uuid NOT NULL,
        party uuid NOT NULL,
        granted_at timestamptz NOT NULL
      );
      COMMENT ON TABLE early_erasure IS 'values that go before their term by right: written when a request is granted; never deleted';
      ALTER TABLE hold ADD COLUMN restriction_id uuid, ADD CHECK (num_nonnulls(dispute_id, restriction_id) <= 1);
      CREATE TABLE lifted_restriction (restriction_id uuid PRIMARY KEY);
      COMMENT ON TABLE lifted_restriction IS 'restrictions that ended, also when their end arrived before their beginning; never deleted';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
