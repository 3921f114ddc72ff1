import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A protocol changes by a new version, and the time of a consent picks the version it is held against: the replica keeps each.
 * Takes an exclusive lock on `protocol_fact`, which has a row per protocol.
 */
export class ProtocolVersions1795478410100 implements MigrationInterface {
  name = 'ProtocolVersions1795478410100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE protocol_fact DROP CONSTRAINT protocol_fact_pkey, ADD PRIMARY KEY (protocol_id, version);
      COMMENT ON TABLE protocol_fact IS
        'replica of the register: a row per version, written by the projections of its topic only';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
