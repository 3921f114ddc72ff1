import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the receiver of a disclosure passed on, and what it was refused to. New table: nothing is locked. */
export class OnwardDisclosures1795478401100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE onward_disclosure (
        id uuid PRIMARY KEY,
        disclosure_id uuid NOT NULL REFERENCES disclosure,
        protocol_id uuid NOT NULL,
        protocol_version integer,
        recipient_party uuid,
        recipient_enterprise text,
        recipient_unit text,
        recipient_category text NOT NULL,
        items text[] NOT NULL CHECK (cardinality(items) > 0),
        purpose text NOT NULL,
        verdict text NOT NULL CHECK (verdict IN ('permitted', 'refused', 'gap')),
        code text,
        clause text,
        disclosed_at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL,
        CHECK (num_nonnulls(recipient_party, recipient_enterprise) = 1),
        CHECK ((verdict = 'permitted') = (code IS NULL)),
        CHECK (verdict <> 'permitted' OR (protocol_version IS NOT NULL AND clause IS NOT NULL))
      )`);
    await runner.query('CREATE INDEX onward_disclosure_of_disclosure ON onward_disclosure (disclosure_id, id)');
    await runner.query('CREATE INDEX correction_of_disclosure ON correction (disclosure_id)');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
