import { inszKind } from '@convenant/kernel';
import { folded } from './glance.js';
import { tellingWords } from './telling-words.js';

const tellingWord = new RegExp(`(?<![a-z])(?:${tellingWords.join('|')})(?![a-z])`);
const elevenDigits = /\d{2}[.\- ]?\d{2}[.\- ]?\d{2}[.\- ]?\d{3}[.\- ]?\d{2}/g;

/** What a typed value carries beside what its field is for, or null. */
export type HiddenContent = 'specialCategory' | 'identifier';

/**
 * Looks in typed text for special categories of data and for a national number; worth it for what a `glance` found suspicious.
 *
 * A safety net with known words, not a judgement of meaning: it can miss, so the closed list of fields and their formats
 * come first. It never reports what it found, only that it did.
 *
 * @see GDPR Art. 9, 10
 */
export function hiddenContent(value: string): HiddenContent | null {
  if (hidesNationalNumber(value)) return 'identifier';
  return tellingWord.test(folded(value)) ? 'specialCategory' : null;
}

function hidesNationalNumber(value: string): boolean {
  return (value.match(elevenDigits) ?? []).some((number) => inszKind(number) !== null);
}
