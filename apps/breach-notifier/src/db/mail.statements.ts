import type { Statement } from './database.js';

export interface MailRow {
  readonly id: string;
  readonly notice_id: string;
  readonly kind: 'notice' | 'reminder' | 'escalation';
  readonly to_party: string;
  readonly contact: 'breach' | 'dpo';
  readonly mailbox: string;
  readonly message_id: string;
  readonly written_at: Date;
  readonly state: 'due' | 'sent' | 'failed';
  readonly tries: number;
  readonly sent_at: Date | null;
  readonly last_answer: string | null;
}

/** The same mailbox gets one mail of a kind per notice, however often this runs. */
export const insertMail = (mail: {
  id: string;
  noticeId: string;
  kind: MailRow['kind'];
  toParty: string;
  contact: MailRow['contact'];
  mailbox: string;
  messageId: string;
  writtenAt: string;
}): Statement => ({
  name: 'breach_insert_mail',
  text: `INSERT INTO notice_mail (id, notice_id, kind, to_party, contact, mailbox, message_id, written_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (notice_id, kind, mailbox) DO NOTHING`,
  values: [mail.id, mail.noticeId, mail.kind, mail.toParty, mail.contact, mail.mailbox, mail.messageId, mail.writtenAt],
});

/** Takes what is due for this replica, one try each; what it took and did not finish is free again after the claim. */
export const claimDueMails = (limit: number, claimMs: number): Statement => ({
  name: 'breach_claim_due_mails',
  text: `UPDATE notice_mail SET claimed_until = clock_timestamp() + $2 * interval '1 millisecond', tries = tries + 1
          WHERE id IN (
            SELECT id FROM notice_mail
             WHERE state = 'due' AND due_at <= clock_timestamp()
               AND (claimed_until IS NULL OR claimed_until < clock_timestamp())
             ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING *`,
  values: [limit, claimMs],
});

/** Returns a row the first time only: a mail that two replicas sent after a lost lease has one effect. */
export const setMailSent = (id: string, at: string, answer: string): Statement => ({
  name: 'breach_set_mail_sent',
  text: `UPDATE notice_mail SET state = 'sent', sent_at = $2, last_answer = $3, claimed_until = NULL
          WHERE id = $1 AND state = 'due' RETURNING id`,
  values: [id, at, answer],
});

export const setMailFailed = (id: string, answer: string): Statement => ({
  name: 'breach_set_mail_failed',
  text: `UPDATE notice_mail SET state = 'failed', last_answer = $2, claimed_until = NULL
          WHERE id = $1 AND state = 'due' RETURNING id`,
  values: [id, answer],
});

export const postponeMail = (id: string, byMs: number, answer: string): Statement => ({
  name: 'breach_postpone_mail',
  text: `UPDATE notice_mail SET claimed_until = NULL, due_at = clock_timestamp() + $2 * interval '1 millisecond',
                last_answer = $3
          WHERE id = $1 AND state = 'due'`,
  values: [id, byMs, answer],
});

export const selectMails = (noticeIds: readonly string[]): Statement => ({
  name: 'breach_select_mails',
  text: 'SELECT * FROM notice_mail WHERE notice_id = ANY ($1::uuid[]) ORDER BY written_at, id',
  values: [noticeIds],
});
