import { entryColumns } from './visibility.statements.js';

/**
 * All that the reader `$1` may see and an account of the person `$2` is made of, in the order of arrival; `$3` a protocol or
 * null. Entries about the person; then, of the protocols that these stand under, how long it was agreed to keep and the
 * holds.
 */
export const readAccount = {
  name: 'trail-read-account',
  text: `WITH own AS (
           SELECT s.since, e.* FROM trail_sight s JOIN trail_entry e ON e.position = s.position
            WHERE s.reader = $1 AND e.subject_ref = $2::uuid AND ($3::uuid IS NULL OR e.basis_protocol_id = $3))
         SELECT since, ${entryColumns}, 0 AS found FROM own e
         UNION ALL
         SELECT s.since, ${entryColumns}, 0
           FROM trail_sight s JOIN trail_entry e ON e.position = s.position
          WHERE s.reader = $1 AND e.subject_ref IS NULL
            AND e.name IN ('protocol.activated', 'hold.placed', 'hold.released')
            AND e.basis_protocol_id IN (SELECT basis_protocol_id FROM own)
          ORDER BY position`,
};

/** Which side of which protocol the party `$1` is. */
export const sidesOf = {
  name: 'trail-sides-of',
  text: `SELECT protocol_id, CASE WHEN sender = $1::uuid THEN 'sender' ELSE 'receiver' END AS side
           FROM protocol_party WHERE sender = $1::uuid OR receiver = $1::uuid`,
};
