/**
 * Belgian identifiers and their check digits.
 *
 * @see https://www.ibz.rrn.fgov.be (national number), Belgif person and organization identifiers
 */

/** Digits only: dots, dashes and spaces that people write are dropped. */
function digits(value: string): string {
  return value.replace(/[.\-\s]/g, '');
}

/** 97 minus the remainder, so that a remainder of 0 gives 97. */
function check97(number: bigint): number {
  return 97 - Number(number % 97n);
}

/**
 * True for an enterprise number (KBO/BCE): ten digits, the first 0 or 1, the last two 97 minus the first eight mod 97.
 * Accepts `0886.886.638` and `0886886638`.
 */
export function isEnterpriseNumber(value: string): boolean {
  const number = digits(value);
  return /^[01]\d{9}$/.test(number) && check97(BigInt(number.slice(0, 8))) === Number(number.slice(8));
}

/** Ten digits without separators. */
export function normalEnterpriseNumber(value: string): string {
  return digits(value);
}

/** What an INSZ/NISS says of itself, or why it is none. */
export type InszKind = 'nationalNumber' | 'bisNumber';

/**
 * The kind of an INSZ (national number or BIS number), or null when the digits or the date part cannot be right.
 *
 * The century follows from which check fits; the two can never both fit. Month and day may be 00 (unknown). BIS numbers
 * add 20 (sex unknown) or 40 (known) to the month.
 */
export function inszKind(value: string): InszKind | null {
  const number = digits(value);
  if (!/^\d{11}$/.test(number)) return null;
  const stem = number.slice(0, 9);
  const control = Number(number.slice(9));
  if (check97(BigInt(stem)) !== control && check97(BigInt(`2${stem}`)) !== control) return null;
  const month = Number(number.slice(2, 4));
  const day = Number(number.slice(4, 6));
  if (day > 31) return null;
  if (month <= 12) return 'nationalNumber';
  return (month >= 20 && month <= 32) || (month >= 40 && month <= 52) ? 'bisNumber' : null;
}

/** Eleven digits without separators. */
export function normalInsz(value: string): string {
  return digits(value);
}
