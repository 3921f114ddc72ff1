import type { FilingDocument } from '@convenant/contracts';
import type { Statement } from './database.js';

export interface FilingRow {
  readonly id: string;
  readonly breach_id: string;
  readonly phase: number;
  readonly authority: 'gba-apd' | 'vtc' | 'coc';
  readonly language: 'nl' | 'fr' | 'de';
  readonly document: FilingDocument;
  readonly document_hash: string;
  readonly prepared_at: Date;
  readonly receipt_code: string | null;
  readonly filed_at: Date | null;
  readonly within_deadline: boolean | null;
}

export const insertFiling = (filing: {
  id: string;
  breachId: string;
  phase: number;
  authority: string;
  language: string;
  document: FilingDocument;
  documentHash: string;
  preparedAt: string;
}): Statement => ({
  name: 'breach_insert_filing',
  text: `INSERT INTO authority_filing (id, breach_id, phase, authority, language, document, document_hash, prepared_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
  values: [
    filing.id,
    filing.breachId,
    filing.phase,
    filing.authority,
    filing.language,
    JSON.stringify(filing.document),
    filing.documentHash,
    filing.preparedAt,
  ],
});

export const selectFilings = (breachIds: readonly string[]): Statement => ({
  name: 'breach_select_filings',
  text: 'SELECT * FROM authority_filing WHERE breach_id = ANY ($1::uuid[]) ORDER BY id',
  values: [breachIds],
});

export const selectFiling = (id: string, breachId: string): Statement => ({
  name: 'breach_select_filing',
  text: 'SELECT * FROM authority_filing WHERE id = $1 AND breach_id = $2',
  values: [id, breachId],
});

export const setFiled = (id: string, receiptCode: string, filedAt: string, within: boolean): Statement => ({
  name: 'breach_set_filed',
  text: 'UPDATE authority_filing SET receipt_code = $2, filed_at = $3, within_deadline = $4 WHERE id = $1',
  values: [id, receiptCode, filedAt, within],
});

export interface SubjectInformationRow {
  readonly id: string;
  readonly breach_id: string;
  readonly mode: 'direct' | 'publicCommunication' | 'exempt';
  readonly exemption: 'unintelligible' | 'riskRemoved' | 'disproportionateEffort' | null;
  readonly persons: number;
  readonly informed_at: Date;
}

export const insertSubjectInformation = (information: {
  id: string;
  breachId: string;
  mode: string;
  exemption: string | null;
  persons: number;
  phase: number;
  informedAt: string;
  textHash: string | null;
}): Statement => ({
  name: 'breach_insert_subject_information',
  text: `INSERT INTO subject_information (id, breach_id, mode, exemption, persons, phase, informed_at, text_hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
  values: [
    information.id,
    information.breachId,
    information.mode,
    information.exemption,
    information.persons,
    information.phase,
    information.informedAt,
    information.textHash,
  ],
});

export const selectSubjectInformation = (breachIds: readonly string[]): Statement => ({
  name: 'breach_select_subject_information',
  text: `SELECT id, breach_id, mode, exemption, persons, informed_at FROM subject_information
          WHERE breach_id = ANY ($1::uuid[]) ORDER BY id`,
  values: [breachIds],
});
