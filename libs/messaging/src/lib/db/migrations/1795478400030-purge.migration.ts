import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the service may delete of its append-only tables: by these functions alone, which run as the owner and keep the periods.
 * The index on `command_record` locks it against writes while it is built; it is of the smallest kind.
 */
export class Purge1795478400030 implements MigrationInterface {
  name = 'Purge1795478400030';

  async up(runner: QueryRunner): Promise<void> {
    // Only from the front, up to the first row that must stay: the sequence of a row is counted from the rows behind it.
    await runner.query(`
      CREATE FUNCTION purge_outbox(at timestamptz, most int) RETURNS int
      LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
        WITH front AS (
          SELECT o.era, o.xid, o.id, o.recorded_at FROM outbox o, relay_cursor c
           WHERE (o.era, o.xid, o.id) <= (c.era, c.xid, c.outbox_id) ORDER BY o.era, o.xid, o.id LIMIT most
        ), stays AS (
          SELECT era, xid, id FROM front WHERE recorded_at >= at - interval '30 days' ORDER BY era, xid, id LIMIT 1
        ), due AS (
          SELECT f.era, f.xid, f.id FROM front f
           WHERE NOT EXISTS (SELECT FROM stays s WHERE (f.era, f.xid, f.id) >= (s.era, s.xid, s.id))
        ), marks AS (
          DELETE FROM outbox_rebased r USING due d WHERE (r.era, r.xid, r.outbox_id) = (d.era, d.xid, d.id)
        ), gone AS (
          DELETE FROM outbox o USING due d WHERE (o.era, o.xid, o.id) = (d.era, d.xid, d.id) RETURNING 1
        )
        SELECT count(*)::int FROM gone
      $$`);
    await runner.query(`
      CREATE FUNCTION purge_command_record(at timestamptz, most int) RETURNS int
      LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
        WITH gone AS (
          DELETE FROM command_record WHERE (party, client, key) IN (
            SELECT party, client, key FROM command_record WHERE recorded_at < at - interval '1 year' LIMIT most)
          RETURNING 1
        )
        SELECT count(*)::int FROM gone
      $$`);
    // Records come in the order of time, so a few bytes for each range of pages find the old ones.
    await runner.query('CREATE INDEX command_record_age ON command_record USING brin (recorded_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX command_record_age');
    await runner.query('DROP FUNCTION purge_outbox, purge_command_record');
  }
}
