import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which framework an accession hangs on: it permits only what that one still permits. A new column without a default: the
 * table is locked for a moment. Accessions that were drafted before get it by a replay of the register; until then nothing is
 * permitted under them.
 */
export class FrameworksOfAccessions1795478401200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE protocol_fact ADD COLUMN framework_id uuid');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
