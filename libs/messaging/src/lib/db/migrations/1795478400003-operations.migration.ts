import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a restore, a replay and an operator need. Rebuilds the primary key of `outbox` (locks it for as long as that takes); the
 * other tables are locked for a moment.
 */
export class Operations1795478400003 implements MigrationInterface {
  name = 'Operations1795478400003';

  async up(runner: QueryRunner): Promise<void> {
    await createState(runner);
    await addEras(runner);
    await createOperations(runner);
    await widenInbox(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE inbox_dead_letter DROP COLUMN redriven_at`);
    await runner.query(`ALTER TABLE inbox_version DROP COLUMN topic`);
    await runner.query(`ALTER TABLE inbox_partition DROP COLUMN replay_until`);
    await runner.query(`ALTER TABLE relay_cursor DROP COLUMN era`);
    await runner.query(`ALTER TABLE outbox DROP COLUMN era, ADD PRIMARY KEY (xid, id)`);
    await runner.query(`DROP TABLE operation, outbox_rebased, relay_rebase, service_state`);
  }
}

async function createState(runner: QueryRunner): Promise<void> {
  // A restored data directory brings its row with it, but not the server start that the row tells of; a dump that is read back
  // brings another table. So the row says "compared with the topic" only for the very database that was.
  await runner.query(`
    CREATE TABLE service_state (
      single boolean PRIMARY KEY DEFAULT true CHECK (single),
      era int NOT NULL DEFAULT 1,
      system_identifier text,
      server_started_at timestamptz,
      outbox_table oid,
      closed_because text CHECK (closed_because IN ('behind', 'cluster')),
      relay_paused boolean NOT NULL DEFAULT false,
      inbox_paused boolean NOT NULL DEFAULT false
    )`);
  await runner.query(`
    COMMENT ON TABLE service_state IS 'one row, made here: the cluster of the first start; the server start and the outbox for which the relay has found that nothing is older than the topic; why the service is closed; what is paused. Changed by relay, rebase and operators; never deleted'`);
  await runner.query('INSERT INTO service_state DEFAULT VALUES');
}

async function addEras(runner: QueryRunner): Promise<void> {
  // Transaction ids start again on another cluster: what was written there must come behind all of before.
  await runner.query(`ALTER TABLE outbox ADD COLUMN era int NOT NULL DEFAULT 1`);
  await runner.query(`ALTER TABLE outbox DROP CONSTRAINT outbox_pkey, ADD PRIMARY KEY (era, xid, id)`);
  await runner.query(`ALTER TABLE relay_cursor ADD COLUMN era int NOT NULL DEFAULT 1`);
  await runner.query(`
    CREATE TABLE relay_rebase (
      operation_id uuid PRIMARY KEY,
      era int NOT NULL,
      xid xid8 NOT NULL,
      outbox_id bigint NOT NULL,
      sequence bigint NOT NULL,
      reached bigint NOT NULL CHECK (reached >= sequence)
    )`);
  await runner.query(`
    COMMENT ON TABLE relay_rebase IS 'append-only: where the cursor stood at each rebase, with its sequence before and after; from it the sequence of older rows follows; never deleted'`);
  await runner.query(`
    CREATE TABLE outbox_rebased (
      era int NOT NULL,
      xid xid8 NOT NULL,
      outbox_id bigint NOT NULL,
      sequence bigint NOT NULL UNIQUE,
      causation_id text NOT NULL,
      subject uuid NOT NULL,
      PRIMARY KEY (era, xid, outbox_id)
    )`);
  await runner.query('CREATE INDEX outbox_rebased_cause ON outbox_rebased (causation_id, subject)');
  await runner.query(`
    COMMENT ON TABLE outbox_rebased IS 'append-only: outbox rows behind the cursor that are on the topic already, each with its sequence there: created by the rebase; the relay passes them over; deleted by the purge of relayed rows only'`);
}

async function createOperations(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE operation (
      id uuid PRIMARY KEY,
      operation text NOT NULL CHECK (operation IN ('pause', 'resume', 'redrive', 'replay', 'rebase')),
      target text NOT NULL,
      reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 300),
      actor_ref text NOT NULL,
      counts jsonb NOT NULL,
      performed_at timestamptz NOT NULL
    )`);
  await runner.query(`
    COMMENT ON TABLE operation IS 'append-only: what an operator did, who and why, created in the transaction that did it; never deleted'`);
}

async function widenInbox(runner: QueryRunner): Promise<void> {
  await runner.query('ALTER TABLE inbox_partition ADD COLUMN replay_until bigint');
  await runner.query(
    'CREATE INDEX inbox_partition_replaying ON inbox_partition (topic) WHERE replay_until IS NOT NULL',
  );
  await runner.query(`
    COMMENT ON COLUMN inbox_partition.replay_until IS 'set by a replay to the offset it has to reach again; null otherwise. While any is set, nothing is decided'`);
  await runner.query('ALTER TABLE inbox_version ADD COLUMN topic text');
  await runner.query(
    `COMMENT ON COLUMN inbox_version.topic IS 'where the aggregate comes from: a replay deletes by it'`,
  );
  await runner.query('ALTER TABLE inbox_dead_letter ADD COLUMN redriven_at timestamptz');
  await runner.query(`
    COMMENT ON COLUMN inbox_dead_letter.redriven_at IS 'when the message was handled after all; those behind it may still be waiting'`);
  // A block passes on to the next dead letter of its aggregate with everything that waits behind it.
  await runner.query('ALTER TABLE inbox_parked DROP CONSTRAINT inbox_parked_block_id_fkey');
  await runner.query(
    'ALTER TABLE inbox_parked ADD FOREIGN KEY (block_id) REFERENCES inbox_block (id) ON UPDATE CASCADE',
  );
}
