import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Refused messages of agencies, in each service that reads their topics. A new table; locks nothing in use. */
export class AgencyQuarantine1795478400010 implements MigrationInterface {
  name = 'AgencyQuarantine1795478400010';

  async up(runner: QueryRunner): Promise<void> {
    // A topic that was made anew counts from 0 again: the hash tells its records from the old ones.
    await runner.query(`
      CREATE TABLE agency_quarantine (
        id uuid PRIMARY KEY,
        party uuid NOT NULL,
        topic text NOT NULL,
        partition int NOT NULL CHECK (partition >= 0),
        message_offset bigint NOT NULL CHECK (message_offset >= 0),
        code text NOT NULL CHECK (code ~ '^[A-Z][A-Z0-9_]{1,59}$'),
        clause text,
        faults jsonb NOT NULL,
        message_hash text NOT NULL CHECK (message_hash ~ '^[0-9a-f]{64}$'),
        message bytea,
        quarantined_at timestamptz NOT NULL,
        UNIQUE (topic, partition, message_offset, message_hash)
      )`);
    await runner.query('CREATE INDEX agency_quarantine_party ON agency_quarantine (party, id)');
    await runner.query(
      'CREATE INDEX agency_quarantine_bytes ON agency_quarantine (quarantined_at) WHERE message IS NOT NULL',
    );
    await runner.query(`
      COMMENT ON TABLE agency_quarantine IS 'messages of agencies that were refused: created by the consumer; message is set to null after 90 days, and is null at once when it was larger than a command may be; never deleted'`);
    // Samples of these bytes would outlive their erasure in pg_stats.
    await runner.query('ALTER TABLE agency_quarantine ALTER COLUMN message SET STATISTICS 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE agency_quarantine');
  }
}
