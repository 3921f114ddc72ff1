import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Operators' commands over HTTP: their keys, and dead letters that are given up. Locks `operation` and `inbox_dead_letter` for a
 * moment.
 */
export class OperatorCommands1795478400004 implements MigrationInterface {
  name = 'OperatorCommands1795478400004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE operation DROP CONSTRAINT operation_operation_check');
    await runner.query(`
      ALTER TABLE operation ADD CONSTRAINT operation_operation_check
        CHECK (operation IN ('pause', 'resume', 'redrive', 'discard', 'replay', 'rebase')),
        ADD COLUMN lost jsonb, ADD CHECK ((operation = 'discard') = (lost IS NOT NULL))`);
    await runner.query('ALTER TABLE inbox_dead_letter ADD COLUMN discarded_at timestamptz');
    await runner.query(`
      COMMENT ON COLUMN inbox_dead_letter.discarded_at IS 'when it was given up; redriven_at is the same then. A replay that cannot read it either makes it a dead letter again'`);
    // Not `command_record`: that one is written in the transaction of the effect, which a closed service does not have.
    await runner.query(`
      CREATE TABLE operation_command (
        client text NOT NULL,
        key uuid NOT NULL,
        fingerprint text NOT NULL,
        operation_id uuid NOT NULL UNIQUE,
        answer jsonb,
        begun_at timestamptz NOT NULL,
        PRIMARY KEY (client, key)
      )`);
    await runner.query(`
      COMMENT ON TABLE operation_command IS 'which operation a key began: created before it, also in a closed service; answer is set when it has ended; deleted after one year'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE operation_command');
    await runner.query('ALTER TABLE inbox_dead_letter DROP COLUMN discarded_at');
    await runner.query('ALTER TABLE operation DROP COLUMN lost, DROP CONSTRAINT operation_operation_check');
    await runner.query(`
      ALTER TABLE operation ADD CONSTRAINT operation_operation_check
        CHECK (operation IN ('pause', 'resume', 'redrive', 'replay', 'rebase'))`);
  }
}
