import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Work in progress: deliveries with their attempts, and barriers not applied yet. Leases and due times of deliveries are
 * real time (`clock_timestamp()`), never `Clock`; a barrier's `due_at` is `Clock`, since a notice ends a protocol then.
 */
export class DeliveriesAndBarriers1795478400400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE delivery (
        disclosure_id uuid PRIMARY KEY REFERENCES disclosure,
        state text NOT NULL CHECK (state IN ('due', 'sending', 'ended')),
        due_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        claimed_until timestamptz,
        tries integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
        resent boolean NOT NULL DEFAULT false,
        context jsonb NOT NULL
      )`);
    await runner.query(`CREATE INDEX delivery_due ON delivery (due_at) WHERE state = 'due'`);
    await runner.query(`
      CREATE TABLE delivery_attempt (
        attempt_id uuid PRIMARY KEY,
        disclosure_id uuid NOT NULL REFERENCES delivery,
        owner uuid NOT NULL,
        started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        lease_until timestamptz NOT NULL,
        outcome text CHECK (outcome IN ('delivered', 'refused', 'notSent', 'cut', 'lost')),
        ended_at timestamptz,
        CHECK ((outcome IS NULL) = (ended_at IS NULL))
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX delivery_attempt_open ON delivery_attempt (disclosure_id) WHERE outcome IS NULL`,
    );
    await runner.query(`CREATE INDEX delivery_attempt_lost ON delivery_attempt (disclosure_id) WHERE outcome = 'lost'`);
    await runner.query(`
      CREATE TABLE pending_barrier (
        barrier_id uuid PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('withdrawal', 'ending', 'suspension')),
        service text NOT NULL,
        subject uuid NOT NULL,
        aggregateversion integer NOT NULL CHECK (aggregateversion > 0),
        protocol_id uuid NOT NULL,
        consent_id uuid,
        clause text,
        due_at timestamptz NOT NULL,
        owner uuid,
        lease_until timestamptz,
        context jsonb NOT NULL,
        CHECK ((kind = 'withdrawal') = (consent_id IS NOT NULL)),
        UNIQUE (service, subject, aggregateversion)
      )`);
    await runner.query('CREATE INDEX pending_barrier_due ON pending_barrier (due_at)');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
