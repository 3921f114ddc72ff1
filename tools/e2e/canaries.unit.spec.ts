import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CanarySearch } from './canaries.js';

describe('the search for canaries', () => {
  it('finds one in every form, whatever stands around it', () => {
    const canary = 'Qzyvette Kanarienvogel 17+/';
    const encodings: ((text: Buffer) => string)[] = [
      (bytes) => bytes.toString('utf8'),
      (bytes) => bytes.toString('hex'),
      (bytes) => bytes.toString('hex').toUpperCase(),
      (bytes) => bytes.toString('base64'),
      (bytes) => bytes.toString('base64url'),
      (bytes) => encodeURIComponent(bytes.toString('utf8')),
      (bytes) => JSON.stringify(bytes.toString('utf8')),
    ];
    fc.assert(
      fc.property(
        fc.string({ maxLength: 9 }),
        fc.string({ maxLength: 9 }),
        fc.constantFrom(...encodings),
        (before, after, encode) => {
          const search = new CanarySearch([canary]);
          search.in('here', encode(Buffer.from(`${before}${canary}${after}`, 'utf8')));
          expect(search.found.length).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('finds nothing where there is none, and says how much it looked through', () => {
    const search = new CanarySearch(['Qzyvette']);
    search.in('here', Buffer.from('Qzyvett e'));
    expect(search.found).toEqual([]);
    expect(search.bytes).toBe(9);
  });

  it('finds all of many at once, and what a search one by one finds', () => {
    const word = fc.stringMatching(/^[abc]{5,8}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(word, { minLength: 1, maxLength: 5 }),
        fc.stringMatching(/^[abc]{0,200}$/),
        (words, text) => {
          const search = new CanarySearch(words);
          search.in('here', text);
          const plain = search.found
            .filter((line) => line.includes(' as plain '))
            .map((line) => Number(line.split(' ')[1]));
          expect(plain).toEqual(words.flatMap((each, index) => (text.includes(each) ? [index] : [])));
        },
      ),
    );
  });
});
