import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a person has stopped: restrictions and objections, each with its request, and whom of the recipients was told of a
 * restriction. What is in force stands on the row of the person too, with a version that rises, since every decision reads it.
 * A correction may be the erasure that a request brought about. Small tables; each ALTER locks its table for a moment.
 */
export class RestrictionsAndObjections1795478400850 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE subject_stop (
        id uuid PRIMARY KEY,
        request_id uuid NOT NULL UNIQUE,
        kind text NOT NULL CHECK (kind IN ('restriction', 'objection')),
        protocol_id uuid NOT NULL,
        subject_ref uuid NOT NULL,
        party uuid NOT NULL,
        ground text,
        upheld boolean NOT NULL DEFAULT false,
        applied_at timestamptz,
        lifted_at timestamptz,
        lift_reason text,
        CHECK ((kind = 'restriction') = (ground IS NOT NULL)),
        CHECK (kind = 'objection' OR NOT upheld)
      )`);
    await runner.query('CREATE INDEX subject_stop_standing ON subject_stop (subject_ref) WHERE lifted_at IS NULL');
    await runner.query('CREATE INDEX subject_stop_of_protocol ON subject_stop (protocol_id, id)');
    await runner.query(`
      CREATE TABLE restriction_notice (
        restriction_id uuid NOT NULL REFERENCES subject_stop,
        told text NOT NULL CHECK (told IN ('applied', 'lifted')),
        recipient_party uuid NOT NULL,
        recipient_unit text NOT NULL,
        items text[] NOT NULL CHECK (cardinality(items) > 0),
        told_at timestamptz NOT NULL,
        acknowledged_at timestamptz,
        PRIMARY KEY (restriction_id, told, recipient_party, recipient_unit)
      )`);
    await runner.query(`
      ALTER TABLE subject
        ADD COLUMN version integer NOT NULL DEFAULT 1 CHECK (version > 0),
        ADD COLUMN restricted boolean NOT NULL DEFAULT false,
        ADD COLUMN objection text CHECK (objection IN ('pending', 'upheld'))`);
    await runner.query(`
      ALTER TABLE correction
        ALTER COLUMN report_id DROP NOT NULL,
        ADD COLUMN request_id uuid,
        ADD UNIQUE (request_id, disclosure_id),
        ADD CHECK (num_nonnulls(report_id, request_id) = 1)`);
    await runner.query(`
      ALTER TABLE pending_barrier
        ADD COLUMN subject_ref uuid,
        DROP CONSTRAINT pending_barrier_kind_check,
        ADD CONSTRAINT pending_barrier_kind_check
          CHECK (kind IN ('withdrawal', 'ending', 'suspension', 'hold', 'restriction', 'objection')),
        ADD CHECK ((kind IN ('restriction', 'objection')) = (subject_ref IS NOT NULL))`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
