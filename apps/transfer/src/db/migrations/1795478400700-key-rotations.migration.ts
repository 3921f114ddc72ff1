import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rotations of the key-encryption key, one at a time. The keys themselves never stand in a database. */
export class KeyRotations1795478400700 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE key_rotation (
        id uuid PRIMARY KEY,
        state text NOT NULL CHECK (state IN ('rotating', 'rewrapped', 'destroying', 'destroyed')),
        generation integer CHECK (generation > 1),
        started_at timestamptz NOT NULL,
        rotated_at timestamptz,
        rewrapped bigint NOT NULL DEFAULT 0,
        rewrapped_at timestamptz,
        backup_confirmed_at timestamptz,
        destroyed_at timestamptz,
        lease_until timestamptz,
        context jsonb NOT NULL,
        CHECK ((generation IS NULL) = (rotated_at IS NULL)),
        CHECK (state = 'rotating' OR rewrapped_at IS NOT NULL),
        CHECK ((state IN ('destroying', 'destroyed')) = (backup_confirmed_at IS NOT NULL)),
        CHECK ((state = 'destroyed') = (destroyed_at IS NOT NULL))
      )`);
    // Settles which of two operators rotates.
    await runner.query(
      `CREATE UNIQUE INDEX key_rotation_under_way ON key_rotation ((true)) WHERE state IN ('rotating', 'destroying')`,
    );
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
