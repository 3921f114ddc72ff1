import { inszKind, isDate } from '@convenant/kernel';
import type { FieldFormat } from '../model/content.schema.js';

const patterns = {
  personName: /^[\p{L}\p{M}][\p{L}\p{M}'’. -]{0,99}$/u,
  street: /^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}'’.,/ ()-]{0,149}$/u,
  municipality: /^[\p{L}\p{M}][\p{L}\p{M}'’. ()-]{0,99}$/u,
  postalCode: /^[1-9]\d{3}$/,
  phone: /^\+?[\d ./()-]{8,25}$/,
  email: /^[^\s@<>"(),;:\\[\]]{1,64}@[^\s@<>"(),;:\\[\]]{1,190}$/,
  boolean: /^(true|false)$/,
  code: /^[\p{L}\p{N}][\p{L}\p{N} ./-]{0,59}$/u,
  afisNumber: /^[A-Za-z0-9./-]{1,30}$/,
  text: /^[^\p{Cc}]{1,500}$/u,
} as const;

/**
 * True when a value is what its field is for. A field of one kind must not carry something of another: data that the
 * protocol does not list could travel in it.
 */
export function hasFormat(format: FieldFormat, value: string): boolean {
  switch (format) {
    case 'date':
      return isDate(value);
    case 'nationalNumber':
      return inszKind(value) === 'nationalNumber';
    case 'bisNumber':
      return inszKind(value) === 'bisNumber';
    default:
      return patterns[format].test(value);
  }
}
