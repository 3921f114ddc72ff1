import { inszKind } from '@convenant/kernel';
import type { FieldFormat } from '../model/content.schema.js';
import { tellingWords } from './telling-words.js';

/** Formats in which a person types words: only these can hide something else. */
const freeFormats: ReadonlySet<FieldFormat> = new Set(['personName', 'street', 'municipality', 'code', 'text']);

const tellingWord = new RegExp(`(?<![a-z])(?:${tellingWords.join('|')})(?![a-z])`);
/** The first three letters of the words: a value without such a word beginning, which is nearly every one, needs no more. */
const beginnings = new Set(
  tellingWords.map((word) => beginning(word.charCodeAt(0), word.charCodeAt(1), word.charCodeAt(2))),
);
const elevenDigits = /\d{2}[.\- ]?\d{2}[.\- ]?\d{2}[.\- ]?\d{3}[.\- ]?\d{2}/g;

/** What a typed value carries beside what its field is for, or null. */
export type HiddenContent = 'specialCategory' | 'identifier';

/**
 * Looks in typed text for special categories of data and for a national number.
 *
 * A safety net with known words, not a judgement of meaning: it can miss, so the closed list of fields and their formats
 * come first. It never reports what it found, only that it did.
 *
 * @see GDPR Art. 9, 10
 */
export function hiddenContent(format: FieldFormat, value: string): HiddenContent | null {
  if (!freeFormats.has(format)) return null;
  const look = firstLook(value);
  if (look.digits >= 11 && hidesNationalNumber(value)) return 'identifier';
  return look.suspicious && tellingWord.test(folded(value)) ? 'specialCategory' : null;
}

/** One pass over the characters: this runs on every value of every disclosure, the expressions only on a few. */
function firstLook(value: string): { digits: number; suspicious: boolean } {
  let digits = 0;
  let suspicious = false;
  let length = 0;
  let first = 0;
  let second = 0;
  for (let i = 0; i < value.length; i += 1) {
    const code = value.charCodeAt(i);
    const letter = code | 32;
    if (letter >= 97 && letter <= 122) {
      length += 1;
      if (length === 1) first = letter;
      else if (length === 2) second = letter;
      else if (length === 3 && beginnings.has(beginning(first, second, letter))) suspicious = true;
    } else {
      length = 0;
      if (code >= 48 && code <= 57) digits += 1;
      else if (code > 127) suspicious = true;
    }
  }
  return { digits, suspicious };
}

function beginning(first: number, second: number, third: number): number {
  return (first << 16) | (second << 8) | third;
}

/** Lower case without accents, so that one spelling of each word is enough. */
function folded(value: string): string {
  return value.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function hidesNationalNumber(value: string): boolean {
  return (value.match(elevenDigits) ?? []).some((number) => inszKind(number) !== null);
}
