import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A new version of a protocol may be signed months before its day; until then the old retention terms hold. Adds a column
 * with a constant default, which rewrites nothing.
 */
export class UpcomingVersions1795478400300 implements MigrationInterface {
  name = 'UpcomingVersions1795478400300';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE protocol_fact ADD COLUMN upcoming jsonb NOT NULL DEFAULT '[]';
      COMMENT ON COLUMN protocol_fact.upcoming IS
        'activated versions whose day has not come; the sweeper brings one into force, which raises revision';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
