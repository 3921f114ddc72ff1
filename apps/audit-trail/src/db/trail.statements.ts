/**
 * Appends one entry at the next position, or gives no row when that of the service is here already. The row of `trail_head`
 * stays locked until the transaction ends: whoever appends next waits, so positions are given, committed and seen in one
 * order.
 */
export const appendEntry = {
  name: 'trail-append-entry',
  text: `WITH head AS (
           UPDATE trail_head SET position = position + 1
            WHERE NOT EXISTS (SELECT FROM trail_entry WHERE source = $1 AND sequence = $3)
           RETURNING position)
         INSERT INTO trail_entry (
           position, source, service, sequence, id, type, traceparent, subject_ref, name, subject, aggregate_version, occurred_at, recorded_at,
           protocol_id, protocol_version, clause, actor_party, actor_ref, correlation_id, causation_id, data, sees,
           basis_protocol_id, basis_consent_id, basis_about_party, basis_requester_party, basis_counterparty,
           basis_cause_service, basis_cause_subject, basis_cause_version)
         SELECT head.position, $1, $2, $3, $4, $27, $28, $29, $5, $6, $7, to_timestamp($8::double precision / 1000),
                to_timestamp($9::double precision / 1000), $10, $11, $12, $13, $14, $15, $16, $17, $18,
                $19, $20, $21, $22, $23, $24, $25, $26
           FROM head
         RETURNING position`,
};

export const entryAt = {
  name: 'trail-entry-at',
  text: `SELECT id FROM trail_entry WHERE source = $1 AND sequence = $2`,
};

/** The usual case: the next position of this service. No row: {@link progressOf} and the gaps must be looked at. */
export const advanceProgress = {
  name: 'trail-advance-progress',
  text: `UPDATE source_progress SET highest = $2 WHERE source = $1 AND highest = $2 - 1 RETURNING highest`,
};

export const beginProgress = {
  name: 'trail-begin-progress',
  text: `INSERT INTO source_progress (source, service, highest) VALUES ($1, $2, 0) ON CONFLICT (source) DO NOTHING`,
};

export const progressOf = {
  name: 'trail-progress-of',
  text: `SELECT highest FROM source_progress WHERE source = $1 FOR UPDATE`,
};

export const raiseHighest = {
  name: 'trail-raise-highest',
  text: `UPDATE source_progress SET highest = $2 WHERE source = $1`,
};

export const takeGapAround = {
  name: 'trail-take-gap-around',
  text: `DELETE FROM sequence_gap WHERE source = $1 AND first <= $2 AND last >= $2 RETURNING first, last`,
};

export const addGap = {
  name: 'trail-add-gap',
  text: `INSERT INTO sequence_gap (source, first, last) VALUES ($1, $2, $3)`,
};

export const rememberParties = {
  name: 'trail-remember-parties',
  text: `INSERT INTO protocol_party (protocol_id, sender, receiver) VALUES ($1, $2, $3) ON CONFLICT (protocol_id) DO NOTHING`,
};

export const rememberDisclosed = {
  name: 'trail-remember-disclosed',
  text: `INSERT INTO consent_disclosed (consent_id) VALUES ($1) ON CONFLICT (consent_id) DO NOTHING RETURNING consent_id`,
};

export const rememberTopic = {
  name: 'trail-remember-topic',
  text: `INSERT INTO audit_topic (party) VALUES ($1) ON CONFLICT (party) DO NOTHING`,
};

export const recordRead = {
  name: 'trail-record-read',
  text: `INSERT INTO trail_read (id, read_at, reader, reader_party, reader_roles, what, after_position, through_position, shown, filters)
         VALUES ($1, to_timestamp($2::double precision / 1000), $3, $4, $5, $6, $7, $8, $9, $10)`,
};

export interface ReadingRow {
  id: string;
  read_at: Date;
  reader: string;
  reader_roles: string[];
  what: string;
  after_position: string | null;
  through_position: string | null;
  shown: number;
  filters: string;
  row_xid: string;
  row_no: string;
}

/**
 * Readings for party `$1` (null: for the operator) behind place `$2`, `$3`, at most `$4`, in the order of their commits: none
 * that a transaction still open could come before.
 */
export const readReadings = {
  name: 'trail-read-readings',
  text: `SELECT id, read_at, reader, reader_roles, what, after_position, through_position, shown, filters,
                row_xid::text, row_no::text
           FROM trail_read
          WHERE reader_party IS NOT DISTINCT FROM $1::uuid
            AND (row_xid, row_no) > ($2::xid8, $3::bigint)
            AND row_xid < pg_snapshot_xmin(pg_current_snapshot())
          ORDER BY row_xid, row_no LIMIT $4`,
};

/** Every service that has been heard of, with its first gaps. */
export const readProgress = {
  name: 'trail-read-progress',
  text: `SELECT p.service, p.highest,
                coalesce((SELECT sum(g.last - g.first + 1) FROM sequence_gap g WHERE g.source = p.source), 0) AS missing,
                coalesce((SELECT json_agg(json_build_object('first', g.first, 'last', g.last) ORDER BY g.first)
                            FROM (SELECT first, last FROM sequence_gap WHERE source = p.source ORDER BY first LIMIT 100) g),
                         '[]') AS gaps
           FROM source_progress p`,
};

export const readUnreadable = {
  name: 'trail-read-unreadable',
  text: `SELECT position, topic, partition, record_offset, length, digest, cause, recorded_at
           FROM unreadable_record ORDER BY position DESC LIMIT 100`,
};
