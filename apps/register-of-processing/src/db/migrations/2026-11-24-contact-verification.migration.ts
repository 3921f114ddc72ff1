import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Mailboxes get an id of their own and what is known of their verification; those of before are unverified. Rewrites
 * `party_contact`, which has a few rows a party.
 */
export class ContactVerification1795478400400 implements MigrationInterface {
  name = 'ContactVerification1795478400400';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE party_contact
        ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
        ADD COLUMN verified_at timestamptz,
        ADD COLUMN valid_until timestamptz,
        ADD COLUMN lapsed_at timestamptz,
        ADD COLUMN code_nonce uuid,
        ADD COLUMN code_valid_until timestamptz,
        ADD COLUMN code_mailed_at timestamptz,
        ADD COLUMN code_tries smallint NOT NULL DEFAULT 0,
        ADD CHECK ((verified_at IS NULL) = (valid_until IS NULL)),
        ADD CHECK ((code_nonce IS NULL) = (code_valid_until IS NULL));
      CREATE INDEX party_contact_to_lapse ON party_contact (valid_until) WHERE lapsed_at IS NULL;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
