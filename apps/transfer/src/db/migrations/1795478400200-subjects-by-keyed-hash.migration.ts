import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The mapping from a person to the reference of that person under a protocol. No case reference and no identifier stands
 * in it in the clear: `key_hash` is an HMAC under an installation key, the rest is sealed. The planner's statistics of
 * these columns are off before the first row: `pg_stats` would keep samples of them beyond an erasure.
 */
export class SubjectsByKeyedHash1795478400200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE subject (
        subject_ref uuid PRIMARY KEY,
        protocol_id uuid NOT NULL,
        party uuid NOT NULL,
        registered_at timestamptz NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE subject_key (
        protocol_id uuid NOT NULL,
        kind text NOT NULL,
        key_hash bytea NOT NULL CHECK (octet_length(key_hash) = 32),
        subject_ref uuid NOT NULL REFERENCES subject,
        ciphertext bytea NOT NULL,
        wrapped_key bytea NOT NULL,
        PRIMARY KEY (protocol_id, kind, key_hash)
      )`);
    await runner.query('CREATE INDEX subject_key_by_subject ON subject_key (subject_ref)');
    // A person has one number of a kind; case references may be many.
    await runner.query(
      `CREATE UNIQUE INDEX subject_key_one_identifier ON subject_key (subject_ref, kind) WHERE kind <> 'agencyCase'`,
    );
    for (const column of ['key_hash', 'ciphertext', 'wrapped_key']) {
      await runner.query(`ALTER TABLE subject_key ALTER COLUMN ${column} SET STATISTICS 0`);
    }
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
