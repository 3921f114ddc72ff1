import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Leaves room on the pages of the two tables whose rows change with every event, so that a new version of a row stays on its
 * page and no index is written. Waits for no reader or writer; pages that exist keep their filling.
 */
export class RoomForVersions1795478400031 implements MigrationInterface {
  name = 'RoomForVersions1795478400031';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['aggregate_version', 'inbox_version']) {
      await runner.query(`ALTER TABLE ${table} SET (fillfactor = 70)`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['aggregate_version', 'inbox_version']) {
      await runner.query(`ALTER TABLE ${table} RESET (fillfactor)`);
    }
  }
}
