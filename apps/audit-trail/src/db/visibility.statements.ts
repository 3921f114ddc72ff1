/**
 * Who may see an entry is decided by the SQL function `trail_readers` and written to `trail_sight` when it becomes so. A
 * reader is the id of a party as text, or this one.
 */
export const OPERATOR = 'operator';

/**
 * Writes down whom the arrival at `$1` lets see something: its own entry, and earlier ones that hung on it. `$2` a protocol
 * whose parties are known now, `$3` a consent under which something has been disclosed now, `$4` the parties that are each
 * other's counterparty now; null for none. Entries that are seen like another one follow it. After {@link appendEntry} in
 * its transaction, so that the lock of the head orders all of it.
 */
export const reveal = {
  name: 'trail-reveal',
  text: `WITH direct AS (
           SELECT e.position, e.subject FROM trail_entry e WHERE e.position = $1
           UNION SELECT e.position, e.subject FROM trail_entry e WHERE e.basis_protocol_id = $2::uuid
           UNION SELECT e.position, e.subject FROM trail_entry e WHERE e.basis_consent_id = $3::uuid
           UNION SELECT e.position, e.subject FROM trail_entry e
                  WHERE e.basis_about_party = ANY ($4::uuid[]) AND e.service = 'register' AND 'C' = ANY (e.sees)
         ), touched AS (
           SELECT position FROM direct
           UNION SELECT e.position FROM trail_entry e JOIN direct d ON e.basis_cause_subject = d.subject
         )
         INSERT INTO trail_sight (reader, since, position)
         SELECT r.reader, $1, e.position
           FROM touched JOIN trail_entry e USING (position) CROSS JOIN LATERAL trail_readers(e) AS r (reader)
         ON CONFLICT (reader, position) DO NOTHING`,
};

/** The columns of an entry as every reader gets it. */
export const entryColumns = `e.position, e.source, e.service, e.sequence, e.id, e.type, e.name, e.subject, e.aggregate_version,
  e.occurred_at, e.recorded_at, e.protocol_id, e.protocol_version, e.clause, e.actor_party, e.actor_ref, e.correlation_id,
  e.causation_id, e.traceparent, e.data`;

/**
 * One page of what the reader `$1` may see, in reading order: behind (`$2`, `$3`), at most `$4` rows and, after the first,
 * `$5` bytes of data; then the filters, null for none. `found` tells how many there were before the bytes were counted.
 */
export const readPage = {
  name: 'trail-read-page',
  text: `WITH found AS (
           SELECT s.since, ${entryColumns}
             FROM trail_sight s JOIN trail_entry e ON e.position = s.position
            WHERE s.reader = $1 AND (s.since, s.position) > ($2::bigint, $3::bigint)
              AND ($6::uuid IS NULL OR e.basis_protocol_id = $6)
              AND ($7::text IS NULL OR e.service = $7)
              AND ($8::text IS NULL OR e.name = $8)
              AND ($9::text IS NULL OR e.correlation_id = $9)
            ORDER BY s.since, s.position
            LIMIT $4)
         SELECT * FROM (
           SELECT found.*, count(*) OVER () AS found,
                  sum(octet_length(data)) OVER (ORDER BY since, position) - octet_length(data) AS bytes_before
             FROM found) page
          WHERE bytes_before = 0 OR bytes_before + octet_length(data) <= $5
          ORDER BY since, position`,
};

/** Whether the reader `$1` can go on behind (`$2`, `$3`): a position that has been given, or an entry shown there. */
export const cursorExists = {
  name: 'trail-cursor-exists',
  text: `SELECT CASE WHEN $2::bigint = $3::bigint THEN $2 <= (SELECT position FROM trail_head)
                ELSE EXISTS (SELECT FROM trail_sight WHERE reader = $1 AND since = $2 AND position = $3) END AS exists`,
};

export const headPosition = { name: 'trail-head-position', text: `SELECT position FROM trail_head` };
