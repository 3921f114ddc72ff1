import type { Statement } from './statement.js';

/** A lease lasts this long beyond its end before another replica says that its owner is gone. */
export interface LeaseTimes {
  readonly leaseMs: number;
  readonly transportTimeoutMs: number;
}

export interface DeliveryRow {
  disclosure_id: string;
  /** `held`: a person has stopped it, and may let it go on. */
  state: 'due' | 'held' | 'sending' | 'ended';
  tries: number;
  resent: boolean;
  context: unknown;
}

/** Takes what is due for this replica; what it took and did not finish is free again after the claim. */
export const claimDue = (limit: number, claimMs: number): Statement => ({
  name: 'claim_due_deliveries',
  text: `UPDATE delivery SET claimed_until = clock_timestamp() + $2 * interval '1 millisecond'
          WHERE disclosure_id IN (
            SELECT disclosure_id FROM delivery
             WHERE state = 'due' AND due_at <= clock_timestamp()
               AND (claimed_until IS NULL OR claimed_until < clock_timestamp())
             ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING disclosure_id`,
  values: [limit, claimMs],
});

export const postponeDelivery = (disclosureId: string, byMs: number): Statement => ({
  name: 'postpone_delivery',
  text: `UPDATE delivery SET claimed_until = NULL, due_at = clock_timestamp() + $2 * interval '1 millisecond'
          WHERE disclosure_id = $1 AND state = 'due'`,
  values: [disclosureId, byMs],
});

export const selectDelivery = (disclosureId: string): Statement => ({
  name: 'select_delivery',
  text: 'SELECT disclosure_id, state, tries, resent, context FROM delivery WHERE disclosure_id = $1',
  values: [disclosureId],
});

export const startSending = (disclosureId: string): Statement => ({
  name: 'start_sending',
  text: `UPDATE delivery SET state = 'sending', tries = tries + 1, claimed_until = NULL WHERE disclosure_id = $1`,
  values: [disclosureId],
});

export const insertAttempt = (attemptId: string, disclosureId: string, owner: string, leaseMs: number): Statement => ({
  name: 'insert_delivery_attempt',
  text: `INSERT INTO delivery_attempt (attempt_id, disclosure_id, owner, lease_until)
         VALUES ($1, $2, $3, clock_timestamp() + $4 * interval '1 millisecond')`,
  values: [attemptId, disclosureId, owner, leaseMs],
});

/** Returns a row when the attempt was still open: its outcome is said once. */
export const endAttempt = (
  attemptId: string,
  outcome: 'delivered' | 'refused' | 'notSent' | 'cut' | 'lost',
): Statement => ({
  name: 'end_delivery_attempt',
  text: `UPDATE delivery_attempt SET outcome = $2, ended_at = clock_timestamp()
          WHERE attempt_id = $1 AND outcome IS NULL RETURNING disclosure_id`,
  values: [attemptId, outcome],
});

/** What was erased meanwhile is not sent again. */
export const dueAgain = (disclosureId: string, inMs: number, resent: boolean): Statement => ({
  name: 'delivery_due_again',
  text: `UPDATE delivery SET state = CASE WHEN EXISTS (
                  SELECT 1 FROM vault_envelope e
                   WHERE e.disclosure_id = $1 AND e.part = 'values' AND e.superseded_at IS NULL) THEN 'due' ELSE 'ended' END,
                resent = resent OR $3,
                due_at = clock_timestamp() + $2 * interval '1 millisecond', claimed_until = NULL
          WHERE disclosure_id = $1`,
  values: [disclosureId, inMs, resent],
});

export const endDelivery = (disclosureId: string): Statement => ({
  name: 'end_delivery',
  text: `UPDATE delivery SET state = 'ended', claimed_until = NULL WHERE disclosure_id = $1`,
  values: [disclosureId],
});

/** Nothing is left to send; what is being sent ends by itself. */
export const endDueDelivery = (disclosureId: string): Statement => ({
  name: 'end_due_delivery',
  text: `UPDATE delivery SET state = 'ended', claimed_until = NULL WHERE disclosure_id = $1 AND state IN ('due', 'held')`,
  values: [disclosureId],
});

/**
 * Whether the person still stops everything in a way that may be lifted; locks the fact, so that a lifting either came before
 * or finds what is held because of it.
 */
export const lockStop = (subjectRef: string): Statement => ({
  name: 'lock_subject_stop',
  text: `SELECT 1 FROM subject WHERE subject_ref = $1 AND (restricted OR objection = 'pending') FOR SHARE`,
  values: [subjectRef],
});

export const holdDelivery = (disclosureId: string): Statement => ({
  name: 'hold_delivery',
  text: `UPDATE delivery SET state = 'held', claimed_until = NULL WHERE disclosure_id = $1 AND state = 'due'`,
  values: [disclosureId],
});

/** What is held for a person is due again, to be asked anew. After the fact has changed, in the same transaction. */
export const resumeDeliveries = (subjectRef: string): Statement => ({
  name: 'resume_deliveries',
  text: `UPDATE delivery y SET state = 'due', due_at = clock_timestamp(), claimed_until = NULL
           FROM disclosure d
          WHERE d.id = y.disclosure_id AND d.subject_ref = $1 AND y.state = 'held'`,
  values: [subjectRef],
});

/** What is held for a person will end, with this code, when it is asked about next. */
export const withholdHeld = (subjectRef: string, code: string): Statement => ({
  name: 'withhold_held',
  text: `UPDATE disclosure d SET withheld = $2 FROM delivery y
          WHERE y.disclosure_id = d.id AND d.subject_ref = $1 AND y.state = 'held' AND d.withheld IS NULL`,
  values: [subjectRef, code],
});

/** Attempts of owners that are gone: lease and transport timeout have passed and nobody said how it ended. */
export const selectLostAttempts = (transportTimeoutMs: number, limit: number): Statement => ({
  name: 'select_lost_attempts',
  text: `SELECT attempt_id, disclosure_id FROM delivery_attempt
          WHERE outcome IS NULL AND lease_until + $1 * interval '1 millisecond' < clock_timestamp()
          ORDER BY lease_until LIMIT $2`,
  values: [transportTimeoutMs, limit],
});

/** Whether an attempt was cut off, so that nobody can say that nothing arrived. */
export const selectUncertain = (disclosureId: string): Statement => ({
  name: 'select_uncertain_attempts',
  text: `SELECT 1 FROM delivery_attempt WHERE disclosure_id = $1 AND outcome IN ('cut', 'lost') LIMIT 1`,
  values: [disclosureId],
});
