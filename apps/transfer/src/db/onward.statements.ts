import type { Statement } from './statement.js';

/** One row of `onward_disclosure`. */
export interface OnwardRow {
  id: string;
  disclosure_id: string;
  protocol_id: string;
  protocol_version: number | null;
  recipient_party: string | null;
  recipient_enterprise: string | null;
  recipient_unit: string | null;
  recipient_category: string;
  items: string[];
  purpose: string;
  verdict: 'permitted' | 'refused' | 'gap';
  code: string | null;
  clause: string | null;
  disclosed_at: Date;
  recorded_at: Date;
}

const columns = [
  'id',
  'disclosure_id',
  'protocol_id',
  'protocol_version',
  'recipient_party',
  'recipient_enterprise',
  'recipient_unit',
  'recipient_category',
  'items',
  'purpose',
  'verdict',
  'code',
  'clause',
  'disclosed_at',
  'recorded_at',
] as const satisfies (keyof OnwardRow)[];

export const insertOnward = (row: OnwardRow): Statement => ({
  name: 'insert_onward_disclosure',
  text: `INSERT INTO onward_disclosure (${columns.join(', ')}) VALUES (${columns.map((_, i) => `$${i + 1}`).join(', ')})`,
  values: columns.map((column) => row[column]),
});

export const selectOnward = (id: string): Statement => ({
  name: 'select_onward_disclosure',
  text: 'SELECT * FROM onward_disclosure WHERE id = $1',
  values: [id],
});

/** Oldest first. */
export const selectOnwardOf = (disclosureId: string): Statement => ({
  name: 'select_onward_disclosures',
  text: 'SELECT * FROM onward_disclosure WHERE disclosure_id = $1 ORDER BY id',
  values: [disclosureId],
});

/** What may still be held of a disclosure. */
export const selectHeldItems = (disclosureId: string): Statement => ({
  name: 'select_held_items',
  text: 'SELECT item FROM disclosure_item WHERE disclosure_id = $1 AND erased_at IS NULL',
  values: [disclosureId],
});

export const selectCorrectionsOfDisclosure = (disclosureId: string): Statement => ({
  name: 'select_corrections_of_disclosure',
  text: 'SELECT * FROM correction WHERE disclosure_id = $1 ORDER BY id',
  values: [disclosureId],
});

/** Whether a party is registered here. */
export const selectIsRegistered = (party: string): Statement => ({
  name: 'select_is_registered',
  text: 'SELECT 1 FROM trusted_issuer WHERE party = $1',
  values: [party],
});

/** Requests of one month, unit, purpose and outcome. */
export interface FrequencyRow {
  month: string;
  party: string;
  unit: string | null;
  purpose: string;
  /** Null: permitted. */
  code: string | null;
  count: number;
}

/** Days of the legal calendar, both counted in. */
export const selectFrequency = (protocolId: string, from: string, to: string): Statement => ({
  name: 'select_request_frequency',
  text: `SELECT to_char(requested_at AT TIME ZONE 'Europe/Brussels', 'YYYY-MM') AS month, requester_party AS party,
                requester_unit AS unit, purpose, code, count(*)::int AS count
           FROM disclosure
          WHERE protocol_id = $1
            AND requested_at >= $2::date::timestamp AT TIME ZONE 'Europe/Brussels'
            AND requested_at < ($3::date + 1)::timestamp AT TIME ZONE 'Europe/Brussels'
          GROUP BY 1, 2, 3, 4, 5
          ORDER BY 1, 2, 3 NULLS FIRST, 4, 5 NULLS FIRST`,
  values: [protocolId, from, to],
});
