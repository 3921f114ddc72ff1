import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Requests of data subjects, the duty to inform them, and the replicas that both rest on. New tables: locks nothing. */
export class RightsOfDataSubjects1795478400850 implements MigrationInterface {
  name = 'RightsOfDataSubjects1795478400850';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE rights_request (
        id uuid PRIMARY KEY,
        party uuid NOT NULL REFERENCES party (id),
        protocol_id uuid NOT NULL REFERENCES protocol (id),
        subject_ref uuid,
        right_asked text NOT NULL
          CHECK (right_asked IN ('access', 'rectification', 'erasure', 'restriction', 'objection', 'withdrawal')),
        consent_id uuid,
        channel text NOT NULL,
        identity_check text,
        state text NOT NULL CHECK (state IN ('open', 'granted', 'partly', 'refused')),
        received_at timestamptz NOT NULL,
        cautious_due_at timestamptz NOT NULL,
        regulation_due_at timestamptz NOT NULL CHECK (regulation_due_at >= cautious_due_at),
        extension_reasons text[] NOT NULL DEFAULT '{}',
        extended_at timestamptz,
        reasons text[] NOT NULL DEFAULT '{}',
        evidence_hash text CHECK (evidence_hash ~ '^[0-9a-f]{64}$'),
        decided_at timestamptz,
        late boolean,
        restriction_id uuid UNIQUE,
        restriction_ground text,
        erasure_ground text,
        disclosure_ids uuid[] NOT NULL DEFAULT '{}',
        quality_reports uuid[] NOT NULL DEFAULT '{}',
        caused_version integer,
        barrier_since timestamptz,
        enforced_at timestamptz,
        latency_ms integer CHECK (latency_ms >= 0),
        unconfirmed uuid[] NOT NULL DEFAULT '{}',
        lifted_at timestamptz,
        reminded text CHECK (reminded IN ('dueSoon', 'cautiousDatePassed', 'overdue')),
        next_look_at timestamptz,
        CHECK ((state = 'open') = (decided_at IS NULL)),
        CHECK ((state IN ('refused', 'partly')) = (cardinality(reasons) > 0)),
        CHECK (state IN ('open', 'refused') OR (subject_ref IS NOT NULL AND identity_check IS NOT NULL)),
        CHECK ((restriction_id IS NULL) = (restriction_ground IS NULL)),
        CHECK ((caused_version IS NULL) = (barrier_since IS NULL)),
        CHECK ((enforced_at IS NULL) = (latency_ms IS NULL))
      );
      CREATE INDEX rights_request_by_party ON rights_request (party, id);
      CREATE INDEX rights_request_of_subject ON rights_request (subject_ref) WHERE restriction_id IS NOT NULL;
      CREATE INDEX rights_request_look ON rights_request (next_look_at) WHERE next_look_at IS NOT NULL;

      CREATE TABLE information_duty (
        id uuid PRIMARY KEY,
        disclosure_id uuid NOT NULL UNIQUE,
        protocol_id uuid NOT NULL,
        subject_ref uuid NOT NULL,
        party uuid NOT NULL,
        state text NOT NULL CHECK (state IN ('open', 'fulfilled', 'exempted')),
        obtained_at timestamptz NOT NULL,
        first_communication_at timestamptz,
        onward_disclosure_at timestamptz,
        due_at timestamptz NOT NULL,
        due_because text NOT NULL CHECK (due_because IN ('month', 'firstCommunication', 'onwardDisclosure')),
        alerted_due_at timestamptz,
        means text,
        notice_version text,
        informed_at timestamptz,
        exemption text,
        basis text,
        late boolean,
        CHECK ((state = 'fulfilled') = (informed_at IS NOT NULL AND means IS NOT NULL)),
        CHECK ((state = 'exempted') = (exemption IS NOT NULL AND basis IS NOT NULL))
      );
      CREATE INDEX information_duty_open ON information_duty (due_at) WHERE state = 'open';
      CREATE INDEX information_duty_by_party ON information_duty (party, due_at);

      CREATE TABLE subject_fact (
        subject_ref uuid PRIMARY KEY,
        protocol_id uuid NOT NULL,
        mapping_erased_at timestamptz
      );
      CREATE TABLE withdrawn_consent_fact (consent_id uuid PRIMARY KEY, subject_ref uuid NOT NULL);
      CREATE TABLE corrected_report_fact (
        report_id uuid PRIMARY KEY,
        protocol_id uuid NOT NULL,
        subject_ref uuid NOT NULL
      );
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
