import type { Statement } from './statement.js';

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
  text: `UPDATE disclosure_item SET erased_at = $3
          WHERE disclosure_id = $1 AND erased_at IS NULL AND item <> ALL ($2) RETURNING item`,
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
  text: 'UPDATE disclosure_item SET generation = $3 WHERE disclosure_id = $1 AND item = ANY ($2)',
  values: [disclosureId, items, generation],
});
