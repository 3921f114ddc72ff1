import type { Statement } from './database.js';

/** Statements of a rebase: rare, but the shape is that of the others. */

/** A breach as it was reported; kept as it is when it is known. Its scope and phase follow in `breach.scope.computed`. */
export const foldBreach = (breach: {
  id: string;
  party: string;
  nature: readonly string[];
  occurredFrom: string;
  occurredTo: string | null;
  detectedAt: string;
  processorInformedAt: string | null;
  reportedAt: string;
  reportedBy: string;
}): Statement => ({
  name: 'breach_fold_breach',
  text: `INSERT INTO breach (id, party_id, state, nature, occurred_from, occurred_to, detected_at, processor_informed_at,
                             reported_at, reported_by, criteria, phase, scope)
         VALUES ($1, $2, 'suspected', $3, $4, $5, $6, $7, $8, $9, '{}', 1, '{}') ON CONFLICT (id) DO NOTHING`,
  values: [
    breach.id,
    breach.party,
    breach.nature,
    breach.occurredFrom,
    breach.occurredTo,
    breach.detectedAt,
    breach.processorInformedAt,
    breach.reportedAt,
    breach.reportedBy,
  ],
});

/** The phase whose scope was computed. Criteria stand in no event: where none is known, the affected protocols stand for them. */
export const foldPhase = (
  id: string,
  phase: number,
  occurredTo: string | null,
  scope: object,
  protocols: readonly string[],
): Statement => ({
  name: 'breach_fold_phase',
  text: `UPDATE breach SET phase = $2, occurred_to = $3, scope = $4,
                criteria = CASE WHEN criteria = '{}' THEN $5 ELSE criteria END WHERE id = $1`,
  values: [
    id,
    phase,
    occurredTo,
    JSON.stringify(scope),
    JSON.stringify(protocols.length > 0 ? { protocolIds: protocols } : {}),
  ],
});

/** A notice that the backup lacks, as any of its events tells it. */
export const foldNotice = (notice: {
  id: string;
  breachId: string;
  phase: number;
  protocolId: string;
  protocolVersion: number;
  partyId: string;
  counterparty: string;
  clause: string;
  nature: readonly string[];
  counts: object;
  items: readonly string[];
  findings: readonly string[];
  decidedAt: string;
  escalatesAt: string;
  correlationId: string;
  causationId: string;
}): Statement => ({
  name: 'breach_fold_notice',
  text: `INSERT INTO breach_notice (id, breach_id, phase, protocol_id, protocol_version, party_id, counterparty, clause,
                nature, counts, items, findings, decided_at, escalates_at, correlation_id, causation_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT (id) DO NOTHING`,
  values: [
    notice.id,
    notice.breachId,
    notice.phase,
    notice.protocolId,
    notice.protocolVersion,
    notice.partyId,
    notice.counterparty,
    notice.clause,
    notice.nature,
    JSON.stringify(notice.counts),
    notice.items,
    notice.findings,
    notice.decidedAt,
    notice.escalatesAt,
    notice.correlationId,
    notice.causationId,
  ],
});

/**
 * The mail that a counterparty's server took: not to be sent again. Its mailbox stands in no event, yet without a row the notice
 * would count as one that has nobody to write to.
 */
export const foldSentMail = (mail: {
  id: string;
  noticeId: string;
  toParty: string;
  mailbox: string;
  messageId: string;
  writtenAt: string;
  sentAt: string;
}): Statement => ({
  name: 'breach_fold_sent_mail',
  text: `INSERT INTO notice_mail (id, notice_id, kind, to_party, contact, mailbox, message_id, written_at, state, tries, sent_at)
         VALUES ($1, $2, 'notice', $3, 'breach', $4, $5, $6, 'sent', 1, $7)
         ON CONFLICT (message_id) DO UPDATE SET state = 'sent', sent_at = EXCLUDED.sent_at, claimed_until = NULL`,
  values: [mail.id, mail.noticeId, mail.toParty, mail.mailbox, mail.messageId, mail.writtenAt, mail.sentAt],
});
