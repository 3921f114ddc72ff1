/**
 * Protocols that were activated and whose entries may say something else by now: at `$1` something is due, or an event was
 * recorded since the last look. At most `$2`.
 */
export const dueEntryLooks = {
  name: 'register-due-entry-looks',
  text: `SELECT p.id
           FROM protocol p
           LEFT JOIN register_entry_look l ON l.protocol_id = p.id
          WHERE (l.protocol_id IS NULL OR l.next_look_at <= $1 OR l.seen_version <
                 (SELECT max(e.aggregate_version) FROM protocol_event e WHERE e.protocol_id = p.id))
            AND EXISTS (SELECT FROM protocol_event e WHERE e.protocol_id = p.id AND e.type = 'protocol.activated')
          ORDER BY p.id LIMIT $2`,
};

/** The number of the last event of protocol `$1`. */
export const lastProtocolEvent = {
  name: 'register-last-protocol-event',
  text: 'SELECT max(aggregate_version) AS version FROM protocol_event WHERE protocol_id = $1',
};

/** What ran under protocol `$1`, by the way it went. Disclosures that were learnt before the way was kept have none. */
export const flowsOfProtocol = {
  name: 'register-flows-of-protocol',
  text: `SELECT protocol_version AS "protocolVersion", category, purpose, route, items, count(*)::integer AS disclosures,
                min(requested_at) AS "firstAt", max(requested_at) AS "lastAt"
           FROM disclosure_fact WHERE protocol_id = $1
          GROUP BY protocol_version, category, purpose, route, items`,
};

/** Disclosures under protocol `$1` before `$2` or from `$3` on. */
export const disclosedOutsideTerm = {
  name: 'register-disclosed-outside-term',
  text: `SELECT count(*)::integer AS disclosures, min(requested_at) AS since
           FROM disclosure_fact WHERE protocol_id = $1 AND (requested_at < $2 OR requested_at >= $3)`,
};

/** Disclosures under protocol `$1` that arrived before `$2` and of which some item was not erased. */
export const keptSince = {
  name: 'register-kept-since',
  text: `SELECT count(*)::integer AS disclosures, min(i.obtained_at) AS since
           FROM information_duty i
           JOIN disclosure_fact d ON d.disclosure_id = i.disclosure_id
           LEFT JOIN erasure_fact e ON e.disclosure_id = i.disclosure_id
          WHERE i.protocol_id = $1 AND i.obtained_at < $2 AND NOT d.items <@ coalesce(e.items, '{}')`,
};

/** How many disclosures under protocol `$1` have been erased, wholly or in part. */
export const erasedOfProtocol = {
  name: 'register-erased-of-protocol',
  text: 'SELECT count(*)::integer AS erased FROM erasure_fact WHERE protocol_id = $1',
};

/** That items `$3` of disclosure `$1` under protocol `$2` are erased, beside those before. */
export const addErased = {
  name: 'register-add-erased',
  text: `INSERT INTO erasure_fact (disclosure_id, protocol_id, items) VALUES ($1, $2, $3)
         ON CONFLICT (disclosure_id) DO UPDATE SET items =
           ARRAY(SELECT DISTINCT unnest(erasure_fact.items || excluded.items) ORDER BY 1)`,
};
