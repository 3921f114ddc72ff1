import { ledgerWith } from './erasure.statements.js';
import type { Statement } from './statement.js';

// A restored database learns its own later events again. Each statement may meet a row that is there or one that is not.

export const foldSubject = (subjectRef: string, protocolId: string, party: string, at: string): Statement => ({
  name: 'fold_subject',
  text: `INSERT INTO subject (subject_ref, protocol_id, party, registered_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (subject_ref) DO UPDATE SET registered_at = LEAST(subject.registered_at, EXCLUDED.registered_at)`,
  values: [subjectRef, protocolId, party, at],
});

/** A consent that carries one disclosure is used up. */
export const foldConsentUse = (consentId: string, disclosureId: string): Statement => ({
  name: 'fold_consent_use',
  text: 'INSERT INTO consent_use (consent_id, disclosure_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
  values: [consentId, disclosureId],
});

/** What is in the backup and was erased since: destroyed, generation by generation. */
export const foldErasedEnvelopes = (disclosureId: string, upTo: number): Statement => ({
  name: 'fold_erased_envelopes',
  text: `DELETE FROM vault_envelope WHERE disclosure_id = $1 AND (part <> 'values' OR generation <= $2)`,
  values: [disclosureId, upTo],
});

export const foldErasedItems = (disclosureId: string, items: readonly string[], at: string): Statement => ({
  name: 'fold_erased_items',
  text: `UPDATE disclosure
            SET ledger = ${ledgerWith(`'erasedAt', COALESCE((value->>'erasedAt')::timestamptz, $3)`, 'WHERE key = ANY ($2)')}
          WHERE id = $1`,
  values: [disclosureId, items, at],
});

/** Erased as a whole once every item is. */
export const foldErased = (disclosureId: string, at: string): Statement => ({
  name: 'fold_erased_disclosure',
  text: `UPDATE disclosure SET erased_at = COALESCE(erased_at, $2) WHERE id = $1
            AND NOT EXISTS (SELECT 1 FROM disclosure_item WHERE disclosure_id = $1 AND erased_at IS NULL)`,
  values: [disclosureId, at],
});

/** The erasures of a disclosure that were learnt before the disclosure itself: what is erased comes first. */
export const selectFoldedErasures = (disclosureId: string): Statement => ({
  name: 'select_folded_erasures',
  text: `SELECT data::text AS data FROM outbox WHERE subject = $1 AND type LIKE '%.values.erased'`,
  values: [disclosureId],
});

export const foldGeneration = (disclosureId: string, generation: number): Statement => ({
  name: 'fold_values_generation',
  text: 'UPDATE disclosure SET values_generation = GREATEST(values_generation, $2) WHERE id = $1',
  values: [disclosureId, generation],
});

/** The values of before a correction must not be given out as those of today. */
export const foldOutdated = (disclosureId: string, before: number): Statement => ({
  name: 'fold_outdated_envelopes',
  text: `DELETE FROM vault_envelope WHERE disclosure_id = $1 AND (part <> 'values' OR generation < $2)`,
  values: [disclosureId, before],
});

export const foldArchive = (disclosureId: string, digest: string | null, bytes: number | null): Statement => ({
  name: 'fold_archive',
  text: `UPDATE disclosure SET archive_digest = $2, archive_bytes = $3, file_name = id::text || '.7z' WHERE id = $1`,
  values: [disclosureId, digest, bytes],
});

export const foldBarrier = (service: string, subject: string, version: number): Statement => ({
  name: 'fold_barrier',
  text: 'DELETE FROM pending_barrier WHERE service = $1 AND subject = $2 AND aggregateversion = $3',
  values: [service, subject, version],
});

/** What an erasure of a part left lives on in the next generation. */
export const foldNextGeneration = (disclosureId: string, generation: number): Statement => ({
  name: 'fold_next_generation',
  text: `UPDATE disclosure SET values_generation = GREATEST(values_generation, $2) WHERE id = $1 AND erased_at IS NULL`,
  values: [disclosureId, generation],
});

export const foldRotationDestroyed = (rotation: {
  id: string;
  generation: number;
  rotatedAt: string;
  backupConfirmedAt: string;
  destroyedAt: string;
}): Statement => ({
  name: 'fold_rotation_destroyed',
  text: `UPDATE key_rotation SET state = 'destroyed', generation = $2, rotated_at = $3, rewrapped_at = COALESCE(rewrapped_at, $4),
                backup_confirmed_at = $4, destroyed_at = $5 WHERE id = $1`,
  values: [rotation.id, rotation.generation, rotation.rotatedAt, rotation.backupConfirmedAt, rotation.destroyedAt],
});
