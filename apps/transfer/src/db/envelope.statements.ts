import { arrayText } from './decision.statements.js';
import type { Statement } from './statement.js';

export type EnvelopePart = 'values' | 'archive' | 'passphrase';

export interface EnvelopeRow {
  part: EnvelopePart;
  generation: number;
  items: string[];
  ciphertext: Buffer;
  wrapped_key: Buffer;
}

/** What is left of an envelope that was destroyed, for the record. */
export interface DestroyedEnvelopeRow {
  part: EnvelopePart;
  generation: number;
  wrapped_key: Buffer;
}

export const insertEnvelope = (disclosureId: string, envelope: EnvelopeRow): Statement => ({
  name: 'insert_envelope',
  text: `INSERT INTO vault_envelope (disclosure_id, part, generation, items, ciphertext, wrapped_key)
         VALUES ($1, $2, $3, $4, $5, $6)`,
  values: [disclosureId, envelope.part, envelope.generation, envelope.items, envelope.ciphertext, envelope.wrapped_key],
});

/** A first envelope of values. */
export interface FirstEnvelope {
  readonly disclosureId: string;
  readonly items: readonly string[];
  readonly ciphertext: Buffer;
  readonly wrappedKey: Buffer;
}

export const insertFirstEnvelopes = (envelopes: readonly FirstEnvelope[]): Statement => ({
  name: 'insert_first_envelopes',
  text: `INSERT INTO vault_envelope (disclosure_id, part, generation, items, ciphertext, wrapped_key)
         SELECT disclosure_id, 'values', 1, items::text[], ciphertext, wrapped_key
           FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::bytea[]) AS sealed (disclosure_id, items, ciphertext, wrapped_key)`,
  values: [
    envelopes.map(({ disclosureId }) => disclosureId),
    envelopes.map(({ items }) => arrayText(items)),
    envelopes.map(({ ciphertext }) => ciphertext),
    envelopes.map(({ wrappedKey }) => wrappedKey),
  ],
});

/** The newest generation that may still be read. */
export const selectEnvelope = (disclosureId: string, part: EnvelopePart): Statement => ({
  name: 'select_envelope',
  text: `SELECT part, generation, items, ciphertext, wrapped_key FROM vault_envelope
          WHERE disclosure_id = $1 AND part = $2 AND superseded_at IS NULL ORDER BY generation DESC LIMIT 1`,
  values: [disclosureId, part],
});

/** One that a hold still keeps may stand in the way of the next number. */
export const selectNewestGeneration = (disclosureId: string, part: EnvelopePart): Statement => ({
  name: 'select_newest_generation',
  text: `SELECT COALESCE(max(generation), 0)::int AS newest FROM vault_envelope WHERE disclosure_id = $1 AND part = $2`,
  values: [disclosureId, part],
});

/** Erases: with the row goes the only copy of the data key. */
export const deleteEnvelopes = (disclosureId: string, parts: readonly EnvelopePart[]): Statement => ({
  name: 'delete_envelopes',
  text: 'DELETE FROM vault_envelope WHERE disclosure_id = $1 AND part = ANY ($2)',
  values: [disclosureId, parts],
});

/** Everything that was kept of a disclosure before this generation of its values, and what it was delivered in. */
const older = `disclosure_id = $1 AND (part <> 'values' OR generation < $2)`;

export const deleteOlder = (disclosureId: string, before: number): Statement => ({
  name: 'delete_older_envelopes',
  text: `DELETE FROM vault_envelope WHERE ${older} RETURNING part, generation, wrapped_key`,
  values: [disclosureId, before],
});

/** Nobody reads it from now on; it stays until no hold stands over it. */
export const supersedeOlder = (disclosureId: string, before: number, at: Date): Statement => ({
  name: 'supersede_older_envelopes',
  text: `UPDATE vault_envelope SET superseded_at = $3 WHERE ${older} AND superseded_at IS NULL`,
  values: [disclosureId, before, at],
});

export const deleteSuperseded = (disclosureId: string): Statement => ({
  name: 'delete_superseded_envelopes',
  text: `DELETE FROM vault_envelope WHERE disclosure_id = $1 AND superseded_at IS NOT NULL
         RETURNING part, generation, wrapped_key`,
  values: [disclosureId],
});

/** How many envelopes could still give what was destroyed: older generations, or one that holds an item that is gone. */
export const countRemaining = (disclosureId: string, upTo: number, gone: readonly string[]): Statement => ({
  name: 'count_remaining_envelopes',
  text: `SELECT count(*)::int AS remaining FROM vault_envelope
          WHERE disclosure_id = $1 AND ((part = 'values' AND generation <= $2) OR items && $3::text[])`,
  values: [disclosureId, upTo, gone],
});

export const anySealed: Statement = {
  name: 'any_sealed',
  text: `SELECT EXISTS (SELECT 1 FROM archive_signing_key) OR EXISTS (SELECT 1 FROM subject_key)
             OR EXISTS (SELECT 1 FROM vault_envelope) AS sealed`,
  values: [],
};
