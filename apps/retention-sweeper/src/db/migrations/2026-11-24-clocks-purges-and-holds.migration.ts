import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The tables of this service: replicas of protocols and disclosures, a clock per delivered disclosure with what happened to
 * the client, holds, purges with their erasures. Makes tables only, so it locks nothing that exists.
 *
 * No column names a person or holds a value: `subject_ref` is a reference whose mapping is in transfer's database. Instants
 * are legal time (`Clock`), but those named `…_real_at`: real time of this database's clock.
 */
export class ClocksPurgesAndHolds1795478400100 implements MigrationInterface {
  name = 'ClocksPurgesAndHolds1795478400100';

  async up(runner: QueryRunner): Promise<void> {
    await createReplicas(runner);
    await createClocks(runner);
    await createPurges(runner);
    await createHolds(runner);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}

async function createReplicas(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE protocol_fact (
      protocol_id uuid PRIMARY KEY,
      version integer NOT NULL CHECK (version >= 1),
      sender uuid NOT NULL,
      receiver uuid NOT NULL,
      model jsonb NOT NULL,
      decisions jsonb NOT NULL DEFAULT '[]',
      rules jsonb NOT NULL,
      revision integer NOT NULL CHECK (revision >= 1)
    );
    CREATE INDEX protocol_fact_of_receiver ON protocol_fact (receiver);
    COMMENT ON TABLE protocol_fact IS 'replica of the register: written by the projections of its topic; revision rises with every fact that can change the rules';
    CREATE TABLE disclosure_fact (
      disclosure_id uuid PRIMARY KEY,
      protocol_id uuid NOT NULL,
      protocol_version integer NOT NULL,
      subject_ref uuid NOT NULL,
      items text[] NOT NULL
    );
    CREATE INDEX disclosure_fact_of_person ON disclosure_fact (subject_ref);
    COMMENT ON TABLE disclosure_fact IS 'replica of transfer: created by disclosure.authorized, never changed'
  `);
}

async function createClocks(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE retention_clock (
      disclosure_id uuid PRIMARY KEY,
      protocol_id uuid NOT NULL,
      subject_ref uuid NOT NULL,
      state text NOT NULL CHECK (state IN ('running', 'due', 'erasing', 'erased')),
      assessed_revision integer NOT NULL DEFAULT 0,
      rule text,
      clause text,
      due_at timestamptz,
      ceiling_at timestamptz,
      gap text CHECK (gap IN ('period', 'onDeclined', 'destructionBasis')),
      reason text,
      alerted_ceiling_at timestamptz,
      next_look_at timestamptz,
      erased_at timestamptz,
      CHECK (state <> 'due' OR (due_at IS NOT NULL AND rule IS NOT NULL AND clause IS NOT NULL AND reason IS NOT NULL)),
      CHECK ((state = 'erased') = (erased_at IS NOT NULL))
    );
    CREATE INDEX retention_clock_next_look ON retention_clock (next_look_at) WHERE next_look_at IS NOT NULL;
    CREATE INDEX retention_clock_revision ON retention_clock (protocol_id, assessed_revision) WHERE state IN ('running', 'due');
    CREATE INDEX retention_clock_due ON retention_clock (protocol_id, due_at, disclosure_id) WHERE state = 'due';
    COMMENT ON TABLE retention_clock IS 'one per disclosure that was delivered: created by the delivery; changed by triggers, by the sweeper and by what transfer answers; never deleted before its accountability period is over';
    CREATE TABLE retention_trigger (
      id uuid PRIMARY KEY,
      disclosure_id uuid NOT NULL REFERENCES retention_clock,
      position integer NOT NULL CHECK (position >= 0),
      kind text NOT NULL CHECK (kind IN ('delivered', 'contactOutcome', 'dossierOpened', 'dossierClosed', 'dossierReopened')),
      wanted boolean,
      occurred_at timestamptz NOT NULL,
      recorded_at timestamptz NOT NULL,
      recorded_by text,
      UNIQUE (disclosure_id, position),
      CHECK ((kind = 'contactOutcome') = (wanted IS NOT NULL))
    );
    COMMENT ON TABLE retention_trigger IS 'append-only: what happened to the client, as the receiver reported it'
  `);
}

async function createPurges(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE purge_schedule (
      protocol_id uuid PRIMARY KEY,
      next_run_at timestamptz NOT NULL,
      not_before_real_at timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    COMMENT ON TABLE purge_schedule IS 'when the purge of a protocol runs next: created with its first clock; changed by each run, by what must not wait for the next one, and by releases';
    CREATE TABLE purge (
      id uuid PRIMARY KEY,
      protocol_id uuid NOT NULL,
      party uuid NOT NULL,
      origin text NOT NULL CHECK (origin IN ('command', 'schedule')),
      state text NOT NULL CHECK (state IN ('planned', 'started', 'completed', 'failed')),
      set_hash text NOT NULL CHECK (set_hash ~ '^[0-9a-f]{64}$'),
      size integer NOT NULL CHECK (size >= 0),
      counts jsonb NOT NULL,
      held integer NOT NULL CHECK (held >= 0),
      gaps integer NOT NULL CHECK (gaps >= 0),
      later integer NOT NULL CHECK (later >= 0),
      approved_by text,
      correlation_id text NOT NULL,
      cause text,
      clause text,
      planned_at timestamptz NOT NULL,
      started_at timestamptz,
      ended_at timestamptz,
      CHECK ((state = 'failed') = (cause IS NOT NULL)),
      CHECK (state <> 'started' OR (started_at IS NOT NULL AND approved_by IS NOT NULL)),
      CHECK ((state IN ('completed', 'failed')) = (ended_at IS NOT NULL))
    );
    CREATE INDEX purge_of_party ON purge (party, id);
    CREATE INDEX purge_started ON purge (id) WHERE state = 'started';
    CREATE INDEX purge_failed ON purge (protocol_id, id) WHERE state = 'failed';
    COMMENT ON TABLE purge IS 'evidence: created by a plan or a scheduled run, moves forward only, never deleted before its accountability period is over';
    CREATE TABLE erasure (
      id uuid PRIMARY KEY,
      purge_id uuid NOT NULL REFERENCES purge,
      disclosure_id uuid NOT NULL REFERENCES retention_clock,
      rule text NOT NULL,
      clause text NOT NULL,
      reason text NOT NULL,
      due_at timestamptz NOT NULL,
      state text NOT NULL CHECK (state IN ('planned', 'requested', 'erased', 'held')),
      erased_at timestamptz,
      horizon_at timestamptz,
      declared_at timestamptz,
      CHECK ((state = 'erased') = (erased_at IS NOT NULL)),
      CHECK (declared_at IS NULL OR state = 'erased')
    );
    CREATE INDEX erasure_planned ON erasure (id) WHERE state = 'planned';
    CREATE INDEX erasure_of_purge ON erasure (purge_id, state);
    CREATE UNIQUE INDEX erasure_one_at_a_time ON erasure (disclosure_id) WHERE state IN ('planned', 'requested', 'erased');
    COMMENT ON TABLE erasure IS 'evidence: one request to erase the values of one disclosure; created when its purge starts, answered by transfer, never deleted before its accountability period is over'
  `);
}

async function createHolds(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE hold (
      id uuid PRIMARY KEY,
      protocol_id uuid NOT NULL,
      party uuid NOT NULL,
      disclosure_id uuid,
      subject_ref uuid,
      authority text NOT NULL CHECK (authority ~ '\\S'),
      reason text NOT NULL,
      placed_at timestamptz NOT NULL,
      placed_version integer NOT NULL,
      placed_real_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      enforced_at timestamptz,
      latency_ms integer CHECK (latency_ms >= 0),
      released_at timestamptz,
      CHECK ((enforced_at IS NULL) = (latency_ms IS NULL))
    );
    CREATE INDEX hold_standing ON hold (protocol_id) WHERE released_at IS NULL;
    CREATE INDEX hold_of_party ON hold (party, id);
    COMMENT ON TABLE hold IS 'what may not be erased, on whose authority: created and released by a data protection officer of the receiver, enforced by what transfer says; never deleted'
  `);
}
