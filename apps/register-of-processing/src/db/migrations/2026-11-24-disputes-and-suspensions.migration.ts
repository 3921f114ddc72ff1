import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Suspensions with their barrier, duties after an ending, disputes, and the replica of disclosures. New tables; the index on
 * `protocol_event` keeps inserts out while it is built, which for a table of this size is a moment.
 */
export class DisputesAndSuspensions1795478400300 implements MigrationInterface {
  name = 'DisputesAndSuspensions1795478400300';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE protocol_suspension (
        id uuid PRIMARY KEY REFERENCES protocol_event (fact_id),
        protocol_id uuid NOT NULL REFERENCES protocol (id),
        caused_version integer NOT NULL,
        recorded_real_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        enforced_at timestamptz,
        latency_ms integer CHECK (latency_ms >= 0),
        unconfirmed uuid[] NOT NULL DEFAULT '{}',
        resumed_at timestamptz,
        UNIQUE (protocol_id, caused_version),
        CHECK ((enforced_at IS NULL) = (latency_ms IS NULL))
      );
      CREATE UNIQUE INDEX protocol_suspension_standing ON protocol_suspension (protocol_id) WHERE resumed_at IS NULL;
      CREATE TABLE protocol_end_duty (
        ending_id uuid NOT NULL REFERENCES protocol_ending (id),
        duty text NOT NULL,
        party uuid NOT NULL REFERENCES party (id),
        evidence_hash text CHECK (evidence_hash ~ '^[0-9a-f]{64}$'),
        completed_at timestamptz NOT NULL,
        PRIMARY KEY (ending_id, duty)
      );
      CREATE TABLE dispute (
        id uuid PRIMARY KEY,
        protocol_id uuid NOT NULL REFERENCES protocol (id),
        version integer NOT NULL,
        opened_by uuid NOT NULL REFERENCES party (id),
        disclosure_id uuid,
        subject_ref uuid,
        ground text NOT NULL,
        law text,
        court text,
        clause text,
        writing_hash text CHECK (writing_hash ~ '^[0-9a-f]{64}$'),
        opened_at timestamptz NOT NULL,
        closed_by uuid REFERENCES party (id),
        outcome text CHECK (outcome IN ('settled', 'judged', 'withdrawn')),
        document_hash text CHECK (document_hash ~ '^[0-9a-f]{64}$'),
        closed_at timestamptz,
        CHECK (num_nulls(closed_by, outcome, closed_at) IN (0, 3))
      );
      CREATE INDEX dispute_of_protocol ON dispute (protocol_id, id);
      CREATE TABLE disclosure_fact (
        disclosure_id uuid PRIMARY KEY,
        protocol_id uuid NOT NULL,
        subject_ref uuid NOT NULL,
        requested_at timestamptz NOT NULL,
        items text[] NOT NULL
      );
      CREATE INDEX disclosure_fact_of_protocol ON disclosure_fact (protocol_id, requested_at);
      CREATE INDEX disclosure_fact_of_subject ON disclosure_fact (subject_ref);
      CREATE INDEX protocol_event_fixed_end ON protocol_event (((data ->> 'endsAt')::bigint))
        WHERE type IN ('protocol.notice.given', 'protocol.lapsed', 'protocol.linkedAgreement.ended');
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
