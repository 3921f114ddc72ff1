import { normalInsz } from '@convenant/kernel';
import { hasFormat } from '@convenant/protocol';
import { identifierKey, type SubjectKey } from './subject-keys.js';

/**
 * What a look-up names: a unique identifier in its normal form; something that is none (a name, part of a number, a
 * wildcard), which no protocol lets one look up by; or a number whose check digits are wrong, which is a mistake to correct.
 */
export type NamedPerson = SubjectKey | 'notAnIdentifier' | 'checkDigits';

/** Reads what the caller named. Pure; the value is never part of an error. */
export function namedPerson(named: { kind: string; value: string }): NamedPerson {
  const key = identifierKey(named);
  if (key === 'kindUnknown') return 'notAnIdentifier';
  if (key === 'checkDigits') return /^\d{11}$/.test(normalInsz(named.value)) ? 'checkDigits' : 'notAnIdentifier';
  return key.kind !== 'afisNumber' || hasFormat('afisNumber', key.value) ? key : 'notAnIdentifier';
}
