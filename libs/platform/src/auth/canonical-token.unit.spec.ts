import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isCanonicalToken } from './canonical-token.js';

const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
const token = fc
  .array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { minLength: 3, maxLength: 3 })
  .map((parts) => parts.map(encode).join('.'));

describe('isCanonicalToken', () => {
  it('accepts every token of three encoded parts', () => {
    fc.assert(fc.property(token, isCanonicalToken));
  });

  it('refuses another spelling of the same bytes', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    fc.assert(
      fc.property(token, (text) => {
        const last = text.at(-1)!;
        const twins = [...alphabet].filter(
          (letter) =>
            letter !== last &&
            Buffer.from(text.slice(0, -1).split('.')[2] + letter, 'base64url').equals(
              Buffer.from(text.split('.')[2]!, 'base64url'),
            ),
        );
        return twins.every((letter) => !isCanonicalToken(text.slice(0, -1) + letter));
      }),
    );
  });

  it.each([
    ['padding', 'YWI=.YWI.YWI'],
    ['a space inside a part', 'YW I.YWI.YWI'],
    ['the letters of plain base64', 'YW+/.YWI.YWI'],
    ['an empty signature', 'YWI.YWI.'],
    ['two parts', 'YWI.YWI'],
    ['five parts', 'YWI.YWI.YWI.YWI.YWI'],
    ['a token of 9 kB', `YWI.${'YWJj'.repeat(2300)}.YWI`],
  ])('refuses %s', (_, text) => {
    expect(isCanonicalToken(text)).toBe(false);
  });
});
