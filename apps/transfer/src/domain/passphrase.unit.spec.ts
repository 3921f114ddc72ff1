import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { PASSPHRASE_BYTES, passphraseFrom } from './passphrase.js';

describe('a passphrase', () => {
  it('has 150 random bits in six groups that nobody misreads', () => {
    const passphrase = passphraseFrom(randomBytes(PASSPHRASE_BYTES));
    expect(passphrase).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]{5}$/);
  });

  it('differs with every bit that it uses', () => {
    const seen = new Set<string>();
    for (let byte = 0; byte < 32; byte += 1) seen.add(passphraseFrom(new Uint8Array(PASSPHRASE_BYTES).fill(byte)));
    expect(seen.size).toBe(32);
  });

  it('is not made from too little randomness', () => {
    expect(() => passphraseFrom(randomBytes(8))).toThrow(RangeError);
  });
});
