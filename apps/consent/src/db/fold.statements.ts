/** Statements of a rebase: rare, so none is prepared. */

/**
 * The act, once for all its consents. $1 id, $2 protocol, $3 person, $4 legal time, $5 by whom, $6 when it was committed: from
 * there the latency of a barrier that is still to come is measured, not from the rebase.
 */
export const foldWithdrawal = `
  INSERT INTO withdrawal (id, protocol_id, subject_ref, withdrawn_at, entered_by, recorded_real_at)
  VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`;

/** $1 withdrawal, $2 consent, $3 method, $4 version of its `consent.withdrawn`. */
export const foldWithdrawn = `
  WITH marked AS (UPDATE consent SET state = 'withdrawn', version = $4, withdrawal_id = $1 WHERE id = $2)
  INSERT INTO withdrawn_consent (consent_id, withdrawal_id, method, caused_version) VALUES ($2, $1, $3, $4)`;

/** $1 consent, $2 legal time, $3 latency, $4 unconfirmed, $5 version. */
export const foldEnforced = `
  WITH enforced AS (
    UPDATE withdrawn_consent SET enforced_at = $2, latency_ms = $3, unconfirmed = $4::uuid[] WHERE consent_id = $1)
  UPDATE consent SET version = $5 WHERE id = $1`;
