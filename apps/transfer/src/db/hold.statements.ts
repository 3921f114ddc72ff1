import type { Statement } from './statement.js';

// A replay goes over old events again: a released hold must not stand for a moment, so a row only follows newer events.

export const insertHold = (hold: {
  holdId: string;
  version: number;
  scope: { protocolId: string; subjectRef?: string; disclosureId?: string };
}): Statement => ({
  name: 'insert_hold_fact',
  text: `INSERT INTO hold_fact (hold_id, version, protocol_id, subject_ref, disclosure_id) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (hold_id) DO NOTHING`,
  values: [
    hold.holdId,
    hold.version,
    hold.scope.protocolId,
    hold.scope.subjectRef ?? null,
    hold.scope.disclosureId ?? null,
  ],
});

export const releaseHold = (holdId: string, version: number, at: Date): Statement => ({
  name: 'release_hold_fact',
  text: `UPDATE hold_fact SET version = GREATEST(version, $2), released_at = $3 WHERE hold_id = $1 RETURNING hold_id`,
  values: [holdId, version, at],
});

/** A scope that names neither person nor disclosure covers the whole protocol. */
const covers = `h.released_at IS NULL AND h.protocol_id = d.protocol_id
  AND (h.subject_ref IS NULL OR h.subject_ref = d.subject_ref) AND (h.disclosure_id IS NULL OR h.disclosure_id = d.id)`;

/** Of a person whose processing is restricted nothing is erased either, but at the person's own request, which ends it. */
const restricts = `r.kind = 'restriction' AND r.lifted_at IS NULL AND r.protocol_id = d.protocol_id
  AND r.subject_ref = d.subject_ref`;

/** The holds and restrictions that stand over a disclosure. */
export const selectHoldsOver = (disclosureId: string): Statement => ({
  name: 'select_holds_over',
  text: `SELECT h.hold_id FROM disclosure d JOIN hold_fact h ON ${covers} WHERE d.id = $1
         UNION SELECT r.id FROM disclosure d JOIN subject_stop r ON ${restricts} WHERE d.id = $1 ORDER BY 1`,
  values: [disclosureId],
});

/** Disclosures of which something is kept for a hold only, and no hold stands any more. */
export const selectNoLongerHeld = (limit: number): Statement => ({
  name: 'select_no_longer_held',
  text: `SELECT DISTINCT d.id FROM vault_envelope e JOIN disclosure d ON d.id = e.disclosure_id
          WHERE e.superseded_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM hold_fact h WHERE ${covers})
            AND NOT EXISTS (SELECT 1 FROM subject_stop r WHERE ${restricts}) LIMIT $1`,
  values: [limit],
});
