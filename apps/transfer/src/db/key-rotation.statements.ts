import type { KeyRotationView } from '@convenant/contracts';
import type { Statement } from './statement.js';

/** One row of `key_rotation`. */
export interface KeyRotationRow {
  id: string;
  state: KeyRotationView['state'];
  generation: number | null;
  started_at: Date;
  rotated_at: Date | null;
  /** A count; pg gives bigint as text. */
  rewrapped: string;
  rewrapped_at: Date | null;
  backup_confirmed_at: Date | null;
  destroyed_at: Date | null;
  context: unknown;
}

/** Returns nothing when one is under way. */
export const insertRotation = (id: string, at: Date, context: unknown): Statement => ({
  name: 'insert_key_rotation',
  text: `INSERT INTO key_rotation (id, state, started_at, context) VALUES ($1, 'rotating', $2, $3)
         ON CONFLICT DO NOTHING RETURNING id`,
  values: [id, at, JSON.stringify(context)],
});

export const selectRotation = (id: string): Statement => ({
  name: 'select_key_rotation',
  text: 'SELECT * FROM key_rotation WHERE id = $1',
  values: [id],
});

export const selectRotations: Statement = {
  name: 'select_key_rotations',
  text: 'SELECT * FROM key_rotation ORDER BY id DESC LIMIT 100',
  values: [],
};

/** Takes the one under way for this process, from the top after a crash. */
export const claimRotation = (leaseMs: number): Statement => ({
  name: 'claim_key_rotation',
  text: `UPDATE key_rotation SET lease_until = clock_timestamp() + $1 * interval '1 millisecond'
          WHERE state IN ('rotating', 'destroying') AND (lease_until IS NULL OR lease_until < clock_timestamp())
         RETURNING *`,
  values: [leaseMs],
});

export const renewRotation = (id: string, leaseMs: number): Statement => ({
  name: 'renew_key_rotation',
  text: `UPDATE key_rotation SET lease_until = clock_timestamp() + $2 * interval '1 millisecond' WHERE id = $1`,
  values: [id, leaseMs],
});

export const releaseRotation = (id: string): Statement => ({
  name: 'release_key_rotation',
  text: 'UPDATE key_rotation SET lease_until = NULL WHERE id = $1',
  values: [id],
});

export const setGeneration = (id: string, generation: number, at: Date): Statement => ({
  name: 'set_rotation_generation',
  text: 'UPDATE key_rotation SET generation = $2, rotated_at = $3 WHERE id = $1',
  values: [id, generation, at],
});

export const addRewrapped = (id: string, count: number): Statement => ({
  name: 'add_rewrapped',
  text: 'UPDATE key_rotation SET rewrapped = rewrapped + $2 WHERE id = $1',
  values: [id, count],
});

export const completeRotation = (id: string, at: Date): Statement => ({
  name: 'complete_key_rotation',
  text: `UPDATE key_rotation SET state = 'rewrapped', rewrapped_at = $2, lease_until = NULL
          WHERE id = $1 AND state = 'rotating' RETURNING *`,
  values: [id, at],
});

export const orderDestruction = (id: string, backupConfirmedAt: Date): Statement => ({
  name: 'order_key_destruction',
  text: `UPDATE key_rotation SET state = 'destroying', backup_confirmed_at = $2, lease_until = NULL
          WHERE id = $1 AND state = 'rewrapped'`,
  values: [id, backupConfirmedAt],
});

export const completeDestruction = (id: string, at: Date): Statement => ({
  name: 'complete_key_destruction',
  text: `UPDATE key_rotation SET state = 'destroyed', destroyed_at = $2, lease_until = NULL
          WHERE id = $1 AND state = 'destroying' RETURNING *`,
  values: [id, at],
});

/** Where wrapped data keys stand, with what their envelopes are bound to. */
export const sealedTables = ['vault_envelope', 'subject_key', 'archive_signing_key', 'source_endpoint'] as const;
export type SealedTable = (typeof sealedTables)[number];

export interface WrappedKeyRow {
  /** Of the row version that was read: where a batch goes on from. */
  ctid: string;
  owner_id: string;
  part: string;
  items: string[];
  generation: number;
  wrapped_key: Buffer;
}

// The generation stands big-endian behind the format byte, so that bytes compare like numbers.
const generationBytes = 'substring(wrapped_key FROM 2 FOR 4)';
const bound: Record<SealedTable, string> = {
  vault_envelope: 'disclosure_id AS owner_id, part, items, generation',
  subject_key: `subject_ref AS owner_id, kind AS part, '{}'::text[] AS items, 1 AS generation`,
  archive_signing_key: `key_id AS owner_id, 'archiveSigningKey' AS part, '{}'::text[] AS items, 1 AS generation`,
  source_endpoint: `id AS owner_id, 'sourceEndpoint' AS part, '{}'::text[] AS items, 1 AS generation`,
};

/** Data keys that an older generation wraps, as they lie behind a place in the table: what was wrapped anew lies elsewhere. */
export const selectWrappedBefore = (
  table: SealedTable,
  generation: Buffer,
  behind: string,
  limit: number,
): Statement => ({
  name: `select_wrapped_before_${table}`,
  text: `SELECT ctid::text AS ctid, ${bound[table]}, wrapped_key FROM ${table}
          WHERE ctid > $2::tid AND ${generationBytes} < $1 LIMIT $3`,
  values: [generation, behind, limit],
});

/** Changes a row only where it still is what was read: an envelope that was erased or replaced meanwhile stays so. */
export const rewrapRows = (
  table: SealedTable,
  rows: readonly { ctid: string; before: Buffer; after: Buffer }[],
): Statement => ({
  name: `rewrap_${table}`,
  text: `UPDATE ${table} t SET wrapped_key = new.after
           FROM unnest($1::tid[], $2::bytea[], $3::bytea[]) AS new (row, before, after)
          WHERE t.ctid = new.row AND t.wrapped_key = new.before`,
  values: [rows.map(({ ctid }) => ctid), rows.map(({ before }) => before), rows.map(({ after }) => after)],
});

export const countWrappedBefore = (generation: Buffer): Statement => ({
  name: 'count_wrapped_before',
  text: `SELECT (${sealedTables
    .map((table) => `(SELECT count(*) FROM ${table} WHERE ${generationBytes} < $1)`)
    .join(' + ')})::int AS remaining`,
  values: [generation],
});

/** A generation as it stands in a wrapped key. */
export function generationBytesOf(generation: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(generation);
  return bytes;
}
