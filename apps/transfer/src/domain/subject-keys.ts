import { inszKind, normalInsz } from '@convenant/kernel';

/** What points to a person within one party and protocol: an agency's case, or an official identifier. */
export interface SubjectKey {
  /** `agencyCase` or the kind of the identifier. */
  readonly kind: string;
  /** Normal form: the same key is the same text. A direct identifier: sealed or hashed before it is stored. */
  readonly value: string;
}

export const AGENCY_CASE = 'agencyCase';
const identifierKinds = ['nationalNumber', 'bisNumber', 'afisNumber'] as const;

/** Why an identifier is none, for the caller. */
export type IdentifierFault = 'kindUnknown' | 'checkDigits';

/** An agency's case reference, as people may write it: outer blanks and Unicode forms do not make another case. */
export function caseKey(agencyCaseRef: string): SubjectKey {
  return { kind: AGENCY_CASE, value: agencyCaseRef.normalize('NFC').trim() };
}

/**
 * The normal form of an identifier. The check digits of a national or BIS number are verified, and that it is of the kind
 * it says; an AFIS number has none.
 */
export function identifierKey(identifier: { kind: string; value: string }): SubjectKey | IdentifierFault {
  const { kind, value } = identifier;
  if (!identifierKinds.some((known) => known === kind)) return 'kindUnknown';
  if (kind === 'afisNumber') return { kind, value: value.replace(/\s/g, '').toUpperCase() };
  return inszKind(value) === kind ? { kind, value: normalInsz(value) } : 'checkDigits';
}
