import type { Statement } from './statement.js';

/** Instants are epoch milliseconds: parsing dates costs more than deciding. */
const millis = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`;

export interface ChangedVersion {
  version: number;
  digest: string;
  effectiveFrom: number | null;
}

/** A protocol that is not, or not any more, what the caller knows; version 0 when it is not there. */
export interface ChangedProtocol {
  id: string;
  version: number;
  sender: string | null;
  receiver: string | null;
  /** Of an accession. */
  frameworkId: string | null;
  suspendedFrom: number | null;
  endedAt: number | null;
  stopClause: string | null;
  /** The one that came into force last first. */
  versions: ChangedVersion[] | null;
}

/** Version 0 when it is not there; then the rest is null. */
export interface ChangedConsent {
  id: string;
  version: number;
  used: boolean;
  state: 'given' | 'refused' | 'withdrawn';
  subjectRef: string;
  protocolId: string;
  purpose: string;
  items: string[];
  party: string;
  unit: string;
  category: string;
  noticePoints: string[];
  givenAt: number;
  expiresAt: number | null;
}

/** Version 0 when it is not there; then the rest is null. */
export interface ChangedSubject {
  id: string;
  version: number;
  protocolId: string | null;
  restricted: boolean;
  objection: 'pending' | 'upheld' | null;
  identifiable: boolean;
}

/** Each null when nothing of that kind changed. */
export interface ChangedFactsRow {
  protocols: ChangedProtocol[] | null;
  consents: ChangedConsent[] | null;
  subjects: ChangedSubject[] | null;
}

/**
 * The current rows of all facts that differ from what the caller knows, in one snapshot. Whatever changes a fact raises its
 * version; that a consent was used stands in a table of its own.
 */
export const selectChangedFacts = (known: {
  protocols: readonly { id: string; version: number }[];
  consents: readonly { id: string; version: number; used: boolean }[];
  subjects: readonly { id: string; version: number }[];
}): Statement => ({
  name: 'select_changed_facts',
  text: `
    SELECT
      (SELECT json_agg(changed) FROM (
        SELECT known.id, COALESCE(f.version, 0) AS version, f.sender, f.receiver,
               f.framework_id AS "frameworkId", ${millis('f.suspended_from')} AS "suspendedFrom", ${millis('f.ended_at')} AS "endedAt",
               f.stop_clause AS "stopClause",
               (SELECT json_agg(json_build_object('version', v.protocol_version, 'digest', v.model_digest,
                                                  'effectiveFrom', ${millis('v.effective_from')})
                                ORDER BY v.effective_from DESC NULLS LAST, v.protocol_version DESC)
                  FROM protocol_version_fact v WHERE v.protocol_id = f.protocol_id) AS versions
          FROM unnest($1::uuid[], $2::int[]) AS known (id, version)
          LEFT JOIN protocol_fact f ON f.protocol_id = known.id
         WHERE COALESCE(f.version, 0) <> known.version) AS changed) AS protocols,
      (SELECT json_agg(changed) FROM (
        SELECT known.id, COALESCE(f.version, 0) AS version, u.consent_id IS NOT NULL AS used, f.state,
               f.subject_ref AS "subjectRef", f.protocol_id AS "protocolId", f.purpose, f.items,
               f.recipient_party AS party, f.recipient_unit AS unit, f.recipient_category AS category,
               f.notice_points AS "noticePoints", ${millis('f.given_at')} AS "givenAt",
               ${millis('f.expires_at')} AS "expiresAt"
          FROM unnest($3::uuid[], $4::int[], $5::bool[]) AS known (id, version, used)
          LEFT JOIN consent_fact f ON f.consent_id = known.id
          LEFT JOIN consent_use u ON u.consent_id = known.id
         WHERE COALESCE(f.version, 0) <> known.version
            OR (u.consent_id IS NOT NULL) <> known.used) AS changed) AS consents,
      (SELECT json_agg(changed) FROM (
        SELECT known.id, COALESCE(s.version, 0) AS version, s.protocol_id AS "protocolId", s.restricted, s.objection,
               s.mapping = 'kept' AS identifiable
          FROM unnest($6::uuid[], $7::int[]) AS known (id, version)
          LEFT JOIN subject s ON s.subject_ref = known.id
         WHERE COALESCE(s.version, 0) <> known.version) AS changed) AS subjects`,
  values: [
    known.protocols.map(({ id }) => id),
    known.protocols.map(({ version }) => version),
    known.consents.map(({ id }) => id),
    known.consents.map(({ version }) => version),
    known.consents.map(({ used }) => used),
    known.subjects.map(({ id }) => id),
    known.subjects.map(({ version }) => version),
  ],
});

/** Nothing when the version has another model by now. */
export const selectModelOfDigest = (protocolId: string, protocolVersion: number, digest: string): Statement => ({
  name: 'select_model_of_digest',
  text: `SELECT model FROM protocol_version_fact
          WHERE protocol_id = $1 AND protocol_version = $2 AND model_digest = $3`,
  values: [protocolId, protocolVersion, digest],
});
