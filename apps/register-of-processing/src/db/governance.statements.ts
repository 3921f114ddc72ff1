/**
 * Protocols whose governance is to be looked at: something is due ($1), or an event of the protocol was not taken into account
 * yet. At most $2.
 */
export const dueLooks = {
  name: 'register-due-looks',
  text: `SELECT p.id
           FROM protocol p LEFT JOIN governance_look l ON l.protocol_id = p.id
          WHERE l.next_look_at <= $1
             OR coalesce(l.seen_version, 0) <
                (SELECT max(e.aggregate_version) FROM protocol_event e WHERE e.protocol_id = p.id)
          LIMIT $2`,
};

/** Version of the last event of the protocol $1. */
export const lastVersion = {
  name: 'register-last-version',
  text: `SELECT max(aggregate_version) AS version FROM protocol_event WHERE protocol_id = $1`,
};
