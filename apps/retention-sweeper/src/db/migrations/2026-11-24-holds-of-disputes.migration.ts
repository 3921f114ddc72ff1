import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which dispute a hold stands and falls with. A column without a default: nothing is rewritten. */
export class HoldsOfDisputes1795478400200 implements MigrationInterface {
  name = 'HoldsOfDisputes1795478400200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE hold ADD COLUMN dispute_id uuid;
      COMMENT ON TABLE hold IS 'what may not be erased, on whose authority: created and released by a data protection officer of the receiver or with a dispute, enforced by what transfer says; never deleted';
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
