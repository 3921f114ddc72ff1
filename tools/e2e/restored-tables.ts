import pg from 'pg';
import type { ServiceName } from './start-system.js';

/** The services that are rebased: those with a topic of their own. */
export type Rebased = Exclude<ServiceName, 'audit'>;

/** Own tables of each service, with the columns that no event carries left out: what a rebase has to bring back. */
export const toldTables: Record<Rebased, Record<string, string>> = {
  register: {
    party: 'to_jsonb(t)',
    party_contact: 'to_jsonb(t)',
    protocol: 'to_jsonb(t)',
    protocol_event: 'to_jsonb(t)',
    protocol_ending: `to_jsonb(t) - 'recorded_real_at'`,
    protocol_end_duty: 'to_jsonb(t)',
    dispute: 'to_jsonb(t)',
    rights_request: `to_jsonb(t) - 'next_look_at' - 'barrier_since'`,
    information_duty: 'to_jsonb(t)',
    user_authorization: `to_jsonb(t) - 'sub' - 'supervisor_sub' - 'revoked_real_at'`,
  },
  consent: {
    notice: 'to_jsonb(t)',
    consent: 'to_jsonb(t)',
    withdrawal: `to_jsonb(t) - 'recorded_real_at'`,
    withdrawn_consent: 'to_jsonb(t)',
  },
  transfer: {
    disclosure: `to_jsonb(t) - 'archive_bytes' - 'archive_digest' - 'file_name' - 'withheld' - 'ledger'`,
    disclosure_item: `to_jsonb(t) - 'fields'`,
    consent_use: 'to_jsonb(t)',
    collection: 'to_jsonb(t)',
    erasure_answer: 'to_jsonb(t)',
    quality_report: 'to_jsonb(t)',
    correction: 'to_jsonb(t)',
    subject: 'to_jsonb(t)',
  },
  retention: {
    // When time alone moves a clock next is reckoned anew, with the rules as they are known then.
    retention_clock: `to_jsonb(t) - 'next_look_at' - 'assessed_revision'`,
    retention_trigger: 'to_jsonb(t)',
    hold: `to_jsonb(t) - 'placed_real_at'`,
    purge: 'to_jsonb(t)',
    erasure: 'to_jsonb(t)',
  },
  breach: {
    breach: `to_jsonb(t) - 'criteria'`,
    breach_notice: 'to_jsonb(t)',
    notice_acknowledgement: 'to_jsonb(t)',
    consultation: 'to_jsonb(t)',
    consultation_decision: 'to_jsonb(t)',
    improvement: `to_jsonb(t) - 'note'`,
    authority_filing: `to_jsonb(t) - 'document'`,
    subject_information: 'to_jsonb(t)',
  },
};

/** Every row of a service's own tables, by table, as the events tell them. */
export async function toldRows(url: string, service: Rebased): Promise<Record<string, unknown[]>> {
  return withClient(url, async (client) => {
    const rows: Record<string, unknown[]> = {};
    for (const [table, columns] of Object.entries(toldTables[service])) {
      const found = await client.query<{ row: unknown }>(`SELECT ${columns} AS row FROM ${table} t ORDER BY 1`);
      rows[table] = found.rows.map(({ row }) => row);
    }
    return rows;
  });
}

export async function queryAs<R extends object>(url: string, text: string, values: unknown[] = []): Promise<R[]> {
  return withClient(url, async (client) => (await client.query<R>(text, values)).rows);
}

async function withClient<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
