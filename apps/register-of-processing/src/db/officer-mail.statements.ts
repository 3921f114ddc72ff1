/** A mail that this replica has claimed. */
export interface ClaimedMail {
  readonly id: string;
  readonly party_id: string;
  readonly reference: string;
  readonly mailbox: string;
  readonly subject: string;
  readonly body: string;
  readonly written_at: Date;
  readonly tries: number;
}

/** $1: how many, $2: milliseconds of the claim. What is claimed and not finished is free again after it. */
export const claimOfficerMails = `
  UPDATE officer_mail SET claimed_until = clock_timestamp() + $2 * interval '1 millisecond', tries = tries + 1
   WHERE id IN (
     SELECT id FROM officer_mail
      WHERE state = 'due' AND due_at <= clock_timestamp()
        AND (claimed_until IS NULL OR claimed_until < clock_timestamp())
      ORDER BY due_at, id LIMIT $1 FOR UPDATE SKIP LOCKED)
  RETURNING id, party_id, reference, mailbox, subject, body, written_at, tries`;

/** $1: id, $2: legal time, $3: the server's receipt. */
export const officerMailSent = `
  UPDATE officer_mail SET state = 'sent', sent_at = $2, last_answer = $3, claimed_until = NULL
   WHERE id = $1 AND state = 'due'`;

/** $1: id, $2: how the last try ended. */
export const officerMailFailed = `
  UPDATE officer_mail SET state = 'failed', last_answer = $2, claimed_until = NULL WHERE id = $1 AND state = 'due'`;

/** $1: id. The mailbox was given up, or nobody reads it any more. */
export const officerMailWithoutContact = `
  UPDATE officer_mail SET state = 'noContact', mailbox = NULL, claimed_until = NULL WHERE id = $1 AND state = 'due'`;

/** $1: id, $2: milliseconds, $3: how the last try ended. */
export const officerMailPostponed = `
  UPDATE officer_mail SET claimed_until = NULL, due_at = clock_timestamp() + $2 * interval '1 millisecond',
         last_answer = $3
   WHERE id = $1 AND state = 'due'`;

/** $1: party, $2: its mailbox that is verified now. What could not be written and is still so is due. */
export const officerMailsToCatchUp = `
  UPDATE officer_mail kept SET state = 'due', mailbox = $2, due_at = clock_timestamp()
   WHERE party_id = $1 AND state = 'noContact' AND phase = 'raised'
     AND NOT EXISTS (
       SELECT FROM officer_mail later
        WHERE later.reference = kept.reference AND later.party_id = kept.party_id AND later.topic = kept.topic
          AND later.id > kept.id)`;

/** $1: protocol. Standing alerts of which no officer was told: from before there were mails, or from before a restore. */
export const untoldAlerts = {
  name: 'register_untold_alerts',
  text: `SELECT id FROM alert
          WHERE protocol_id = $1 AND cleared_at IS NULL
            AND NOT EXISTS (SELECT FROM officer_mail WHERE reference = alert.id)
          ORDER BY id`,
};

/** $1: references. One row for each that was told of, the best that became of it. */
export const officerMailStates = {
  text: `SELECT DISTINCT ON (reference) reference, state FROM officer_mail
          WHERE reference = ANY ($1::uuid[]) AND phase = 'raised'
          ORDER BY reference, array_position(ARRAY['sent', 'due', 'failed', 'noContact'], state)`,
};
