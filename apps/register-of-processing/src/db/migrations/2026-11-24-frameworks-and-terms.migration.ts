import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a protocol is, its reference and the framework it accedes to; and an index by which the calendar finds fixed terms that
 * are over. The columns are filled from the first event of each protocol; the table is locked meanwhile, for a moment. An accession
 * drafted before belongs to no framework: the last check would refuse it, as the register now refuses such a draft.
 */
export class FrameworksAndTerms1795478400960 implements MigrationInterface {
  name = 'FrameworksAndTerms1795478400960';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE protocol ADD COLUMN kind text, ADD COLUMN reference text, ADD COLUMN framework_id uuid REFERENCES protocol (id);
      UPDATE protocol
         SET kind = data #>> '{model,kind}',
             reference = data #>> '{model,reference}'
        FROM protocol_event
       WHERE protocol_id = id AND type = 'protocol.drafted';
      ALTER TABLE protocol ALTER COLUMN kind SET NOT NULL, ALTER COLUMN reference SET NOT NULL,
        ADD CHECK (kind IN ('bilateral', 'framework', 'accession')),
        ADD CHECK ((kind = 'accession') = (framework_id IS NOT NULL));
      CREATE INDEX protocol_framework ON protocol (reference) WHERE kind = 'framework';
      CREATE INDEX protocol_accession ON protocol (framework_id, id) WHERE framework_id IS NOT NULL;
      CREATE INDEX protocol_event_term ON protocol_event ((data #>> '{model,duration,endsOn}'))
        WHERE type = 'protocol.activated' AND data #>> '{model,duration,kind}' = 'fixed';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
