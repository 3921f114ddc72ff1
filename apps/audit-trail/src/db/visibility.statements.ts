/**
 * Who may see an entry, as SQL over the entry `e`: the one place that decides it, at each reading, for page queries as
 * for whatever reads the trail later. `$1` is the reader's party (null for none), `$2` whether the reader operates the
 * installation. An entry whose basis is not known is shown to nobody.
 */
export const visible = `(
  ${byOwnBasis('e')}
  OR ($2::boolean AND 'I' = ANY (e.sees))
  OR ('as-cause' = ANY (e.sees) AND EXISTS (
        SELECT 1 FROM trail_entry c
         WHERE c.service = e.basis_cause_service AND c.subject = e.basis_cause_subject
           AND c.aggregate_version = e.basis_cause_version AND ${byOwnBasis('c')}))
  OR ('as-blocked' = ANY (e.sees) AND EXISTS (
        SELECT 1 FROM trail_entry c WHERE c.subject = e.basis_cause_subject AND ${byOwnBasis('c')}))
)`;

/** Visible by what the entry `alias` says itself. */
function byOwnBasis(alias: string): string {
  const party = (side: string) => `EXISTS (
    SELECT 1 FROM protocol_party p WHERE p.protocol_id = ${alias}.basis_protocol_id AND p.${side} = $1::uuid)`;
  const sees = (viewer: string) => `'${viewer}' = ANY (${alias}.sees)`;
  return `(
    (${sees('S')} AND ${party('sender')})
    OR (${sees('R')} AND ${party('receiver')})
    OR (${sees('R-if-disclosed')} AND ${party('receiver')}
        AND EXISTS (SELECT 1 FROM consent_disclosed d WHERE d.consent_id = ${alias}.basis_consent_id))
    OR (${sees('P')} AND ${alias}.basis_about_party = $1::uuid)
    OR (${sees('requester')} AND ${alias}.basis_requester_party = $1::uuid)
    OR (${sees('C')} AND ${alias}.basis_counterparty = $1::uuid)
    OR (${sees('C')} AND ${alias}.service = 'register' AND EXISTS (
          SELECT 1 FROM protocol_party p
           WHERE (p.sender = $1::uuid AND p.receiver = ${alias}.basis_about_party)
              OR (p.receiver = $1::uuid AND p.sender = ${alias}.basis_about_party)))
  )`;
}

/** One page of what the reader may see, oldest first: `$3` after, `$4` limit, then the filters, null for none. */
export const readEntries = {
  name: 'trail-read-entries',
  text: `SELECT e.position, e.service, e.sequence, e.id, e.name, e.subject, e.aggregate_version, e.occurred_at,
                e.recorded_at, e.protocol_id, e.protocol_version, e.clause, e.actor_party, e.actor_ref,
                e.correlation_id, e.causation_id, e.data
           FROM trail_entry e
          WHERE e.position > $3
            AND ($5::uuid IS NULL OR e.basis_protocol_id = $5)
            AND ($6::text IS NULL OR e.service = $6)
            AND ($7::text IS NULL OR e.name = $7)
            AND ($8::text IS NULL OR e.correlation_id = $8)
            AND ${visible}
          ORDER BY e.position
          LIMIT $4`,
};
