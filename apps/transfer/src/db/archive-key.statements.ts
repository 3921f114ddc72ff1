import type { Statement } from './statement.js';

export interface ArchiveKeyRow {
  key_id: string;
  public_key: string;
  ciphertext: Buffer;
  wrapped_key: Buffer;
  made_at: Date;
}

/** Does nothing when there is a key: replicas that start at once must sign with one. */
export const insertArchiveKey = (
  keyId: string,
  publicKey: string,
  ciphertext: Buffer,
  wrappedKey: Buffer,
): Statement => ({
  name: 'insert_archive_key',
  text: `INSERT INTO archive_signing_key (key_id, public_key, ciphertext, wrapped_key)
         SELECT $1, $2, $3, $4 WHERE NOT EXISTS (SELECT 1 FROM archive_signing_key)`,
  values: [keyId, publicKey, ciphertext, wrappedKey],
});

// Two replicas may both have found none: both keys are published then, and the one with the lower id signs.
export const selectCurrentArchiveKey: Statement = {
  name: 'select_current_archive_key',
  text: 'SELECT * FROM archive_signing_key ORDER BY key_id LIMIT 1',
  values: [],
};

export const selectArchiveKeys: Statement = {
  name: 'select_archive_keys',
  text: 'SELECT * FROM archive_signing_key ORDER BY made_at DESC',
  values: [],
};
