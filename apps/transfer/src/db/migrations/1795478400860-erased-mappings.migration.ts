import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whether a reference still leads to a person, and the requests of persons that are open. An erased mapping leaves a tombstone:
 * a late event about the reference finds it and no person. Locks `subject` for a moment.
 */
export class ErasedMappings1795478400860 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE subject
        ADD COLUMN mapping text NOT NULL DEFAULT 'kept' CHECK (mapping IN ('kept', 'closing', 'erased')),
        ADD COLUMN mapping_erased_at timestamptz,
        ADD CHECK ((mapping = 'erased') = (mapping_erased_at IS NOT NULL))`);
    await runner.query(`CREATE INDEX subject_mapping_kept ON subject (registered_at) WHERE mapping = 'kept'`);
    await runner.query(`CREATE INDEX subject_mapping_closing ON subject (registered_at) WHERE mapping = 'closing'`);
    await runner.query(`
      CREATE TABLE open_rights_request (
        request_id uuid PRIMARY KEY,
        subject_ref uuid NOT NULL
      )`);
    await runner.query('CREATE INDEX open_rights_request_of_subject ON open_rights_request (subject_ref)');
    await runner.query('CREATE INDEX quality_report_of_subject ON quality_report (subject_ref)');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
