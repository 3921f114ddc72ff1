import type { Statement } from './statement.js';

export const selectModel = (protocolId: string, protocolVersion: number): Statement => ({
  name: 'select_model',
  text: 'SELECT model FROM protocol_version_fact WHERE protocol_id = $1 AND protocol_version = $2',
  values: [protocolId, protocolVersion],
});

// Each of the following changes a row only to what a newer event says: while a replay goes over old events again, a
// withdrawn consent or a suspended protocol must not look open for a moment.

export const upsertProtocolDraft = (draft: {
  protocolId: string;
  version: number;
  sender: string;
  receiver: string;
  /** Of an accession. */
  frameworkId: string | null;
}): Statement => ({
  name: 'upsert_protocol_fact',
  text: `INSERT INTO protocol_fact (protocol_id, version, sender, receiver, framework_id) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (protocol_id) DO UPDATE
         SET version = GREATEST(protocol_fact.version, EXCLUDED.version), framework_id = EXCLUDED.framework_id`,
  values: [draft.protocolId, draft.version, draft.sender, draft.receiver, draft.frameworkId],
});

/** @param version `effectiveFrom`: null while it is a draft; then `model` is the text, which the parties' decisions fill */
export const upsertProtocolVersion = (version: {
  protocolId: string;
  protocolVersion: number;
  model: string;
  digest: string;
  effectiveFrom: Date | null;
}): Statement => ({
  name: 'upsert_protocol_version_fact',
  text: `INSERT INTO protocol_version_fact (protocol_id, protocol_version, model, model_digest, effective_from, text_model)
         VALUES ($1, $2, $3, $4, $5, CASE WHEN $5::timestamptz IS NULL THEN $3::jsonb END)
         ON CONFLICT (protocol_id, protocol_version) DO UPDATE
         SET model = EXCLUDED.model, model_digest = EXCLUDED.model_digest, effective_from = EXCLUDED.effective_from,
             text_model = COALESCE(protocol_version_fact.text_model, EXCLUDED.text_model)
         WHERE protocol_version_fact.effective_from IS NULL`,
  values: [version.protocolId, version.protocolVersion, version.model, version.digest, version.effectiveFrom],
});

export interface DecidedTextRow {
  text_model: unknown;
  decisions: StoredDecision[];
}

/** A decision of a party as it is kept, with the id that tells a repeat. */
export interface StoredDecision {
  decisionId: string;
  openPointId: string;
  value: string;
  decidedBy: 'sender' | 'receiver';
  capacity: string;
  decidedOn: string;
}

/** The text of a version with what was decided so far; the running model where the text itself was not kept. */
export const selectDecidedText = (protocolId: string, protocolVersion: number): Statement => ({
  name: 'select_decided_text',
  text: `SELECT COALESCE(text_model, model) AS text_model, decisions FROM protocol_version_fact
          WHERE protocol_id = $1 AND protocol_version = $2`,
  values: [protocolId, protocolVersion],
});

export const fillModel = (filled: {
  protocolId: string;
  protocolVersion: number;
  decisions: readonly StoredDecision[];
  model: string;
  digest: string;
}): Statement => ({
  name: 'fill_model',
  text: `UPDATE protocol_version_fact SET decisions = $3, model = $4, model_digest = $5
          WHERE protocol_id = $1 AND protocol_version = $2`,
  values: [filled.protocolId, filled.protocolVersion, JSON.stringify(filled.decisions), filled.model, filled.digest],
});

export const selectProtocolParties = (protocolId: string): Statement => ({
  name: 'select_protocol_parties',
  text: 'SELECT sender, receiver FROM protocol_fact WHERE protocol_id = $1',
  values: [protocolId],
});

export const touchProtocol = (protocolId: string, version: number): Statement => ({
  name: 'touch_protocol_fact',
  text: 'UPDATE protocol_fact SET version = GREATEST(version, $2) WHERE protocol_id = $1 RETURNING protocol_id',
  values: [protocolId, version],
});

/** The earliest end counts: a termination during a notice period ends the flow at once. */
export const endProtocol = (protocolId: string, version: number, endsAt: Date, clause: string): Statement => ({
  name: 'end_protocol_fact',
  text: `UPDATE protocol_fact
            SET version = GREATEST(version, $2), ended_at = LEAST(ended_at, $3),
                stop_clause = CASE WHEN ended_at IS NULL OR ended_at > $3 THEN $4 ELSE stop_clause END
          WHERE protocol_id = $1 RETURNING protocol_id`,
  values: [protocolId, version, endsAt, clause],
});

export const suspendProtocol = (protocolId: string, version: number, from: Date, clause: string): Statement => ({
  name: 'suspend_protocol_fact',
  text: `UPDATE protocol_fact
            SET version = GREATEST(version, $2),
                suspended_from = CASE WHEN version < $2 THEN $3 ELSE suspended_from END,
                stop_clause = COALESCE(stop_clause, $4)
          WHERE protocol_id = $1 RETURNING protocol_id`,
  values: [protocolId, version, from, clause],
});

export const resumeProtocol = (protocolId: string, version: number): Statement => ({
  name: 'resume_protocol_fact',
  text: `UPDATE protocol_fact
            SET version = GREATEST(version, $2),
                suspended_from = CASE WHEN version < $2 THEN NULL ELSE suspended_from END,
                stop_clause = CASE WHEN version < $2 AND ended_at IS NULL THEN NULL ELSE stop_clause END
          WHERE protocol_id = $1 RETURNING protocol_id`,
  values: [protocolId, version],
});

export const insertConsentFact = (consent: {
  consentId: string;
  version: number;
  state: 'given' | 'refused';
  subjectRef: string;
  protocolId: string;
  purpose: string;
  items: readonly string[];
  recipient: { party: string; unit: string; category: string };
  noticePoints: readonly string[];
  givenAt: Date;
  expiresAt: Date | null;
}): Statement => ({
  name: 'insert_consent_fact',
  text: `INSERT INTO consent_fact (consent_id, version, state, subject_ref, protocol_id, purpose, items,
                recipient_party, recipient_unit, recipient_category, notice_points, given_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (consent_id) DO NOTHING`,
  values: [
    consent.consentId,
    consent.version,
    consent.state,
    consent.subjectRef,
    consent.protocolId,
    consent.purpose,
    consent.items,
    consent.recipient.party,
    consent.recipient.unit,
    consent.recipient.category,
    consent.noticePoints,
    consent.givenAt,
    consent.expiresAt,
  ],
});

export const withdrawConsentFact = (consentId: string, version: number, withdrawnAt: Date): Statement => ({
  name: 'withdraw_consent_fact',
  text: `UPDATE consent_fact SET version = GREATEST(version, $2), state = 'withdrawn', withdrawn_at = $3
          WHERE consent_id = $1 RETURNING consent_id`,
  values: [consentId, version, withdrawnAt],
});
