import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every decided disclosure, its ledger per item, the consents it used up, and the vault with the values. */
export class DisclosuresAndVault1795478400300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE disclosure (
        id uuid PRIMARY KEY,
        protocol_id uuid NOT NULL,
        protocol_version integer,
        subject_ref uuid NOT NULL,
        requester_party uuid NOT NULL,
        requester_ref text NOT NULL,
        requester_unit text,
        purpose text NOT NULL,
        consent_id uuid,
        recipient_party uuid NOT NULL,
        recipient_unit text NOT NULL,
        recipient_category text NOT NULL,
        requires_secrecy boolean NOT NULL,
        items text[] NOT NULL,
        verdict text NOT NULL CHECK (verdict IN ('permitted', 'refused', 'gap')),
        code text,
        clause text,
        missing text[],
        state text NOT NULL
          CHECK (state IN ('refused', 'authorized', 'delivering', 'delivered', 'unconfirmed', 'failed', 'collected')),
        route_id text,
        requested_at timestamptz NOT NULL,
        delivered_at timestamptz,
        collected_at timestamptz,
        archive_digest text,
        archive_bytes integer,
        file_name text,
        failure text,
        withheld text,
        CHECK ((verdict = 'permitted') = (state <> 'refused')),
        CHECK ((verdict = 'permitted') = (code IS NULL)),
        CHECK (verdict <> 'permitted' OR (protocol_version IS NOT NULL AND route_id IS NOT NULL AND clause IS NOT NULL)),
        CHECK ((state = 'failed') = (failure IS NOT NULL))
      )`);
    await runner.query(`CREATE INDEX disclosure_by_consent ON disclosure (consent_id) WHERE verdict = 'permitted'`);
    await runner.query(`CREATE INDEX disclosure_by_protocol ON disclosure (protocol_id, id)`);
    await runner.query(
      `CREATE INDEX disclosure_inbox ON disclosure (recipient_party, recipient_unit, id)
       WHERE state IN ('delivered', 'unconfirmed', 'collected')`,
    );
    await runner.query(`CREATE INDEX disclosure_by_subject ON disclosure (subject_ref)`);
    await runner.query(`
      CREATE TABLE disclosure_item (
        disclosure_id uuid NOT NULL REFERENCES disclosure,
        item text NOT NULL,
        fields text[] NOT NULL,
        clause text NOT NULL,
        generation integer NOT NULL CHECK (generation > 0),
        PRIMARY KEY (disclosure_id, item)
      )`);
    // Settles who uses a consent that carries one disclosure: the primary key, not a check before it.
    await runner.query(`
      CREATE TABLE consent_use (
        consent_id uuid PRIMARY KEY,
        disclosure_id uuid NOT NULL UNIQUE REFERENCES disclosure DEFERRABLE INITIALLY DEFERRED
      )`);
    await runner.query(`
      CREATE TABLE vault_envelope (
        disclosure_id uuid NOT NULL REFERENCES disclosure,
        part text NOT NULL CHECK (part IN ('values', 'archive', 'passphrase')),
        generation integer NOT NULL CHECK (generation > 0),
        items text[] NOT NULL,
        ciphertext bytea NOT NULL,
        wrapped_key bytea NOT NULL,
        PRIMARY KEY (disclosure_id, part, generation)
      )`);
    for (const column of ['ciphertext', 'wrapped_key']) {
      await runner.query(`ALTER TABLE vault_envelope ALTER COLUMN ${column} SET STATISTICS 0`);
    }
    await runner.query(`
      CREATE TABLE collection (
        disclosure_id uuid NOT NULL REFERENCES disclosure,
        user_ref text NOT NULL,
        collected_at timestamptz NOT NULL,
        PRIMARY KEY (disclosure_id, user_ref)
      )`);
    await runner.query(`
      CREATE TABLE archive_signing_key (
        key_id uuid PRIMARY KEY,
        public_key text NOT NULL,
        ciphertext bytea NOT NULL,
        wrapped_key bytea NOT NULL,
        made_at timestamptz NOT NULL DEFAULT clock_timestamp()
      )`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
