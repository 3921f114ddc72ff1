import type { Statement } from './statement.js';

/** A restriction (its own id) or an objection (the id of its request). */
export interface SubjectStopRow {
  id: string;
  request_id: string;
  kind: 'restriction' | 'objection';
  protocol_id: string;
  subject_ref: string;
  party: string;
  ground: string | null;
  upheld: boolean;
  applied_at: Date | null;
  lifted_at: Date | null;
  lift_reason: string | null;
}

export type NewSubjectStop = Pick<
  SubjectStopRow,
  'id' | 'request_id' | 'kind' | 'protocol_id' | 'subject_ref' | 'party' | 'ground'
>;

// A replay goes over old events again: what was lifted must not stand for a moment, so a row is only inserted once.

export const insertStop = (stop: NewSubjectStop): Statement => ({
  name: 'insert_subject_stop',
  text: `INSERT INTO subject_stop (id, request_id, kind, protocol_id, subject_ref, party, ground)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id`,
  values: [stop.id, stop.request_id, stop.kind, stop.protocol_id, stop.subject_ref, stop.party, stop.ground],
});

export const upholdObjection = (requestId: string): Statement => ({
  name: 'uphold_objection',
  text: `UPDATE subject_stop SET upheld = true WHERE request_id = $1 AND kind = 'objection' AND lifted_at IS NULL
         RETURNING subject_ref`,
  values: [requestId],
});

export const liftObjection = (requestId: string, at: Date): Statement => ({
  name: 'lift_objection',
  text: `UPDATE subject_stop SET lifted_at = $2 WHERE request_id = $1 AND kind = 'objection' AND lifted_at IS NULL
         RETURNING subject_ref`,
  values: [requestId, at],
});

export const liftRestriction = (id: string, reason: string, at: Date): Statement => ({
  name: 'lift_restriction',
  text: `UPDATE subject_stop SET lifted_at = $3, lift_reason = $2
          WHERE id = $1 AND kind = 'restriction' AND lifted_at IS NULL RETURNING *`,
  values: [id, reason, at],
});

export const applyRestriction = (id: string, at: Date): Statement => ({
  name: 'apply_restriction',
  text: 'UPDATE subject_stop SET applied_at = COALESCE(applied_at, $2) WHERE id = $1',
  values: [id, at],
});

/** What is in force, on the row of the person; always another version, so that no decision rests on what was before. */
export const refreshSubject = (subjectRef: string): Statement => ({
  name: 'refresh_subject_stops',
  text: `UPDATE subject s SET version = s.version + 1, restricted = n.restricted, objection = n.objection
           FROM (SELECT COALESCE(bool_or(kind = 'restriction'), false) AS restricted,
                        CASE WHEN bool_or(kind = 'objection' AND upheld) THEN 'upheld'
                             WHEN bool_or(kind = 'objection') THEN 'pending' END AS objection
                   FROM subject_stop WHERE subject_ref = $1 AND lifted_at IS NULL) n
          WHERE s.subject_ref = $1 RETURNING s.subject_ref`,
  values: [subjectRef],
});

export const selectStop = (id: string): Statement => ({
  name: 'select_subject_stop',
  text: 'SELECT * FROM subject_stop WHERE id = $1',
  values: [id],
});

/** Restrictions that these requests were granted, with what they were granted on. */
export const selectRestrictionsOf = (requestIds: readonly string[]): Statement => ({
  name: 'select_restrictions_of_requests',
  text: `SELECT * FROM subject_stop WHERE request_id = ANY ($1) AND kind = 'restriction' ORDER BY id`,
  values: [requestIds],
});

/** Newest first, of the protocols of a party. `standing`: not lifted; `open`: some recipient has not acknowledged. */
export const selectRestrictions = (
  party: string,
  state: 'standing' | 'open' | null,
  before: string | null,
  limit: number,
): Statement => ({
  name: 'select_restrictions',
  text: `SELECT s.* FROM subject_stop s JOIN protocol_fact p USING (protocol_id)
          WHERE s.kind = 'restriction' AND (p.sender = $1 OR p.receiver = $1) AND ($3::uuid IS NULL OR s.id < $3)
            AND ($2::text IS DISTINCT FROM 'standing' OR s.lifted_at IS NULL)
            AND ($2::text IS DISTINCT FROM 'open' OR EXISTS (
                 SELECT 1 FROM restriction_notice n WHERE n.restriction_id = s.id AND n.acknowledged_at IS NULL))
          ORDER BY s.id DESC LIMIT $4`,
  values: [party, state, before, limit],
});

/** Who received which items about the person: whom a restriction is told. The one that granted it knows. */
export interface RecipientRow {
  party: string;
  unit: string;
  items: string[];
}

export const selectRecipients = (subjectRef: string, protocolId: string, except: string): Statement => ({
  name: 'select_recipients_of_subject',
  text: `SELECT recipient_party AS party, recipient_unit AS unit, array_agg(DISTINCT item ORDER BY item) AS items
           FROM disclosure, unnest(items) AS item
          WHERE subject_ref = $1 AND protocol_id = $2 AND verdict = 'permitted' AND state <> 'failed'
            AND recipient_party <> $3
          GROUP BY 1, 2 ORDER BY 1, 2`,
  values: [subjectRef, protocolId, except],
});

export interface RestrictionNoticeRow {
  restriction_id: string;
  told: 'applied' | 'lifted';
  recipient_party: string;
  recipient_unit: string;
  items: string[];
  told_at: Date;
  acknowledged_at: Date | null;
}

export const insertNotice = (
  restrictionId: string,
  told: RestrictionNoticeRow['told'],
  { party, unit, items }: RecipientRow,
  at: Date,
): Statement => ({
  name: 'insert_restriction_notice',
  text: `INSERT INTO restriction_notice (restriction_id, told, recipient_party, recipient_unit, items, told_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
  values: [restrictionId, told, party, unit, items, at],
});

export const selectNotices = (restrictionIds: readonly string[]): Statement => ({
  name: 'select_restriction_notices',
  text: 'SELECT * FROM restriction_notice WHERE restriction_id = ANY ($1) ORDER BY told_at, recipient_party, recipient_unit',
  values: [restrictionIds],
});

/** All that the party was told and has not acknowledged. */
export const acknowledgeNotices = (restrictionId: string, party: string, at: Date): Statement => ({
  name: 'acknowledge_restriction_notices',
  text: `UPDATE restriction_notice SET acknowledged_at = $3
          WHERE restriction_id = $1 AND recipient_party = $2 AND acknowledged_at IS NULL RETURNING *`,
  values: [restrictionId, party, at],
});

export const foldAcknowledged = (
  restrictionId: string,
  told: string,
  party: string,
  unit: string,
  at: Date,
): Statement => ({
  name: 'fold_restriction_acknowledged',
  text: `UPDATE restriction_notice SET acknowledged_at = $5
          WHERE restriction_id = $1 AND told = $2 AND recipient_party = $3 AND recipient_unit = $4`,
  values: [restrictionId, told, party, unit, at],
});
