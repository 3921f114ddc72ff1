import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which items of a disclosure were erased when, and which mailboxes were shown to be read: further projections of transfer's
 * and register's topics. Makes tables only, so it locks nothing that exists. What was said on the topics before is known after
 * a replay of the projections.
 */
export class ErasuresAndVerifiedContacts1795478400800 implements MigrationInterface {
  name = 'ErasuresAndVerifiedContacts1795478400800';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE erased_item (
        disclosure_id uuid NOT NULL,
        item text NOT NULL,
        erased_at timestamptz NOT NULL,
        PRIMARY KEY (disclosure_id, item)
      );
      CREATE TABLE contact_verification (
        party_id uuid NOT NULL,
        role text NOT NULL,
        mailbox text NOT NULL,
        state text NOT NULL CHECK (state IN ('verified', 'lapsed')),
        PRIMARY KEY (party_id, role, mailbox)
      );
      COMMENT ON TABLE erased_item IS 'replica: created by the projections of transfer''s topic only';
      COMMENT ON TABLE contact_verification IS 'replica: created, changed and deleted by the projections of register''s topic only';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
