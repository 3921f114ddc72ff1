/** Statements of a rebase: rare, so none is prepared. */

type Cause = 'protocol_ending' | 'protocol_suspension';

/** $1 ending or suspension, $2 protocol, $3 version that caused it, $4 when it was committed. */
export const foldPendingBarrier = (cause: Cause) =>
  `INSERT INTO ${cause} (id, protocol_id, caused_version, recorded_real_at) VALUES ($1, $2, $3, $4)`;

/** $1 ending or suspension, $2 legal time, $3 latency, $4 unconfirmed. */
export const foldEnforced = (cause: Cause) =>
  `UPDATE ${cause} SET enforced_at = $2, latency_ms = $3, unconfirmed = $4::uuid[] WHERE id = $1`;

/**
 * A mailbox under the id that its events have; the one of a registration has none in its event. $1 id, $2 party, $3 role,
 * $4 mailbox.
 */
export const foldContact = `
  INSERT INTO party_contact (id, party_id, role, mailbox) VALUES ($1, $2, $3, $4)
  ON CONFLICT (party_id, role, mailbox) DO UPDATE SET id = EXCLUDED.id`;

/**
 * An authorisation of a person, by reference: whom it stands for is in no event. `$1` id, `$2` party, `$3` protocol, `$4` version,
 * `$5` reference, `$6` stands for what is not carried, `$7` unit, `$8` task, `$9` capacity, `$10` secrecy, `$11` items, `$12` scope,
 * `$13` reference of the supervisor, `$14` office of the supervisor, `$15` from, `$16` until, `$17` clause, `$18` authorised.
 */
export const foldAuthorization = `
  INSERT INTO user_authorization (id, party_id, protocol_id, protocol_version, user_ref, issuer, sub, unit, task, capacity, secrecy,
              items, scope_source, supervisor_sub, supervisor_ref, supervisor_office, valid_from, valid_until, clause, authorized_at)
  SELECT $1, party.id, $3, $4, $5, party.issuer, $6, $7, $8, $9, $10, $11, $12,
         CASE WHEN $13::text IS NULL THEN NULL ELSE $6 END, $13, $14, $15, $16, $17, $18
    FROM party WHERE party.id = $2`;

/** `$1` authorisation, `$2` reason, `$3` legal time, `$4` when it was committed, `$5` version of its event. */
export const foldRevoked = `
  UPDATE user_authorization SET reason = $2, revoked_at = $3, revoked_real_at = $4, caused_version = $5 WHERE id = $1`;

/** `$1` authorisation, `$2` legal time, `$3` latency. */
export const foldRevocationEnforced = `UPDATE user_authorization SET enforced_at = $2, latency_ms = $3 WHERE id = $1`;

/** `$1` request, `$2` version of the event that stops something, `$3` when it was committed. */
export const foldRightsBarrier = 'UPDATE rights_request SET caused_version = $2, barrier_since = $3 WHERE id = $1';

/** A refused objection stops nothing any more. `$1` request, `$2` when. */
export const foldLiftedObjection =
  'UPDATE rights_request SET lifted_at = $2 WHERE id = $1 AND caused_version IS NOT NULL';
