import type { Statement } from './statement.js';

export interface MappingRow {
  subject_ref: string;
  protocol_id: string;
  party: string;
}

/**
 * That nothing keeps the mapping of person `s` any more at the cutoff `$1`: registered, asked about and erased before it, and
 * nothing stands or is open.
 */
const over = `s.registered_at <= $1
  AND NOT EXISTS (SELECT 1 FROM disclosure d WHERE d.subject_ref = s.subject_ref
                   AND (d.requested_at > $1
                        OR (d.verdict = 'permitted' AND (d.erased_at IS NULL OR d.erased_at > $1))))
  AND NOT EXISTS (SELECT 1 FROM subject_stop t WHERE t.subject_ref = s.subject_ref AND t.lifted_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM hold_fact h WHERE h.released_at IS NULL AND h.protocol_id = s.protocol_id
                   AND (h.subject_ref IS NULL OR h.subject_ref = s.subject_ref))
  AND NOT EXISTS (SELECT 1 FROM open_rights_request r WHERE r.subject_ref = s.subject_ref)
  AND NOT EXISTS (SELECT 1 FROM quality_report q
                   WHERE q.subject_ref = s.subject_ref AND q.state IN ('open', 'investigated'))`;

/** Whose mapping is over, the longest registered first. */
export const selectOver = (cutoff: Date, limit: number): Statement => ({
  name: 'select_mappings_over',
  text: `SELECT subject_ref, protocol_id, party FROM subject s WHERE s.mapping = 'kept' AND ${over}
          ORDER BY s.registered_at LIMIT $2`,
  values: [cutoff, limit],
});

export const isMappingOver = (subjectRef: string, cutoff: Date): Statement => ({
  name: 'is_mapping_over',
  text: `SELECT 1 FROM subject s WHERE s.subject_ref = $2 AND ${over}`,
  values: [cutoff, subjectRef],
});

/** From its commit on nothing is decided about them. */
export const closeMapping = (subjectRefs: readonly string[]): Statement => ({
  name: 'close_mappings',
  text: `UPDATE subject SET mapping = 'closing', version = version + 1 WHERE subject_ref = ANY ($1) AND mapping = 'kept'`,
  values: [subjectRefs],
});

export const selectClosing = (limit: number): Statement => ({
  name: 'select_closing_mappings',
  text: `SELECT subject_ref, protocol_id, party FROM subject WHERE mapping = 'closing' ORDER BY registered_at LIMIT $1`,
  values: [limit],
});

export const reopenMapping = (subjectRef: string): Statement => ({
  name: 'reopen_mapping',
  text: `UPDATE subject SET mapping = 'kept', version = version + 1 WHERE subject_ref = $1 AND mapping = 'closing'`,
  values: [subjectRef],
});

/** Returns a row the first time. */
export const eraseMapping = (subjectRef: string, at: Date): Statement => ({
  name: 'erase_mapping',
  text: `UPDATE subject SET mapping = 'erased', mapping_erased_at = $2, version = version + 1
          WHERE subject_ref = $1 AND mapping <> 'erased' RETURNING subject_ref`,
  values: [subjectRef, at],
});

/** The hashes and the sealed values: whom the reference stood for. */
export const deleteKeys = (subjectRef: string): Statement => ({
  name: 'delete_subject_keys',
  text: 'DELETE FROM subject_key WHERE subject_ref = $1 RETURNING wrapped_key',
  values: [subjectRef],
});

/** A restored database may have the keys still, or not the person yet: it never leads to anybody again. */
export const foldMappingErased = (subjectRef: string, protocolId: string, party: string, at: string): Statement => ({
  name: 'fold_mapping_erased',
  text: `INSERT INTO subject (subject_ref, protocol_id, party, registered_at, mapping, mapping_erased_at)
         VALUES ($1, $2, $3, $4, 'erased', $4)
         ON CONFLICT (subject_ref) DO UPDATE
         SET mapping = 'erased', mapping_erased_at = EXCLUDED.mapping_erased_at, version = subject.version + 1`,
  values: [subjectRef, protocolId, party, at],
});

export const beginRequest = (requestId: string, subjectRef: string): Statement => ({
  name: 'begin_rights_request',
  text: 'INSERT INTO open_rights_request (request_id, subject_ref) VALUES ($1, $2) ON CONFLICT DO NOTHING',
  values: [requestId, subjectRef],
});

export const endRequest = (requestId: string): Statement => ({
  name: 'end_rights_request',
  text: 'DELETE FROM open_rights_request WHERE request_id = $1',
  values: [requestId],
});
