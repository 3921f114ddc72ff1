import type { BreachScope } from '@convenant/contracts';
import type { PartyDecision, ProtocolModel } from '@convenant/protocol';
import type { RegisteredContact } from '../domain/notice-duty.js';
import type { Statement } from './database.js';

export interface PartyRow {
  readonly party_id: string;
  readonly name: string;
  readonly contacts: RegisteredContact[];
}

export interface ProtocolRow {
  readonly protocol_id: string;
  readonly version: number;
  readonly sender: string;
  readonly receiver: string;
  readonly model: ProtocolModel;
  /** On open points of any version. */
  readonly decisions: (PartyDecision & { version: number })[];
}

/** What one protocol contributes to the scope of a breach. */
export interface AffectedProtocol {
  readonly protocol_id: string;
  readonly counterparty: string;
  readonly disclosures: number;
  readonly persons: number;
  readonly items: number;
  readonly item_ids: string[];
}

export const selectParties = (ids: readonly string[]): Statement => ({
  name: 'breach_select_parties',
  text: `SELECT p.party_id, p.name,
                (SELECT coalesce(jsonb_agg(c.contact || jsonb_build_object('verification', coalesce(v.state, 'unverified'))
                                           ORDER BY c.place), '[]')
                   FROM jsonb_array_elements(p.contacts) WITH ORDINALITY AS c (contact, place)
                   LEFT JOIN contact_verification v ON v.party_id = p.party_id
                         AND v.role = c.contact ->> 'role' AND v.mailbox = c.contact ->> 'mailbox') AS contacts
           FROM party_fact p WHERE p.party_id = ANY ($1::uuid[])`,
  values: [ids],
});

export const selectProtocols = (ids: readonly string[]): Statement => ({
  name: 'breach_select_protocols',
  text: `SELECT protocol_id, version, sender, receiver, model, decisions FROM protocol_fact
          WHERE protocol_id = ANY ($1::uuid[]) ORDER BY protocol_id`,
  values: [ids],
});

/** Those of the given ids that stand under a protocol of the party. */
export const knownToParty = (party: string, scope: BreachScope): Statement => ({
  name: 'breach_known_to_party',
  text: `SELECT 'protocolIds' AS name, protocol_id AS id FROM protocol_fact
          WHERE protocol_id = ANY ($2::uuid[]) AND $1 IN (sender, receiver)
         UNION
         SELECT 'disclosureIds', d.disclosure_id FROM disclosure_fact d JOIN protocol_fact p USING (protocol_id)
          WHERE d.disclosure_id = ANY ($3::uuid[]) AND $1 IN (p.sender, p.receiver)
         UNION
         SELECT 'subjectRefs', d.subject_ref FROM disclosure_fact d JOIN protocol_fact p USING (protocol_id)
          WHERE d.subject_ref = ANY ($4::uuid[]) AND $1 IN (p.sender, p.receiver)`,
  values: [party, scope.protocolIds ?? [], scope.disclosureIds ?? [], scope.subjectRefs ?? []],
});

/**
 * Which disclosures `d` under which protocols `p` a breach `b` affects: those of the party's protocols that were authorised
 * before the breach ended and meet every criterion. What failed never reached the receiver; at the sender it counts while its
 * values were there. $2 is now, in legal time, for a breach that goes on.
 */
const affects = `
       b.party_id IN (p.sender, p.receiver)
   AND d.authorized_at <= coalesce(b.occurred_to, $2::timestamptz)
   AND (d.failed_at IS NULL OR (p.sender = b.party_id AND d.failed_at > b.occurred_from))
   AND (NOT b.criteria ? 'protocolIds' OR b.criteria -> 'protocolIds' ? d.protocol_id::text)
   AND (NOT b.criteria ? 'disclosureIds' OR b.criteria -> 'disclosureIds' ? d.disclosure_id::text)
   AND (NOT b.criteria ? 'subjectRefs' OR b.criteria -> 'subjectRefs' ? d.subject_ref::text)
   AND coalesce(d.authorized_at >= (b.criteria #>> '{period,from}')::timestamptz, true)
   AND coalesce(d.authorized_at <= (b.criteria #>> '{period,to}')::timestamptz, true)`;

/** Writes the affected disclosures of the breach's present phase. */
export const insertAffected = (breachId: string, now: string): Statement => ({
  name: 'breach_insert_affected',
  text: `INSERT INTO affected_disclosure
               (breach_id, phase, disclosure_id, protocol_id, counterparty, subject_ref, items)
         SELECT b.id, b.phase, d.disclosure_id, d.protocol_id,
                CASE WHEN p.sender = b.party_id THEN p.receiver ELSE p.sender END, d.subject_ref, d.items
           FROM breach b, disclosure_fact d JOIN protocol_fact p USING (protocol_id)
          WHERE b.id = $1 AND ${affects}
          ORDER BY d.disclosure_id`,
  values: [breachId, now],
});

/** Breaches of the given ones whose ledger holds an affected disclosure that their present phase does not have yet. */
export const selectOutgrown = (breachIds: readonly string[], now: string): Statement => ({
  name: 'breach_select_outgrown',
  text: `SELECT b.id FROM breach b
          WHERE b.id = ANY ($1::uuid[]) AND b.state IN ('suspected', 'detected') AND EXISTS (
            SELECT 1 FROM disclosure_fact d JOIN protocol_fact p USING (protocol_id)
             WHERE ${affects} AND NOT EXISTS (
               SELECT 1 FROM affected_disclosure a
                WHERE a.breach_id = b.id AND a.phase = b.phase AND a.disclosure_id = d.disclosure_id))`,
  values: [breachIds, now],
});

export const affectedByProtocol = (breachId: string, phase: number): Statement => ({
  name: 'breach_affected_by_protocol',
  text: `SELECT protocol_id, counterparty, count(*)::integer AS disclosures,
                count(DISTINCT subject_ref)::integer AS persons, sum(cardinality(items))::integer AS items,
                (SELECT array_agg(DISTINCT item ORDER BY item)
                   FROM affected_disclosure b, unnest(b.items) AS item
                  WHERE b.breach_id = $1 AND b.phase = $2 AND b.protocol_id = a.protocol_id) AS item_ids
           FROM affected_disclosure a
          WHERE breach_id = $1 AND phase = $2
          GROUP BY protocol_id, counterparty ORDER BY protocol_id`,
  values: [breachId, phase],
});

/** Aggregates, keys or partitions of the ledger that stand still behind a message that could not be read. */
export const countUnreadable: Statement = {
  name: 'breach_count_unreadable',
  text: 'SELECT count(*)::integer AS unreadable FROM inbox_block',
  values: [],
};

export interface AffectedRow {
  readonly disclosure_id: string;
  readonly subject_ref: string;
  readonly protocol_id: string;
  readonly counterparty: string;
  readonly items: string[];
  readonly recipient_unit: string;
  readonly authorized_at: Date;
  readonly delivered_at: Date | null;
  readonly collected_at: Date | null;
  /** Gone before the breach began; empty for the sender, whom it does not concern. */
  readonly erased_items: string[];
}

/** Item `listed.item` of affected disclosure `a` of breach `b`, as far as the breached party is its receiver under `p`. */
const erasedBefore = `
  p.receiver = b.party_id AND EXISTS (
    SELECT FROM erased_item e
     WHERE e.disclosure_id = a.disclosure_id AND e.item = listed.item AND e.erased_at <= b.occurred_from)`;

export const selectAffected = (breachId: string, phase: number, after: string | null, limit: number): Statement => ({
  name: 'breach_select_affected',
  text: `SELECT a.disclosure_id, a.subject_ref, a.protocol_id, a.counterparty, a.items, d.recipient_unit,
                d.authorized_at, d.delivered_at, d.collected_at,
                ARRAY(SELECT listed.item FROM unnest(a.items) AS listed (item) WHERE ${erasedBefore} ORDER BY 1) AS erased_items
           FROM affected_disclosure a JOIN disclosure_fact d USING (disclosure_id)
                JOIN protocol_fact p ON p.protocol_id = a.protocol_id JOIN breach b ON b.id = a.breach_id
          WHERE a.breach_id = $1 AND a.phase = $2 AND ($3::uuid IS NULL OR a.disclosure_id > $3)
          ORDER BY a.disclosure_id LIMIT $4`,
  values: [breachId, phase, after, limit],
});

export interface AffectedSubjectRow {
  readonly subject_ref: string;
  readonly protocol_id: string;
  readonly items: string[];
  /** Gone from every affected disclosure before the breach began. */
  readonly erased_items: string[];
}

export const selectAffectedSubjects = (
  breachId: string,
  phase: number,
  after: string | null,
  limit: number,
): Statement => ({
  name: 'breach_select_affected_subjects',
  text: `WITH per_item AS (
           SELECT a.subject_ref, a.protocol_id, listed.item, bool_and(${erasedBefore}) AS erased
             FROM affected_disclosure a JOIN protocol_fact p ON p.protocol_id = a.protocol_id
                  JOIN breach b ON b.id = a.breach_id, unnest(a.items) AS listed (item)
            WHERE a.breach_id = $1 AND a.phase = $2 AND ($3::uuid IS NULL OR a.subject_ref > $3)
            GROUP BY a.subject_ref, a.protocol_id, listed.item)
         SELECT subject_ref, protocol_id, array_agg(item ORDER BY item) AS items,
                coalesce(array_agg(item ORDER BY item) FILTER (WHERE erased), '{}') AS erased_items
           FROM per_item GROUP BY subject_ref, protocol_id ORDER BY subject_ref LIMIT $4`,
  values: [breachId, phase, after, limit],
});
