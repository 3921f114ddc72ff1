import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A delivery that a person has stopped waits until that is lifted, instead of failing. The check is replaced: the table is read
 * once under a short lock.
 */
export class HeldDeliveries1795478401300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE delivery DROP CONSTRAINT delivery_state_check');
    await runner.query(
      `ALTER TABLE delivery ADD CONSTRAINT delivery_state_check CHECK (state IN ('due', 'held', 'sending', 'ended'))`,
    );
    await runner.query(`CREATE INDEX delivery_held ON delivery (disclosure_id) WHERE state = 'held'`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
