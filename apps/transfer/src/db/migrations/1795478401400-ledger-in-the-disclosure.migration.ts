import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The ledger of a disclosure stands in its own row: an object of its items, each with its fields, clause, generation of the
 * values, and later its erasure and origin. A row per item cost a tenth of what PostgreSQL spends on a disclosure: the row, its
 * key, a look for the disclosure it belongs to. `disclosure_item` is a view of it from now on, item by item, for whoever reads.
 *
 * Rewrites the disclosures that were permitted, under a lock that lets nobody else in.
 */
export class LedgerInTheDisclosure1795478401400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE disclosure ADD COLUMN ledger jsonb');
    await runner.query(`
      UPDATE disclosure d
         SET ledger = COALESCE((
               SELECT jsonb_object_agg(i.item, jsonb_strip_nulls(jsonb_build_object(
                        'fields', i.fields, 'clause', i.clause, 'generation', i.generation, 'erasedAt', i.erased_at,
                        'source', i.source, 'version', i.source_version)))
                 FROM disclosure_item i WHERE i.disclosure_id = d.id), '{}')
       WHERE d.verdict = 'permitted' OR EXISTS (SELECT 1 FROM disclosure_item i WHERE i.disclosure_id = d.id)`);
    await runner.query(`ALTER TABLE disclosure ADD CHECK (verdict <> 'permitted' OR ledger IS NOT NULL)`);
    await runner.query('DROP TABLE disclosure_item');
    await runner.query(`
      CREATE VIEW disclosure_item AS
      SELECT d.id AS disclosure_id, kept.key AS item,
             ARRAY(SELECT jsonb_array_elements_text(kept.value->'fields')) AS fields, kept.value->>'clause' AS clause,
             (kept.value->>'generation')::integer AS generation, (kept.value->>'erasedAt')::timestamptz AS erased_at,
             kept.value->>'source' AS source, kept.value->>'version' AS source_version
        FROM disclosure d CROSS JOIN jsonb_each(d.ledger) AS kept`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
