import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The register of processing activities, and what it is compared with. New tables lock nothing; the new columns of
 * `disclosure_fact` have no default, so that its short exclusive lock rewrites nothing. They stay empty for disclosures that
 * were learnt before: a replay of transfer fills them.
 */
export class RegisterEntries1795478400950 implements MigrationInterface {
  name = 'RegisterEntries1795478400950';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE register_entry (
        id uuid PRIMARY KEY,
        protocol_id uuid NOT NULL REFERENCES protocol (id),
        party uuid NOT NULL REFERENCES party (id),
        processor text,
        version integer NOT NULL CHECK (version > 0),
        content jsonb NOT NULL,
        content_hash text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
        versioned_at timestamptz NOT NULL,
        mismatches jsonb NOT NULL DEFAULT '[]'
      );
      CREATE UNIQUE INDEX register_entry_whose ON register_entry (protocol_id, party, coalesce(processor, ''));
      CREATE INDEX register_entry_of_party ON register_entry (party, protocol_id);

      CREATE TABLE register_entry_version (
        entry_id uuid NOT NULL REFERENCES register_entry (id),
        version integer NOT NULL CHECK (version > 0),
        content jsonb NOT NULL,
        content_hash text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
        versioned_at timestamptz NOT NULL,
        PRIMARY KEY (entry_id, version)
      );

      CREATE TABLE register_entry_look (
        protocol_id uuid PRIMARY KEY REFERENCES protocol (id),
        seen_version integer NOT NULL,
        next_look_at timestamptz NOT NULL
      );

      CREATE TABLE erasure_fact (
        disclosure_id uuid PRIMARY KEY,
        protocol_id uuid NOT NULL,
        items text[] NOT NULL
      );
      CREATE INDEX erasure_fact_of_protocol ON erasure_fact (protocol_id);

      ALTER TABLE disclosure_fact
        ADD COLUMN protocol_version integer,
        ADD COLUMN purpose text,
        ADD COLUMN category text,
        ADD COLUMN route text;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
