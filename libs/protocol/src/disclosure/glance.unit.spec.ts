import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hasFormat } from './field-formats.js';
import { hiddenContent } from './free-text-scan.js';
import { glance } from './glance.js';
import { tellingWords } from './telling-words.js';

const formats = ['personName', 'street', 'municipality', 'code', 'text'] as const;
const accents = ['', '\u0301', '\u0308'];
const pieces = fc.oneof(
  fc.constantFrom(...tellingWords),
  fc.constantFrom(
    'Zoë',
    'Élise',
    'Proefstraat',
    '12',
    '9170',
    "D'hondt",
    'Łukasz',
    'Ĳzer',
    'straße',
    'Ω',
    '×',
    '85.07.30',
  ),
  fc.constantFrom(...'abchipsmo .-/(),;@_0123456789éàçÉĳß'),
  fc.string({ maxLength: 4 }),
);
const typed = fc
  .tuple(fc.array(pieces, { maxLength: 8 }), fc.constantFrom('', ' ', '-'), fc.constantFrom(...accents), fc.boolean())
  .map(([parts, between, accent, upper]) => {
    const value = parts.join(between) + accent;
    return upper ? value.toUpperCase() : value;
  });

describe('a glance at a typed value', () => {
  it('never takes for clean what the expressions would find, and never for plain what has not the format', () => {
    fc.assert(
      fc.property(fc.constantFrom(...formats), typed, (format, value) => {
        const { suspicious, plain } = glance(format, value);
        if (hiddenContent(value) !== null) expect(suspicious).toBe(true);
        if (plain) expect([hasFormat(format, value), hiddenContent(value)]).toEqual([true, null]);
      }),
      { numRuns: 20_000 },
    );
  });

  it('finds every telling word, accented and in capitals too, inside an address', () => {
    for (const word of tellingWords) {
      for (const spelled of [
        word,
        word.toUpperCase(),
        word.replace('e', 'é'),
        word.replace('i', 'ï').normalize('NFD'),
      ]) {
        expect([spelled, glance('street', `Proefstraat ${spelled} 12`).suspicious]).toEqual([spelled, true]);
      }
    }
  });

  it('takes ordinary names and addresses for plain, with the accents of the languages spoken here', () => {
    const ordinary = [
      ['personName', 'Zoë'],
      ['personName', "Élise D'hondt-Çelik"],
      ['street', 'Ziekenhuisstraat 12, bus 3/A (rechts)'],
      ['municipality', 'Liège'],
    ] as const;
    for (const [format, value] of ordinary) expect([value, glance(format, value).plain]).toEqual([value, true]);
    expect(glance('personName', '').plain).toBe(false);
    expect(glance('personName', '-').plain).toBe(false);
    expect(glance('personName', 'a'.repeat(101)).plain).toBe(false);
  });
});
