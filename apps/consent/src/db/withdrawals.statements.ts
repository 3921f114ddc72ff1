export interface OpenConsent {
  readonly id: string;
  readonly method: string;
  readonly clause: string;
}

/** Open consents of a person under a protocol, or the one named; sorted, as locks are taken. */
export const openConsents = {
  name: 'consent-open-of-person',
  text: `SELECT id, method, clause
           FROM consent
          WHERE subject_ref = $1 AND protocol_id = $2 AND state = 'given' AND ($3::uuid IS NULL OR id = $3)
          ORDER BY id`,
};

export const insertWithdrawal = {
  name: 'consent-insert-withdrawal',
  text: `INSERT INTO withdrawal (id, protocol_id, subject_ref, withdrawn_at, entered_by) VALUES ($1, $2, $3, $4, $5)`,
};

/** $1 withdrawal, $2 consent ids, $3 methods, $4 versions of their `consent.withdrawn`, in one order. */
export const markWithdrawn = {
  name: 'consent-mark-withdrawn',
  text: `WITH withdrawn AS (
           SELECT * FROM unnest($2::uuid[], $3::text[], $4::integer[]) AS w (consent_id, method, version)
         ), marked AS (
           UPDATE consent SET state = 'withdrawn', version = w.version, withdrawal_id = $1
             FROM withdrawn w WHERE consent.id = w.consent_id
         )
         INSERT INTO withdrawn_consent (consent_id, withdrawal_id, method, caused_version)
         SELECT consent_id, $1, method, version FROM withdrawn ORDER BY consent_id`,
};

export interface EnforcedConsent {
  readonly withdrawalId: string;
  readonly protocolId: string;
  readonly protocolVersion: number;
  readonly clause: string;
  readonly latencyMs: number;
}

/**
 * The barrier of one consent, once. $1 consent, $2 version of its `consent.withdrawn`, $3 legal time, $4 unconfirmed.
 * The latency is real time by this database's clock, from the row of the withdrawal to now.
 */
export const markEnforced = {
  name: 'consent-mark-enforced',
  text: `UPDATE withdrawn_consent AS c
            SET enforced_at = $3, unconfirmed = $4::uuid[],
                latency_ms = greatest(0, ceil(extract(epoch FROM clock_timestamp() - w.recorded_real_at) * 1000))
           FROM withdrawal w, consent
          WHERE w.id = c.withdrawal_id AND consent.id = c.consent_id
            AND c.consent_id = $1 AND c.caused_version = $2 AND c.enforced_at IS NULL
      RETURNING c.withdrawal_id AS "withdrawalId", c.latency_ms AS "latencyMs", consent.protocol_id AS "protocolId",
                consent.protocol_version AS "protocolVersion", consent.clause`,
};
