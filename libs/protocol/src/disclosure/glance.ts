import type { FieldFormat } from '../model/content.schema.js';
import { tellingWords } from './telling-words.js';

/** What one look at a typed value tells. */
export interface Glance {
  /** It may carry more than its field is for: the expressions must look at it. */
  readonly suspicious: boolean;
  /** It surely has the format of its field, and is not suspicious. */
  readonly plain: boolean;
}

const SUSPICIOUS: Glance = { suspicious: true, plain: false };
const PLAIN: Glance = { suspicious: false, plain: true };
const NEITHER: Glance = { suspicious: false, plain: false };

/** How plain words of one format look. */
export interface GlanceRule {
  /** The bit of this format in `classes`. */
  readonly bit: number;
  readonly longest: number;
  /** Whether a digit may stand first, as in a street; else a letter must. */
  readonly digitFirst: boolean;
}

/** Formats in which a person types words: only these can hide something else. Two of them have no plain form. */
const rules: Partial<Record<FieldFormat, GlanceRule>> = {
  personName: { bit: 1, longest: 100, digitFirst: false },
  street: { bit: 2, longest: 150, digitFirst: true },
  municipality: { bit: 4, longest: 100, digitFirst: false },
  code: { bit: 0, longest: 0, digitFirst: false },
  text: { bit: 0, longest: 0, digitFirst: false },
};

const LETTER = 8;
const DIGIT = 16;
/** Beyond this no character is told apart: Latin letters with their accents end here. */
const KNOWN = 0x180;
/** For each character what it is and in which formats it is plain; 0 for what stands in no plain value. */
const classes = new Uint8Array(KNOWN);
/** For each letter its place in the alphabet without accents, from 0. */
const places = new Uint8Array(KNOWN);

for (const [characters, bits] of [
  ['0123456789', 2 | DIGIT],
  ["'. -", 1 | 2 | 4],
  [',/', 2],
  ['()', 2 | 4],
] as const) {
  for (const character of characters) classes[character.charCodeAt(0)] = bits;
}
for (let code = 0; code < KNOWN; code += 1) {
  const letter = folded(String.fromCharCode(code));
  // What falls apart into two letters, or is no letter that a telling word is spelled with, is left to the expressions.
  if (!/^[a-z]$/.test(letter) || !/^\p{L}$/u.test(String.fromCharCode(code))) continue;
  classes[code] = 1 | 2 | 4 | LETTER;
  places[code] = letter.charCodeAt(0) - 97;
}

/** The first three letters of the telling words: a value without such a word beginning, which is nearly every one, is clean. */
const beginnings = new Uint8Array(26 * 26 * 26);
for (const word of tellingWords) {
  beginnings[(word.charCodeAt(0) - 97) * 676 + (word.charCodeAt(1) - 97) * 26 + word.charCodeAt(2) - 97] = 1;
}

/**
 * One pass over the characters: it runs on every value of every disclosure, so that the expressions run on a few. Suspicious
 * is a character of another script, eleven digits, the beginning of a telling word.
 */
export function glance(format: FieldFormat, value: string): Glance {
  return glanceBy(ruleOf(format), value);
}

/** The rule of a format, once for all its values; undefined for a format in which nobody types words. */
export function ruleOf(format: FieldFormat): GlanceRule | undefined {
  return rules[format];
}

/** A `glance` by the rule of the format. */
export function glanceBy(rule: GlanceRule | undefined, value: string): Glance {
  if (rule === undefined) return NEITHER;
  let common = rule.bit;
  let digits = 0;
  let letters = 0;
  let beginning = 0;
  for (let i = 0; i < value.length; i += 1) {
    const code = value.charCodeAt(i);
    const is = code < KNOWN ? classes[code]! : 0;
    if (is === 0 && code > 127) return SUSPICIOUS;
    common &= is;
    if ((is & LETTER) !== 0) {
      letters += 1;
      if (letters <= 3) {
        beginning = beginning * 26 + places[code]!;
        if (letters === 3 && beginnings[beginning] === 1) return SUSPICIOUS;
      }
    } else {
      letters = 0;
      beginning = 0;
      if ((is & DIGIT) !== 0) digits += 1;
    }
  }
  if (digits >= 11) return SUSPICIOUS;
  if (common === 0 || value.length === 0 || value.length > rule.longest) return NEITHER;
  const first = classes[value.charCodeAt(0)]!;
  return (first & LETTER) !== 0 || (rule.digitFirst && (first & DIGIT) !== 0) ? PLAIN : NEITHER;
}

/** Lower case without accents, so that one spelling of each word is enough. */
export function folded(value: string): string {
  return value.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
