import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Holds as they bind the vault, answers to erasures, and the ledger's word that something is erased. `superseded_at` marks
 * an envelope that nobody may read any more and that a hold still keeps; it goes when no hold stands over it. Decisions of
 * the parties are kept beside the model that they fill. Small tables; each ALTER locks its table for a moment.
 */
export class HoldsAndErasures1795478400500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE hold_fact (
        hold_id uuid PRIMARY KEY,
        version integer NOT NULL CHECK (version > 0),
        protocol_id uuid NOT NULL,
        subject_ref uuid,
        disclosure_id uuid,
        released_at timestamptz
      )`);
    await runner.query('CREATE INDEX hold_fact_standing ON hold_fact (protocol_id) WHERE released_at IS NULL');
    await runner.query(`
      CREATE TABLE erasure_answer (
        erasure_id uuid PRIMARY KEY,
        disclosure_id uuid NOT NULL REFERENCES disclosure,
        outcome text NOT NULL CHECK (outcome IN ('erased', 'withheld')),
        answered_at timestamptz NOT NULL
      )`);
    await runner.query(`
      ALTER TABLE disclosure
        ADD COLUMN values_generation integer NOT NULL DEFAULT 1 CHECK (values_generation > 0),
        ADD COLUMN erased_at timestamptz`);
    await runner.query('ALTER TABLE disclosure_item ADD COLUMN erased_at timestamptz');
    await runner.query('ALTER TABLE vault_envelope ADD COLUMN superseded_at timestamptz');
    await runner.query(
      'CREATE INDEX vault_envelope_superseded ON vault_envelope (disclosure_id) WHERE superseded_at IS NOT NULL',
    );
    await runner.query(`
      ALTER TABLE pending_barrier
        DROP CONSTRAINT pending_barrier_kind_check,
        ADD CONSTRAINT pending_barrier_kind_check CHECK (kind IN ('withdrawal', 'ending', 'suspension', 'hold'))`);
    await runner.query(`
      ALTER TABLE collection
        ADD COLUMN what text NOT NULL DEFAULT 'passphrase' CHECK (what IN ('passphrase', 'values')),
        ADD COLUMN generation integer NOT NULL DEFAULT 1 CHECK (generation > 0),
        DROP CONSTRAINT collection_pkey,
        ADD PRIMARY KEY (disclosure_id, user_ref, what, generation)`);
    await runner.query(`
      ALTER TABLE protocol_version_fact
        ADD COLUMN text_model jsonb,
        ADD COLUMN decisions jsonb NOT NULL DEFAULT '[]'`);
    await runner.query(
      `COMMENT ON COLUMN protocol_version_fact.text_model IS 'The text as drafted; model is the text with what the parties decided'`,
    );
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
