import type { Statement } from './statement.js';

/** One row of `disclosure`, as every reader gets it. */
export interface DisclosureRow {
  id: string;
  protocol_id: string;
  protocol_version: number | null;
  subject_ref: string;
  requester_party: string;
  requester_ref: string;
  requester_unit: string | null;
  purpose: string;
  consent_id: string | null;
  recipient_party: string;
  recipient_unit: string;
  recipient_category: string;
  requires_secrecy: boolean;
  items: string[];
  verdict: 'permitted' | 'refused' | 'gap';
  code: string | null;
  clause: string | null;
  missing: string[] | null;
  state: 'refused' | 'authorized' | 'delivering' | 'delivered' | 'unconfirmed' | 'failed' | 'collected';
  route_id: string | null;
  requested_at: Date;
  delivered_at: Date | null;
  collected_at: Date | null;
  archive_digest: string | null;
  archive_bytes: number | null;
  file_name: string | null;
  failure: string | null;
  withheld: string | null;
  /** Rises with each correction and each erasure of a part. */
  values_generation: number;
  erased_at: Date | null;
  /** Of a look-up: what the operator of the route gave, and who is controller of the transfer. */
  receipt: string | null;
  transfer_controller: 'sender' | 'receiver' | 'integrator' | null;
}

export const selectDisclosure = (id: string): Statement => ({
  name: 'select_disclosure',
  text: 'SELECT * FROM disclosure WHERE id = $1',
  values: [id],
});

/** Newest first, what a user looked up for that user alone; `before` is the id after which the page goes on. Ids rise with real time. */
export const selectInbox = (
  party: string,
  unit: string,
  secrecy: boolean,
  userRef: string,
  before: string | null,
  limit: number,
): Statement => ({
  name: 'select_inbox',
  text: `SELECT * FROM disclosure
          WHERE recipient_party = $1 AND recipient_unit = $2 AND (NOT requires_secrecy OR $3)
            AND state IN ('delivered', 'unconfirmed', 'collected') AND ($4::uuid IS NULL OR id < $4)
            AND NOT EXISTS (SELECT 1 FROM look_up l WHERE l.disclosure_id = disclosure.id AND l.user_ref <> $6)
          ORDER BY id DESC LIMIT $5`,
  values: [party, unit, secrecy, before, limit, userRef],
});

/** What a user of the receiving unit may collect. */
export type Collectable = 'passphrase' | 'values';

export const insertCollection = (
  disclosureId: string,
  userRef: string,
  what: Collectable,
  generation: number,
  at: Date,
): Statement => ({
  name: 'insert_collection',
  text: `INSERT INTO collection (disclosure_id, user_ref, what, generation, collected_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING`,
  values: [disclosureId, userRef, what, generation, at],
});

/** Of values each generation is collected for itself: a corrected value is another value. */
export const selectCollection = (
  disclosureId: string,
  userRef: string,
  what: Collectable,
  generation: number,
): Statement => ({
  name: 'select_collection',
  text: `SELECT collected_at FROM collection
          WHERE disclosure_id = $1 AND user_ref = $2 AND what = $3 AND generation = $4`,
  values: [disclosureId, userRef, what, generation],
});

/** The first collection is the one that the disclosure shows. */
export const markCollected = (id: string, at: Date): Statement => ({
  name: 'mark_collected',
  text: `UPDATE disclosure SET state = 'collected', collected_at = COALESCE(collected_at, $2) WHERE id = $1`,
  values: [id, at],
});

export const markDelivering = (
  id: string,
  archive: { digest: string; bytes: number; fileName: string },
): Statement => ({
  name: 'mark_delivering',
  text: `UPDATE disclosure SET state = 'delivering', archive_digest = $2, archive_bytes = $3, file_name = $4 WHERE id = $1`,
  values: [id, archive.digest, archive.bytes, archive.fileName],
});

/** A passphrase may have been collected from an unconfirmed delivery already: then it stays collected. */
export const markDelivered = (id: string, at: Date): Statement => ({
  name: 'mark_delivered',
  text: `UPDATE disclosure
            SET state = CASE WHEN collected_at IS NULL THEN 'delivered' ELSE 'collected' END, delivered_at = $2
          WHERE id = $1`,
  values: [id, at],
});

export const markState = (id: string, state: 'authorized' | 'unconfirmed'): Statement => ({
  name: 'mark_disclosure_state',
  text: `UPDATE disclosure SET state = CASE WHEN collected_at IS NULL THEN $2 ELSE 'collected' END WHERE id = $1`,
  values: [id, state],
});

export const markFailed = (id: string, code: string): Statement => ({
  name: 'mark_failed',
  text: `UPDATE disclosure SET state = 'failed', failure = $2 WHERE id = $1`,
  values: [id, code],
});
