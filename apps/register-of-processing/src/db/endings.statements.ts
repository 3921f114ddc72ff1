export interface Enforced {
  readonly causeId: string;
  readonly latencyMs: number;
}

/**
 * The barrier of one ending or suspension, once. $1 protocol, $2 version of the event that caused it, $3 legal time,
 * $4 unconfirmed, $5 the latency of an ending that came on its date (nobody commanded it at that moment), else null: then it
 * is real time by this database's clock, from the row of the cause to now.
 */
export const markEnforced = (cause: 'protocol_ending' | 'protocol_suspension') => ({
  name: `register-mark-enforced-${cause}`,
  text: `UPDATE ${cause}
            SET enforced_at = $3, unconfirmed = $4::uuid[],
                latency_ms = coalesce(
                  $5::integer,
                  greatest(0, ceil(extract(epoch FROM clock_timestamp() - recorded_real_at) * 1000))
                )
          WHERE protocol_id = $1 AND caused_version = $2 AND enforced_at IS NULL
      RETURNING id AS "causeId", latency_ms AS "latencyMs"`,
});

/** A protocol of which one of these is recorded is over; one of the others may still lie ahead. */
const over = `('protocol.ended', 'protocol.revoked', 'protocol.terminated', 'protocol.expired')`;

/**
 * Protocols whose end has come ($1, epoch milliseconds) and is not recorded yet, at most $2: one that was fixed before, or that
 * of a fixed term whose last day is before $3 (Brussels). The version that was activated last has the term that counts.
 */
export const overdueEndings = {
  name: 'register-overdue-endings',
  text: `SELECT due.protocol_id AS "protocolId"
           FROM (SELECT protocol_id FROM protocol_event
                  WHERE type IN ('protocol.notice.given', 'protocol.lapsed', 'protocol.linkedAgreement.ended')
                    AND (data ->> 'endsAt')::bigint <= $1
                  UNION
                 SELECT protocol_id FROM protocol_event activated
                  WHERE type = 'protocol.activated' AND data #>> '{model,duration,kind}' = 'fixed'
                    AND data #>> '{model,duration,endsOn}' < $3
                    AND NOT EXISTS (SELECT FROM protocol_event later
                                     WHERE later.protocol_id = activated.protocol_id
                                       AND later.type = 'protocol.activated'
                                       AND later.aggregate_version > activated.aggregate_version)) due
          WHERE NOT EXISTS (SELECT FROM protocol_event
                             WHERE protocol_event.protocol_id = due.protocol_id AND type IN ${over})
          LIMIT $2`,
};

/** Accessions to framework $1 that are not over, oldest first. */
export const openAccessions = {
  name: 'register-open-accessions',
  text: `SELECT id, sender, receiver
           FROM protocol
          WHERE framework_id = $1
            AND NOT EXISTS (SELECT FROM protocol_event WHERE protocol_id = id AND type IN ${over})
          ORDER BY id`,
};

/**
 * Protocols between $1 and $2 under reference $3 that were activated, are not over and whose ending is not enforced,
 * but $4 (null for none), oldest first.
 */
export const protocolsInForce = {
  name: 'register-protocols-in-force',
  text: `SELECT id
           FROM protocol
          WHERE sender = $1 AND receiver = $2 AND reference = $3 AND id IS DISTINCT FROM $4
            AND EXISTS (SELECT FROM protocol_event WHERE protocol_id = protocol.id AND type = 'protocol.activated')
            AND NOT EXISTS (SELECT FROM protocol_event WHERE protocol_id = protocol.id AND type IN ${over})
            AND NOT EXISTS (SELECT FROM protocol_ending ending
                             WHERE ending.protocol_id = protocol.id AND ending.enforced_at IS NOT NULL)
          ORDER BY id`,
};
