import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The tables of this service: replicas of protocols and persons, notices, consents, withdrawals. Makes tables only, so it
 * locks nothing that exists.
 *
 * No column names a person: `subject_ref` is a reference whose mapping is in transfer's database, `entered_by` one whose
 * mapping is in register's. `recorded_real_at` is real time of this database's clock: latencies are measured with it,
 * because `Clock` may be moved.
 */
export class ConsentsAndWithdrawals1795478400100 implements MigrationInterface {
  name = 'ConsentsAndWithdrawals1795478400100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE protocol_fact (
        protocol_id uuid PRIMARY KEY,
        version integer NOT NULL CHECK (version >= 1),
        sender uuid NOT NULL,
        receiver uuid NOT NULL,
        model jsonb NOT NULL,
        decisions jsonb NOT NULL DEFAULT '[]',
        effective_from timestamptz
      );
      CREATE TABLE subject_fact (
        subject_ref uuid PRIMARY KEY,
        protocol_id uuid NOT NULL,
        party uuid NOT NULL
      );
      CREATE TABLE notice (
        id uuid PRIMARY KEY,
        version integer NOT NULL CHECK (version >= 1),
        protocol_id uuid NOT NULL,
        subject_ref uuid NOT NULL,
        notice_version text NOT NULL,
        language text NOT NULL CHECK (language IN ('nl', 'fr', 'en', 'de')),
        information_points text[] NOT NULL CHECK (cardinality(information_points) >= 1),
        missing_points text[] NOT NULL,
        provided_at timestamptz NOT NULL,
        clause text NOT NULL
      );
      COMMENT ON TABLE notice IS 'append-only: what a person was told is not changed afterwards';
      CREATE TABLE withdrawal (
        id uuid PRIMARY KEY,
        protocol_id uuid NOT NULL,
        subject_ref uuid NOT NULL,
        withdrawn_at timestamptz NOT NULL,
        entered_by text NOT NULL,
        recorded_real_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
      COMMENT ON TABLE withdrawal IS 'append-only: the act; the outcome of its barriers is in withdrawn_consent';
      CREATE TABLE consent (
        id uuid PRIMARY KEY,
        version integer NOT NULL CHECK (version >= 1),
        protocol_id uuid NOT NULL,
        protocol_version integer NOT NULL CHECK (protocol_version >= 1),
        subject_ref uuid NOT NULL,
        notice_id uuid NOT NULL REFERENCES notice (id),
        state text NOT NULL CHECK (state IN ('given', 'refused', 'withdrawn')),
        purpose text NOT NULL,
        items text[] NOT NULL CHECK (cardinality(items) >= 1),
        recipient_party uuid NOT NULL,
        recipient_unit text NOT NULL,
        recipient_category text NOT NULL,
        method text NOT NULL CHECK (method IN ('oral', 'written', 'electronic')),
        event_time timestamptz NOT NULL,
        occurrences integer CHECK (occurrences >= 1),
        expires_at timestamptz CHECK (expires_at > event_time),
        lawful_basis text NOT NULL,
        controller uuid NOT NULL,
        entered_by text NOT NULL,
        clause text NOT NULL,
        withdrawal_id uuid REFERENCES withdrawal (id),
        CHECK ((state = 'withdrawn') = (withdrawal_id IS NOT NULL))
      );
      CREATE INDEX consent_open_of_person ON consent (subject_ref, protocol_id) WHERE state = 'given';
      CREATE TABLE withdrawn_consent (
        consent_id uuid PRIMARY KEY REFERENCES consent (id),
        withdrawal_id uuid NOT NULL REFERENCES withdrawal (id),
        method text NOT NULL,
        caused_version integer NOT NULL CHECK (caused_version >= 1),
        enforced_at timestamptz,
        latency_ms integer CHECK (latency_ms >= 0),
        unconfirmed uuid[] NOT NULL DEFAULT '{}',
        CHECK ((enforced_at IS NULL) = (latency_ms IS NULL))
      );
      CREATE INDEX withdrawn_consent_of_withdrawal ON withdrawn_consent (withdrawal_id);
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
