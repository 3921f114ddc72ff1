import type { Statement } from './statement.js';

export type EnvelopePart = 'values' | 'archive' | 'passphrase';

export interface EnvelopeRow {
  part: EnvelopePart;
  generation: number;
  items: string[];
  ciphertext: Buffer;
  wrapped_key: Buffer;
}

export const insertEnvelope = (disclosureId: string, envelope: EnvelopeRow): Statement => ({
  name: 'insert_envelope',
  text: `INSERT INTO vault_envelope (disclosure_id, part, generation, items, ciphertext, wrapped_key)
         VALUES ($1, $2, $3, $4, $5, $6)`,
  values: [disclosureId, envelope.part, envelope.generation, envelope.items, envelope.ciphertext, envelope.wrapped_key],
});

export const selectEnvelope = (disclosureId: string, part: EnvelopePart): Statement => ({
  name: 'select_envelope',
  text: `SELECT part, generation, items, ciphertext, wrapped_key FROM vault_envelope
          WHERE disclosure_id = $1 AND part = $2 ORDER BY generation DESC LIMIT 1`,
  values: [disclosureId, part],
});

/** Erases: with the row goes the only copy of the data key. */
export const deleteEnvelopes = (disclosureId: string, parts: readonly EnvelopePart[]): Statement => ({
  name: 'delete_envelopes',
  text: 'DELETE FROM vault_envelope WHERE disclosure_id = $1 AND part = ANY ($2)',
  values: [disclosureId, parts],
});

export const anySealed: Statement = {
  name: 'any_sealed',
  text: `SELECT EXISTS (SELECT 1 FROM archive_signing_key) OR EXISTS (SELECT 1 FROM subject_key)
             OR EXISTS (SELECT 1 FROM vault_envelope) AS sealed`,
  values: [],
};
