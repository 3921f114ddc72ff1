import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Replicas of what register and consent say, as far as a disclosure is decided on it. Written by the consumers only;
 * `version` is the `aggregateversion` of the last event that changed the row. New tables: locks nothing.
 */
export class FactsOfProtocolsAndConsents1795478400100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE protocol_fact (
        protocol_id uuid PRIMARY KEY,
        version integer NOT NULL CHECK (version > 0),
        sender uuid NOT NULL,
        receiver uuid NOT NULL CHECK (receiver <> sender),
        suspended_from timestamptz,
        ended_at timestamptz,
        stop_clause text
      )`);
    await runner.query(`COMMENT ON COLUMN protocol_fact.ended_at IS 'May lie ahead: notice was given'`);
    await runner.query(`
      CREATE TABLE protocol_version_fact (
        protocol_id uuid NOT NULL REFERENCES protocol_fact,
        protocol_version integer NOT NULL CHECK (protocol_version > 0),
        model jsonb NOT NULL,
        model_digest text NOT NULL,
        effective_from timestamptz,
        PRIMARY KEY (protocol_id, protocol_version)
      )`);
    await runner.query(`
      CREATE TABLE consent_fact (
        consent_id uuid PRIMARY KEY,
        version integer NOT NULL CHECK (version > 0),
        state text NOT NULL CHECK (state IN ('given', 'refused', 'withdrawn')),
        subject_ref uuid NOT NULL,
        protocol_id uuid NOT NULL,
        purpose text NOT NULL,
        items text[] NOT NULL,
        recipient_party uuid NOT NULL,
        recipient_unit text NOT NULL,
        recipient_category text NOT NULL,
        notice_points text[] NOT NULL,
        given_at timestamptz NOT NULL,
        expires_at timestamptz,
        withdrawn_at timestamptz,
        CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL))
      )`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
