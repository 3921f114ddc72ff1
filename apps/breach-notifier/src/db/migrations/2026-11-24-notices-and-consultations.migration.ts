import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Notices to counterparties with their mails, consultations, shared improvements. Makes tables only, so it locks nothing
 * that exists.
 *
 * `notice_mail` is the work list of the mail worker: written with its notice, changed by the worker alone. Its lease columns
 * (`due_at`, `claimed_until`) are real time of this database's clock, because `Clock` may be moved; every other instant here
 * is legal time. `correlation_id` and `causation_id` of a notice let the worker's events name the command that led to them.
 */
export class NoticesAndConsultations1795478400700 implements MigrationInterface {
  name = 'NoticesAndConsultations1795478400700';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE breach_notice (
        id uuid PRIMARY KEY,
        breach_id uuid NOT NULL REFERENCES breach (id),
        phase integer NOT NULL CHECK (phase >= 1),
        protocol_id uuid NOT NULL,
        protocol_version integer NOT NULL,
        party_id uuid NOT NULL,
        counterparty uuid NOT NULL CHECK (counterparty <> party_id),
        clause text NOT NULL,
        nature text[] NOT NULL,
        counts jsonb NOT NULL,
        items text[] NOT NULL,
        findings text[] NOT NULL,
        decided_at timestamptz NOT NULL,
        escalates_at timestamptz NOT NULL CHECK (escalates_at > decided_at),
        notified_at timestamptz,
        acknowledged_at timestamptz,
        escalated_at timestamptz,
        escalation_cause text CHECK (escalation_cause IN ('notAcknowledged', 'mailRefused', 'noContact')),
        correlation_id text NOT NULL,
        causation_id text NOT NULL,
        UNIQUE (breach_id, protocol_id, phase),
        CHECK ((escalated_at IS NULL) = (escalation_cause IS NULL))
      );
      CREATE INDEX breach_notice_of_party ON breach_notice (party_id, id);
      CREATE INDEX breach_notice_of_counterparty ON breach_notice (counterparty, id);
      CREATE INDEX breach_notice_open ON breach_notice (escalates_at) WHERE acknowledged_at IS NULL AND escalated_at IS NULL;
      CREATE TABLE notice_acknowledgement (
        notice_id uuid NOT NULL REFERENCES breach_notice (id),
        by_party uuid NOT NULL,
        received_at timestamptz NOT NULL,
        acknowledged_at timestamptz NOT NULL,
        PRIMARY KEY (notice_id, by_party)
      );
      COMMENT ON TABLE notice_acknowledgement IS 'append-only: each party acknowledges once';
      CREATE TABLE notice_mail (
        id uuid PRIMARY KEY,
        notice_id uuid NOT NULL REFERENCES breach_notice (id),
        kind text NOT NULL CHECK (kind IN ('notice', 'reminder', 'escalation')),
        to_party uuid NOT NULL,
        contact text NOT NULL CHECK (contact IN ('breach', 'dpo')),
        mailbox text NOT NULL,
        message_id text NOT NULL UNIQUE,
        written_at timestamptz NOT NULL,
        state text NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'sent', 'failed')),
        tries integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
        due_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        claimed_until timestamptz,
        sent_at timestamptz,
        last_answer text,
        UNIQUE (notice_id, kind, mailbox),
        CHECK ((state = 'sent') = (sent_at IS NOT NULL))
      );
      CREATE INDEX notice_mail_due ON notice_mail (due_at) WHERE state = 'due';
      CREATE TABLE consultation (
        id uuid PRIMARY KEY,
        notice_id uuid NOT NULL REFERENCES breach_notice (id),
        clause text NOT NULL,
        topics text[] NOT NULL,
        opened_by uuid NOT NULL,
        opened_at timestamptz NOT NULL,
        closed_by uuid,
        closed_at timestamptz,
        minutes_hash text,
        CHECK ((closed_at IS NULL) = (closed_by IS NULL) AND (closed_at IS NULL) = (minutes_hash IS NULL))
      );
      CREATE INDEX consultation_of_notice ON consultation (notice_id, id);
      CREATE TABLE consultation_decision (
        id uuid PRIMARY KEY,
        consultation_id uuid NOT NULL REFERENCES consultation (id),
        decision text NOT NULL,
        actions text[] NOT NULL,
        actor uuid,
        by_party uuid NOT NULL,
        minutes_hash text NOT NULL,
        decided_at timestamptz NOT NULL
      );
      COMMENT ON TABLE consultation_decision IS 'append-only: a decision is replaced by a later one, never changed';
      CREATE INDEX consultation_decision_of_consultation ON consultation_decision (consultation_id, id);
      CREATE TABLE improvement (
        id uuid PRIMARY KEY,
        notice_id uuid NOT NULL REFERENCES breach_notice (id),
        clause text NOT NULL,
        by_party uuid NOT NULL,
        measure text NOT NULL,
        note text NOT NULL,
        note_hash text NOT NULL,
        shared_at timestamptz NOT NULL
      );
      COMMENT ON TABLE improvement IS 'append-only: what one party told the other';
      CREATE INDEX improvement_of_notice ON improvement (notice_id, id);
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
