import type { DisclosureRow } from './disclosure.statements.js';
import type { Statement } from './statement.js';

// Everything that decided requests leave behind, many at a time: one statement per table.

/** What is known of a disclosure when it has been decided, in the order of the columns. */
const decided = {
  id: 'uuid',
  protocol_id: 'uuid',
  protocol_version: 'int',
  subject_ref: 'uuid',
  requester_party: 'uuid',
  requester_ref: 'text',
  requester_unit: 'text',
  purpose: 'text',
  consent_id: 'uuid',
  recipient_party: 'uuid',
  recipient_unit: 'text',
  recipient_category: 'text',
  requires_secrecy: 'bool',
  items: 'text[]',
  verdict: 'text',
  code: 'text',
  clause: 'text',
  missing: 'text[]',
  state: 'text',
  route_id: 'text',
  requested_at: 'timestamptz',
  ledger: 'jsonb',
} as const;
type Column = keyof typeof decided;
const columns = Object.keys(decided) as Column[];
// An array in each row cannot be an array of arrays: rows need not have as many members each. It travels as its text.
const isList = (column: Column) => decided[column].endsWith('[]');
const parameters = columns.map((column, i) => `$${i + 1}::${isList(column) ? 'text' : decided[column]}[]`);
const selected = columns.map((column) => (isList(column) ? `${column}::${decided[column]}` : column));

export type DecidedDisclosure = Pick<DisclosureRow, Exclude<Column, 'ledger'>> & {
  /** Of what was permitted. */
  readonly ledger: readonly LedgerEntry[] | null;
};

/** What is disclosed of an item, and under which clause. */
export interface LedgerEntry {
  readonly item: string;
  readonly fields: readonly string[];
  readonly clause: string;
}

export const insertDisclosures = (rows: readonly DecidedDisclosure[]): Statement => ({
  name: 'insert_disclosures',
  text: `INSERT INTO disclosure (${columns.join(', ')})
         SELECT ${selected.join(', ')} FROM unnest(${parameters.join(', ')}) AS decided (${columns.join(', ')})`,
  values: columns.map((column) =>
    rows.map((row) => {
      if (column === 'ledger') return row.ledger && ledgerText(row.ledger);
      const value = row[column];
      return Array.isArray(value) ? arrayText(value) : value;
    }),
  ),
});

/**
 * Gives back the disclosures that got the consent they asked for: nobody gets one that was used before. Waits for those who
 * may still commit.
 * @param uses sorted by consent, each consent once: two transactions with the same ones in another order would deadlock
 */
export const useConsents = (uses: readonly { consentId: string; disclosureId: string }[]): Statement => ({
  name: 'use_consents',
  text: `INSERT INTO consent_use (consent_id, disclosure_id)
         SELECT consent_id, disclosure_id
           FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS asked (consent_id, disclosure_id, place)
          ORDER BY place
         ON CONFLICT (consent_id) DO NOTHING RETURNING disclosure_id`,
  values: [uses.map(({ consentId }) => consentId), uses.map(({ disclosureId }) => disclosureId)],
});

export const insertDeliveries = (deliveries: readonly { disclosureId: string; context: unknown }[]): Statement => ({
  name: 'insert_deliveries',
  text: `INSERT INTO delivery (disclosure_id, state, context)
         SELECT disclosure_id, 'due', context::jsonb FROM unnest($1::uuid[], $2::text[]) AS due (disclosure_id, context)`,
  values: [
    deliveries.map(({ disclosureId }) => disclosureId),
    deliveries.map(({ context }) => JSON.stringify(context)),
  ],
});

/** By item; every item is in its first generation. */
function ledgerText(entries: readonly LedgerEntry[]): string {
  const kept = entries.map(({ item, fields, clause }) => [item, { fields, clause, generation: 1 }]);
  return JSON.stringify(Object.fromEntries(kept));
}

/** PostgreSQL's text of an array of text. */
export function arrayText(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
