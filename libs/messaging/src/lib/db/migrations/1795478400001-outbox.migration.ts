import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The write side: the outbox, versions of own aggregates, the relay's cursor, command records. New tables; locks nothing that
 * is in use.
 */
export class Outbox1795478400001 implements MigrationInterface {
  name = 'Outbox1795478400001';

  async up(runner: QueryRunner): Promise<void> {
    // (xid, id) is the order of commitment as far as the relay may read; payload as text costs half of what jsonb costs.
    await runner.query(`
      CREATE TABLE outbox (
        xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
        event_id uuid NOT NULL,
        type text NOT NULL,
        classification text NOT NULL CHECK (classification IN ('pseudonymous', 'none')),
        subject uuid NOT NULL,
        aggregate_version bigint NOT NULL CHECK (aggregate_version > 0),
        occurred_at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL,
        correlation_id text NOT NULL CHECK (length(correlation_id) BETWEEN 1 AND 200),
        causation_id text NOT NULL CHECK (length(causation_id) BETWEEN 1 AND 200),
        traceparent text CHECK (length(traceparent) = 55),
        protocol_id uuid,
        protocol_version int CHECK (protocol_version > 0),
        clause text CHECK (length(clause) BETWEEN 1 AND 60),
        actor_party uuid,
        actor_ref text CHECK (length(actor_ref) BETWEEN 1 AND 200),
        data text NOT NULL,
        PRIMARY KEY (xid, id),
        UNIQUE (subject, aggregate_version)
      )`);
    await runner.query(`
      COMMENT ON TABLE outbox IS 'append-only: a row is created with the state change it tells of, in the same transaction; never changed; deleted by the purge of relayed rows only'`);
    await runner.query(`
      CREATE TABLE aggregate_version (
        subject uuid PRIMARY KEY,
        version bigint NOT NULL CHECK (version > 0)
      )`);
    await runner.query(`
      COMMENT ON TABLE aggregate_version IS 'version of the last event of each own aggregate: created and changed by the append, under the aggregate''s lock; never deleted'`);
    await runner.query(`
      CREATE TABLE relay_cursor (
        single boolean PRIMARY KEY DEFAULT true CHECK (single),
        epoch bigint NOT NULL DEFAULT 0,
        xid xid8 NOT NULL DEFAULT '0',
        outbox_id bigint NOT NULL DEFAULT 0,
        sequence bigint NOT NULL DEFAULT 0 CHECK (sequence >= 0)
      )`);
    await runner.query(`
      COMMENT ON TABLE relay_cursor IS 'one row, made here: the last outbox row that is surely on the topic and its sequence; changed by the relay whose epoch it carries; never deleted'`);
    await runner.query('INSERT INTO relay_cursor DEFAULT VALUES');
    await runner.query(`
      CREATE TABLE command_record (
        party text NOT NULL,
        client text NOT NULL,
        key uuid NOT NULL,
        fingerprint text NOT NULL CHECK (fingerprint <> ''),
        status int NOT NULL CHECK (status BETWEEN 200 AND 299),
        result jsonb NOT NULL,
        recorded_at timestamptz NOT NULL,
        PRIMARY KEY (party, client, key)
      )`);
    await runner.query(`
      COMMENT ON TABLE command_record IS 'append-only: created in the transaction of the command''s effect; holds a keyed hash and ids, never content; deleted after one year by the purge'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE command_record, relay_cursor, aggregate_version, outbox');
  }
}
