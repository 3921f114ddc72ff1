import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Reports that disclosed data are not right, and whom of the earlier recipients was told. New tables: locks nothing. */
export class QualityReportsAndCorrections1795478400600 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE quality_report (
        id uuid PRIMARY KEY,
        disclosure_id uuid NOT NULL REFERENCES disclosure,
        protocol_id uuid NOT NULL,
        subject_ref uuid NOT NULL,
        reporter uuid NOT NULL,
        investigator uuid NOT NULL CHECK (investigator <> reporter),
        items text[] NOT NULL CHECK (cardinality(items) > 0),
        kind text NOT NULL,
        told_by_subject boolean NOT NULL,
        state text NOT NULL CHECK (state IN ('open', 'investigated', 'resolved', 'withdrawn')),
        reported_at timestamptz NOT NULL,
        due_at timestamptz NOT NULL,
        period text NOT NULL,
        period_basis text NOT NULL CHECK (period_basis IN ('protocol', 'installation')),
        clause text NOT NULL,
        findings text,
        investigated_at timestamptz,
        measure text CHECK (measure IN ('corrected', 'supplemented', 'erased', 'rejected')),
        reason text,
        resolved_at timestamptz,
        withdrawn_at timestamptz,
        CHECK ((state = 'resolved') = (resolved_at IS NOT NULL AND measure IS NOT NULL AND reason IS NOT NULL)),
        CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL)),
        CHECK ((findings IS NULL) = (investigated_at IS NULL))
      )`);
    await runner.query('CREATE INDEX quality_report_by_reporter ON quality_report (reporter, id)');
    await runner.query('CREATE INDEX quality_report_by_investigator ON quality_report (investigator, id)');
    await runner.query(`
      CREATE TABLE correction (
        id uuid PRIMARY KEY,
        report_id uuid NOT NULL REFERENCES quality_report,
        disclosure_id uuid NOT NULL REFERENCES disclosure,
        protocol_id uuid NOT NULL,
        subject_ref uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('correction', 'erasure')),
        items text[] NOT NULL CHECK (cardinality(items) > 0),
        generation integer CHECK (generation > 1),
        sender uuid NOT NULL,
        recipient_party uuid NOT NULL,
        recipient_unit text NOT NULL,
        propagated_at timestamptz NOT NULL,
        acknowledged_at timestamptz,
        clause text NOT NULL,
        UNIQUE (report_id, disclosure_id),
        CHECK ((kind = 'correction') = (generation IS NOT NULL))
      )`);
    await runner.query('CREATE INDEX correction_by_recipient ON correction (recipient_party, id)');
    await runner.query('CREATE INDEX correction_by_sender ON correction (sender, id)');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
