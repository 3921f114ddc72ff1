import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What this service knows from the topics of register and transfer: parties with their functional mailboxes, protocols, and
 * the ledger of disclosures (who, whom, items, when). Makes tables only, so it locks nothing that exists.
 *
 * No column names a person: `subject_ref` is a reference whose mapping is in transfer's database.
 */
export class LedgerReplica1795478400500 implements MigrationInterface {
  name = 'LedgerReplica1795478400500';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE party_fact (
        party_id uuid PRIMARY KEY,
        name text NOT NULL,
        contacts jsonb NOT NULL
      );
      CREATE TABLE protocol_fact (
        protocol_id uuid PRIMARY KEY,
        version integer NOT NULL CHECK (version >= 1),
        sender uuid NOT NULL,
        receiver uuid NOT NULL,
        model jsonb NOT NULL,
        decisions jsonb NOT NULL DEFAULT '[]',
        effective_from timestamptz
      );
      CREATE INDEX protocol_fact_sender ON protocol_fact (sender);
      CREATE INDEX protocol_fact_receiver ON protocol_fact (receiver);
      CREATE TABLE disclosure_fact (
        disclosure_id uuid PRIMARY KEY,
        protocol_id uuid NOT NULL,
        subject_ref uuid NOT NULL,
        items text[] NOT NULL,
        recipient_unit text NOT NULL,
        authorized_at timestamptz NOT NULL,
        delivered_at timestamptz,
        collected_at timestamptz,
        failed_at timestamptz
      );
      CREATE INDEX disclosure_fact_of_protocol ON disclosure_fact (protocol_id, authorized_at);
      COMMENT ON TABLE protocol_fact IS 'replica: created and changed by the projections of register''s topic only';
      COMMENT ON TABLE disclosure_fact IS 'replica: created and changed by the projections of transfer''s topic only';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
