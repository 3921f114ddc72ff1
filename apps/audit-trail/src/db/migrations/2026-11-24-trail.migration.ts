import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The trail, what its completeness and visibility are computed from, and who read it. Makes tables only, so it locks
 * nothing that exists.
 *
 * `trail_entry` and `trail_read` only ever grow: their comments begin with `append-only`, and provisioning grants the
 * runtime role no more than reading and inserting on such tables.
 *
 * Positions come from the one row of `trail_head`: its lock is held until the batch commits, so positions are dense and
 * are seen in the order in which they were given, which a sequence would promise neither of.
 */
export class Trail1795478400500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE trail_head (
        the_one boolean PRIMARY KEY DEFAULT true CHECK (the_one),
        position bigint NOT NULL CHECK (position >= 0)
      );
      INSERT INTO trail_head (position) VALUES (0);

      CREATE TABLE trail_entry (
        position bigint PRIMARY KEY CHECK (position >= 1),
        source text NOT NULL,
        service text NOT NULL,
        sequence bigint NOT NULL CHECK (sequence >= 1),
        id uuid NOT NULL,
        name text NOT NULL,
        subject text NOT NULL,
        aggregate_version integer NOT NULL CHECK (aggregate_version >= 1),
        occurred_at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL,
        arrived_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        protocol_id uuid,
        protocol_version integer,
        clause text,
        actor_party uuid,
        actor_ref text,
        correlation_id text,
        causation_id text,
        data text NOT NULL,
        sees text[] NOT NULL,
        basis_protocol_id uuid,
        basis_consent_id uuid,
        basis_about_party uuid,
        basis_requester_party uuid,
        basis_counterparty uuid,
        basis_cause_service text,
        basis_cause_subject text,
        basis_cause_version integer,
        UNIQUE (source, sequence),
        UNIQUE (source, id)
      );
      CREATE INDEX trail_entry_of_protocol ON trail_entry (basis_protocol_id, position);
      CREATE INDEX trail_entry_of_aggregate ON trail_entry (subject, aggregate_version);

      CREATE TABLE source_progress (
        source text PRIMARY KEY,
        service text NOT NULL UNIQUE,
        highest bigint NOT NULL CHECK (highest >= 0)
      );
      CREATE TABLE sequence_gap (
        source text NOT NULL REFERENCES source_progress (source),
        first bigint NOT NULL CHECK (first >= 1),
        last bigint NOT NULL CHECK (last >= first),
        PRIMARY KEY (source, first)
      );

      CREATE TABLE protocol_party (
        protocol_id uuid PRIMARY KEY,
        sender uuid NOT NULL,
        receiver uuid NOT NULL
      );
      CREATE INDEX protocol_party_of_pair ON protocol_party (sender, receiver);
      CREATE TABLE consent_disclosed (
        consent_id uuid PRIMARY KEY
      );

      CREATE TABLE trail_read (
        id uuid PRIMARY KEY,
        read_at timestamptz NOT NULL,
        reader text NOT NULL,
        reader_party uuid,
        reader_roles text[] NOT NULL,
        what text NOT NULL CHECK (what IN ('entries', 'completeness')),
        after_position bigint,
        through_position bigint,
        shown integer NOT NULL CHECK (shown >= 0),
        filters text NOT NULL
      );

      COMMENT ON TABLE trail_entry IS 'append-only: every event of the fact topics, at its position';
      COMMENT ON TABLE trail_read IS 'append-only: who read which part of the trail';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
