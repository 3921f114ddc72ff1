import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whose topics are made. A party registered before gets its row here, and its topics at the next start. A new table; locks
 * nothing in use but `party` against a registration at the same moment.
 */
export class PartyTopics1795478400200 implements MigrationInterface {
  name = 'PartyTopics1795478400200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE party_topics (
        party_id uuid PRIMARY KEY REFERENCES party (id),
        made_at timestamptz
      );
      CREATE INDEX party_topics_pending ON party_topics (party_id) WHERE made_at IS NULL;
      INSERT INTO party_topics (party_id) SELECT id FROM party;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
