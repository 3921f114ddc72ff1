import type { Statement } from './statement.js';

export interface SubjectKeyRow {
  kind: string;
  subject_ref: string;
}

/** Whom any of these keys points to. `hashes` stand in the order of `kinds`. */
export const selectSubjectKeys = (
  protocolId: string,
  kinds: readonly string[],
  hashes: readonly Buffer[],
): Statement => ({
  name: 'select_subject_keys',
  text: `SELECT k.kind, k.subject_ref FROM subject_key k
           JOIN unnest($2::text[], $3::bytea[]) AS wanted (kind, key_hash)
             ON k.kind = wanted.kind AND k.key_hash = wanted.key_hash
          WHERE k.protocol_id = $1`,
  values: [protocolId, kinds, hashes],
});

export const selectKindsOfSubject = (subjectRef: string): Statement => ({
  name: 'select_kinds_of_subject',
  text: 'SELECT DISTINCT kind, subject_ref FROM subject_key WHERE subject_ref = $1',
  values: [subjectRef],
});

export const insertSubject = (subjectRef: string, protocolId: string, party: string, at: Date): Statement => ({
  name: 'insert_subject',
  text: 'INSERT INTO subject (subject_ref, protocol_id, party, registered_at) VALUES ($1, $2, $3, $4)',
  values: [subjectRef, protocolId, party, at],
});

/** No row for a person whose mapping is being erased at the same moment. */
export const insertSubjectKey = (key: {
  protocolId: string;
  kind: string;
  hash: Buffer;
  subjectRef: string;
  ciphertext: Buffer;
  wrappedKey: Buffer;
}): Statement => ({
  name: 'insert_subject_key',
  text: `INSERT INTO subject_key (protocol_id, kind, key_hash, subject_ref, ciphertext, wrapped_key)
         SELECT $1, $2, $3, subject_ref, $5, $6 FROM subject WHERE subject_ref = $4 AND mapping = 'kept' FOR SHARE
         RETURNING kind`,
  values: [key.protocolId, key.kind, key.hash, key.subjectRef, key.ciphertext, key.wrappedKey],
});

/** Whether something about this person ever reached that party under the protocol. */
export const selectReached = (subjectRef: string, party: string): Statement => ({
  name: 'select_subject_reached',
  text: `SELECT 1 FROM disclosure WHERE subject_ref = $1 AND recipient_party = $2
            AND state IN ('delivered', 'unconfirmed', 'collected') LIMIT 1`,
  values: [subjectRef, party],
});
