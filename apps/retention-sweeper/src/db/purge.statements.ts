/** A clock `c` that a standing hold covers. */
const held = `EXISTS (
  SELECT FROM hold h
   WHERE h.released_at IS NULL AND h.protocol_id = c.protocol_id
     AND (h.disclosure_id IS NULL OR h.disclosure_id = c.disclosure_id)
     AND (h.subject_ref IS NULL OR h.subject_ref = c.subject_ref))`;

export interface DueRow {
  readonly disclosure_id: string;
  readonly rule: string;
  readonly clause: string;
  readonly reason: string;
  readonly due_at: Date;
}

const dueSet = `
  SELECT c.disclosure_id, c.rule, c.clause, c.reason, c.due_at
    FROM retention_clock c
   WHERE c.protocol_id = $1 AND c.state = 'due' AND c.gap IS NULL AND NOT ${held}
   ORDER BY c.due_at, c.disclosure_id
   LIMIT $2`;

/** What may be erased now of protocol `$1`, the longest due first, at most `$2`. */
export const readDueSet = { name: 'retention-read-due-set', text: dueSet };

/** The same, locked to the commit: nobody else takes them, and no trigger moves them meanwhile. */
export const takeDueSet = { name: 'retention-take-due-set', text: `${dueSet} FOR UPDATE OF c` };

/** How many of protocol `$1` are due by what stands in their way. */
export const countDue = {
  name: 'retention-count-due',
  text: `SELECT count(*) FILTER (WHERE held)::int AS held,
                count(*) FILTER (WHERE NOT held AND gap IS NOT NULL)::int AS gaps,
                count(*) FILTER (WHERE NOT held AND gap IS NULL)::int AS erasable
           FROM (SELECT gap, ${held} AS held FROM retention_clock c WHERE protocol_id = $1 AND state = 'due') due`,
};

/** Due under protocol `$1`, but a decision is missing: sorted, for their hash. */
export const readDueGaps = {
  name: 'retention-read-due-gaps',
  text: `SELECT c.disclosure_id, c.rule, c.clause, c.reason, c.due_at, c.gap
           FROM retention_clock c
          WHERE c.protocol_id = $1 AND c.state = 'due' AND c.gap IS NOT NULL AND NOT ${held}
          ORDER BY c.due_at, c.disclosure_id`,
};

/** `$1` disclosures whose erasure begins. */
export const beginErasing = {
  name: 'retention-begin-erasing',
  text: `UPDATE retention_clock SET state = 'erasing', next_look_at = NULL WHERE disclosure_id = ANY ($1::uuid[])`,
};

/** `$1` purge, `$2` erasure ids, then the columns of the due set in one order. */
export const insertErasures = {
  name: 'retention-insert-erasures',
  text: `INSERT INTO erasure (id, purge_id, disclosure_id, rule, clause, reason, due_at, state)
         SELECT e.id, $1, e.disclosure_id, e.rule, e.clause, e.reason, e.due_at, 'planned'
           FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
                AS e (id, disclosure_id, rule, clause, reason, due_at)
          ORDER BY e.disclosure_id`,
};

/** The next `$1` erasures that transfer has not been asked for. */
export const plannedErasures = {
  name: 'retention-planned-erasures',
  text: `SELECT id FROM erasure WHERE state = 'planned' ORDER BY id LIMIT $1`,
};

/**
 * Those of `$1` that a hold covers by now: they are over, and their disclosures are due again. Asking for them would race
 * the hold to transfer, on another partition.
 */
export const keepHeld = {
  name: 'retention-keep-held',
  text: `WITH kept AS (
           UPDATE erasure e SET state = 'held'
             FROM retention_clock c
            WHERE e.id = ANY ($1::uuid[]) AND e.state = 'planned' AND c.disclosure_id = e.disclosure_id AND ${held}
        RETURNING e.disclosure_id)
         UPDATE retention_clock SET state = 'due'
          WHERE disclosure_id IN (SELECT disclosure_id FROM kept) AND state = 'erasing'
      RETURNING disclosure_id`,
};

export interface ErasureToRequest {
  readonly id: string;
  readonly purge_id: string;
  readonly disclosure_id: string;
  readonly protocol_id: string;
  readonly protocol_version: number;
  readonly subject_ref: string;
  readonly items: string[];
  readonly rule: string;
  readonly clause: string;
  readonly reason: string;
  readonly due_at: Date;
  readonly correlation_id: string;
  /** Of an erasure by right. */
  readonly request_id: string | null;
  readonly by_party: string | null;
}

/** Marks those of `$1` that nobody has asked for yet, and gives what asking takes. */
export const markRequested = {
  name: 'retention-mark-requested',
  text: `UPDATE erasure e SET state = 'requested'
           FROM purge p, disclosure_fact d LEFT JOIN early_erasure r ON r.disclosure_id = d.disclosure_id
          WHERE e.id = ANY ($1::uuid[]) AND e.state = 'planned' AND p.id = e.purge_id
            AND d.disclosure_id = e.disclosure_id
      RETURNING e.id, e.purge_id, e.disclosure_id, d.protocol_id, d.protocol_version, d.subject_ref, d.items,
                e.rule, e.clause, e.reason, e.due_at, p.correlation_id, r.request_id, r.party AS by_party`,
};

/** Purges of which every erasure is answered. */
export const answeredPurges = {
  name: 'retention-answered-purges',
  text: `SELECT id FROM purge p
          WHERE state = 'started'
            AND NOT EXISTS (SELECT FROM erasure e WHERE e.purge_id = p.id AND e.state IN ('planned', 'requested'))
          ORDER BY id LIMIT $1`,
};

/** Erasures of the purges `$1` by state. */
export const countErasures = {
  name: 'retention-count-erasures',
  text: `SELECT purge_id, count(*) FILTER (WHERE state = 'requested')::int AS asked,
                count(*) FILTER (WHERE state = 'erased')::int AS erased,
                count(*) FILTER (WHERE state = 'held')::int AS held
           FROM erasure WHERE purge_id = ANY ($1::uuid[]) GROUP BY purge_id`,
};

/** Hash of the set that the last failed purge of protocol `$1` was about, with its cause `$2`. */
export const lastFailure = {
  name: 'retention-last-failure',
  text: `SELECT set_hash FROM purge WHERE protocol_id = $1 AND state = 'failed' AND cause = $2 AND origin = 'schedule'
          ORDER BY id DESC LIMIT 1`,
};
