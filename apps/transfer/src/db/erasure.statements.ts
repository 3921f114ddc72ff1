import type { Statement } from './statement.js';

/**
 * The ledger of a disclosure with something more said of some of its items. The lock of the disclosure must be held.
 * @param said SQL of keys and values, as `jsonb_build_object` takes them
 * @param which SQL that picks them by `key`, the name, and `value`, what stands there
 */
export const ledgerWith = (said: string, which: string): string =>
  `ledger || COALESCE((SELECT jsonb_object_agg(key, value || jsonb_build_object(${said})) FROM jsonb_each(ledger) ${which}), '{}')`;

/** Returns a row the first time: an erasure is answered once, however often it is asked for. */
export const insertErasureAnswer = (
  erasureId: string,
  disclosureId: string,
  outcome: 'erased' | 'withheld',
  at: Date,
): Statement => ({
  name: 'insert_erasure_answer',
  text: `INSERT INTO erasure_answer (erasure_id, disclosure_id, outcome, answered_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (erasure_id) DO NOTHING RETURNING erasure_id`,
  values: [erasureId, disclosureId, outcome, at],
});

/** The ledger says of each item that is not among those left that it is erased. Returns those of which it is new. */
export const markItemsErased = (disclosureId: string, left: readonly string[], at: Date): Statement => ({
  name: 'mark_items_erased',
  text: `WITH gone AS (
           SELECT item FROM disclosure_item WHERE disclosure_id = $1 AND erased_at IS NULL AND item <> ALL ($2)),
         marked AS (
           UPDATE disclosure SET ledger = ${ledgerWith(`'erasedAt', $3::timestamptz`, 'WHERE key IN (SELECT item FROM gone)')}
            WHERE id = $1 AND EXISTS (SELECT 1 FROM gone))
         SELECT item FROM gone`,
  values: [disclosureId, left, at],
});

export const markErased = (disclosureId: string, at: Date): Statement => ({
  name: 'mark_disclosure_erased',
  text: 'UPDATE disclosure SET erased_at = COALESCE(erased_at, $2) WHERE id = $1',
  values: [disclosureId, at],
});

/** The next generation of the values of a disclosure. */
export const nextGeneration = (disclosureId: string): Statement => ({
  name: 'next_values_generation',
  text: `UPDATE disclosure SET values_generation = values_generation + 1 WHERE id = $1 RETURNING values_generation`,
  values: [disclosureId],
});

/** Which generation of the values the ledger names for these items. */
export const markItemsCorrected = (disclosureId: string, items: readonly string[], generation: number): Statement => ({
  name: 'mark_items_corrected',
  text: `UPDATE disclosure SET ledger = ${ledgerWith(`'generation', $3::int`, 'WHERE key = ANY ($2)')} WHERE id = $1`,
  values: [disclosureId, items, generation],
});
