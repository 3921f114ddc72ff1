import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What data protection officers are told by mail, as a queue that outlives the process. Made with the fact that it tells, in one
 * transaction; the text is kept as it was written, so that a resend has the same bytes. New table only: locks nothing in use.
 */
export class OfficerMails1795564800100 implements MigrationInterface {
  name = 'OfficerMails1795564800100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE officer_mail (
        id uuid PRIMARY KEY,
        party_id uuid NOT NULL REFERENCES party (id),
        topic text NOT NULL,
        phase text NOT NULL CHECK (phase IN ('raised', 'resolved')),
        reference uuid NOT NULL,
        mailbox text,
        subject text NOT NULL,
        body text NOT NULL,
        written_at timestamptz NOT NULL,
        state text NOT NULL CHECK (state IN ('due', 'sent', 'failed', 'noContact')),
        due_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        claimed_until timestamptz,
        tries integer NOT NULL DEFAULT 0,
        sent_at timestamptz,
        last_answer text,
        CHECK (state = 'noContact' OR mailbox IS NOT NULL),
        CHECK ((state = 'sent') = (sent_at IS NOT NULL))
      );
      CREATE INDEX officer_mail_due ON officer_mail (due_at) WHERE state = 'due';
      CREATE INDEX officer_mail_without_contact ON officer_mail (party_id) WHERE state = 'noContact';
      CREATE INDEX officer_mail_about ON officer_mail (reference);
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only');
  }
}
