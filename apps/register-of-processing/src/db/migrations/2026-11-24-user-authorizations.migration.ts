import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who may look data up, and whom each `userRef` stands for. The planner keeps no samples of the columns that name a person.
 * `revoked_real_at` is real time of this database's clock: latencies are measured with it. New table: locks nothing.
 */
export class UserAuthorizations1795478400500 implements MigrationInterface {
  name = 'UserAuthorizations1795478400500';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE user_authorization (
        id uuid PRIMARY KEY,
        party_id uuid NOT NULL REFERENCES party (id),
        protocol_id uuid NOT NULL REFERENCES protocol (id),
        protocol_version integer NOT NULL,
        user_ref text NOT NULL,
        issuer text NOT NULL,
        sub text NOT NULL,
        unit text NOT NULL,
        task text NOT NULL,
        capacity text NOT NULL,
        secrecy boolean NOT NULL,
        items text[] NOT NULL CHECK (cardinality(items) > 0),
        scope_source text NOT NULL CHECK (scope_source IN ('law', 'protocol')),
        supervisor_sub text,
        supervisor_ref text CHECK (supervisor_ref <> user_ref),
        supervisor_office text,
        valid_from timestamptz NOT NULL,
        valid_until timestamptz NOT NULL CHECK (valid_until > valid_from),
        clause text NOT NULL,
        authorized_at timestamptz NOT NULL,
        reason text,
        revoked_at timestamptz,
        revoked_real_at timestamptz,
        caused_version integer,
        enforced_at timestamptz,
        latency_ms integer CHECK (latency_ms >= 0),
        CHECK (num_nulls(supervisor_sub, supervisor_ref) IN (0, 2)),
        CHECK (num_nulls(supervisor_ref, supervisor_office) = 1),
        CHECK (num_nulls(reason, revoked_at, revoked_real_at) IN (0, 3)),
        CHECK ((enforced_at IS NULL) = (latency_ms IS NULL)),
        CHECK (enforced_at IS NULL OR revoked_at IS NOT NULL)
      );
      CREATE UNIQUE INDEX user_authorization_standing
        ON user_authorization (protocol_id, user_ref, task, valid_until) WHERE revoked_at IS NULL;
      CREATE INDEX user_authorization_of_party ON user_authorization (party_id, id);
      ALTER TABLE user_authorization ALTER COLUMN sub SET STATISTICS 0;
      ALTER TABLE user_authorization ALTER COLUMN supervisor_sub SET STATISTICS 0;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
