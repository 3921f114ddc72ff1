import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Parties with their contacts and first data protection officer, protocols as the fold of their events, and how far endings
 * are enforced. Makes tables only, so it locks nothing that exists.
 *
 * `party_dpo.sub` names a person: no statistics are kept of it, because PostgreSQL's sample values survive a DELETE.
 * `recorded_real_at` is real time of this database's clock: latencies are measured with it, because `Clock` may be moved.
 */
export class PartiesAndProtocols1795478400100 implements MigrationInterface {
  name = 'PartiesAndProtocols1795478400100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE party (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        enterprise_number text NOT NULL CHECK (enterprise_number ~ '^[01][0-9]{9}$'),
        unit_code text,
        issuer text NOT NULL,
        jwks_uri text NOT NULL,
        registered_at timestamptz NOT NULL,
        CONSTRAINT party_identity UNIQUE NULLS NOT DISTINCT (enterprise_number, unit_code)
      );
      CREATE TABLE party_contact (
        party_id uuid NOT NULL REFERENCES party (id),
        role text NOT NULL CHECK (role IN ('dpo', 'breach', 'protocolMailbox')),
        mailbox text NOT NULL,
        PRIMARY KEY (party_id, role, mailbox)
      );
      CREATE TABLE party_dpo (
        party_id uuid NOT NULL REFERENCES party (id),
        user_ref text NOT NULL,
        sub text NOT NULL,
        PRIMARY KEY (party_id, user_ref)
      );
      ALTER TABLE party_dpo ALTER COLUMN sub SET STATISTICS 0;
      CREATE TABLE protocol (
        id uuid PRIMARY KEY,
        sender uuid NOT NULL REFERENCES party (id),
        receiver uuid NOT NULL REFERENCES party (id),
        CHECK (sender <> receiver)
      );
      CREATE INDEX protocol_of_sender ON protocol (sender, id);
      CREATE INDEX protocol_of_receiver ON protocol (receiver, id);
      CREATE TABLE protocol_event (
        protocol_id uuid NOT NULL REFERENCES protocol (id),
        aggregate_version integer NOT NULL CHECK (aggregate_version >= 1),
        type text NOT NULL,
        data jsonb NOT NULL,
        fact_id uuid UNIQUE,
        recorded_at timestamptz NOT NULL,
        PRIMARY KEY (protocol_id, aggregate_version)
      );
      COMMENT ON TABLE protocol_event IS 'append-only: what happened to a protocol is not changed afterwards';
      CREATE TABLE protocol_ending (
        id uuid PRIMARY KEY REFERENCES protocol_event (fact_id),
        protocol_id uuid NOT NULL REFERENCES protocol (id),
        caused_version integer NOT NULL,
        recorded_real_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        enforced_at timestamptz,
        latency_ms integer CHECK (latency_ms >= 0),
        unconfirmed uuid[] NOT NULL DEFAULT '{}',
        UNIQUE (protocol_id, caused_version),
        CHECK ((enforced_at IS NULL) = (latency_ms IS NULL))
      );
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
