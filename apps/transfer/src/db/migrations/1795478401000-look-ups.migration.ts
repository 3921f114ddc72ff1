import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Look-ups: who may make them (a replica), what was asked, where values are fetched, and fallbacks of routes. A look-up has a
 * lease (`clock_timestamp()`) while values are being fetched and while its answer is on the way. New tables and columns;
 * each ALTER locks its table for a moment.
 */
export class LookUps1795478401000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE user_fact (
        authorization_id uuid PRIMARY KEY,
        version integer NOT NULL CHECK (version > 0),
        party uuid NOT NULL,
        protocol_id uuid NOT NULL,
        user_ref text NOT NULL,
        unit text NOT NULL,
        task text NOT NULL,
        capacity text NOT NULL,
        secrecy boolean NOT NULL,
        items text[] NOT NULL,
        supervisor jsonb NOT NULL,
        valid_from timestamptz NOT NULL,
        valid_until timestamptz NOT NULL,
        revoked_at timestamptz
      )`);
    await runner.query('CREATE INDEX user_fact_by_user ON user_fact (user_ref, protocol_id)');
    await runner.query(`
      CREATE TABLE look_up (
        disclosure_id uuid PRIMARY KEY REFERENCES disclosure,
        user_ref text NOT NULL,
        identifier_kind text NOT NULL,
        absent_kinds text[] NOT NULL,
        task text NOT NULL,
        capacity text,
        authorization_id uuid,
        supervisor jsonb,
        context jsonb NOT NULL,
        asked_at timestamptz NOT NULL,
        state text NOT NULL CHECK (state IN ('open', 'closed')),
        attempt_id uuid,
        lease_until timestamptz
      )`);
    await runner.query('CREATE INDEX look_up_by_user ON look_up (user_ref, asked_at)');
    await runner.query(`CREATE INDEX look_up_open ON look_up (asked_at) WHERE state = 'open'`);
    await runner.query('CREATE INDEX look_up_leased ON look_up (lease_until) WHERE lease_until IS NOT NULL');
    await runner.query(`
      CREATE TABLE source_endpoint (
        id uuid PRIMARY KEY,
        protocol_id uuid NOT NULL,
        route_id text NOT NULL,
        url text NOT NULL,
        ciphertext bytea,
        wrapped_key bytea,
        set_at timestamptz NOT NULL,
        UNIQUE (protocol_id, route_id),
        CHECK ((ciphertext IS NULL) = (wrapped_key IS NULL))
      )`);
    for (const column of ['ciphertext', 'wrapped_key']) {
      await runner.query(`ALTER TABLE source_endpoint ALTER COLUMN ${column} SET STATISTICS 0`);
    }
    await runner.query(`
      CREATE TABLE route_fallback (
        id uuid PRIMARY KEY,
        protocol_id uuid NOT NULL,
        protocol_version integer NOT NULL,
        route_id text NOT NULL,
        of_route text NOT NULL,
        by_party uuid NOT NULL,
        reason text NOT NULL CHECK (reason IN ('refused', 'unreachable', 'discontinued')),
        evidence_hash text,
        failures integer NOT NULL CHECK (failures >= 0),
        controller text NOT NULL CHECK (controller IN ('sender', 'receiver', 'integrator')),
        clause text NOT NULL,
        activated_at timestamptz NOT NULL,
        ended_at timestamptz
      )`);
    await runner.query(
      'CREATE UNIQUE INDEX route_fallback_active ON route_fallback (protocol_id, of_route) WHERE ended_at IS NULL',
    );
    await runner.query(`
      CREATE TABLE user_report (
        id uuid PRIMARY KEY,
        party uuid NOT NULL,
        user_ref text NOT NULL,
        asked_from timestamptz NOT NULL,
        asked_until timestamptz NOT NULL,
        after uuid,
        made_by text NOT NULL,
        made_at timestamptz NOT NULL
      )`);
    await runner.query(`
      ALTER TABLE disclosure
        ADD COLUMN receipt text,
        ADD COLUMN transfer_controller text CHECK (transfer_controller IN ('sender', 'receiver', 'integrator'))`);
    await runner.query('ALTER TABLE disclosure_item ADD COLUMN source text, ADD COLUMN source_version text');
    await runner.query(`
      ALTER TABLE pending_barrier
        DROP CONSTRAINT pending_barrier_kind_check,
        ADD CONSTRAINT pending_barrier_kind_check CHECK
          (kind IN ('withdrawal', 'ending', 'suspension', 'revocation', 'hold', 'restriction', 'objection'))`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
