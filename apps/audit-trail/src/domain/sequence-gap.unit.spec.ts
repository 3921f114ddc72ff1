import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { provenPosition, withoutPosition, type SequenceGap } from './sequence-gap.js';

describe('a gap', () => {
  it('splits, shrinks or closes as its positions arrive', () => {
    expect(withoutPosition({ first: 3, last: 7 }, 5)).toEqual([
      { first: 3, last: 4 },
      { first: 6, last: 7 },
    ]);
    expect(withoutPosition({ first: 3, last: 7 }, 3)).toEqual([{ first: 4, last: 7 }]);
    expect(withoutPosition({ first: 3, last: 7 }, 7)).toEqual([{ first: 3, last: 6 }]);
    expect(withoutPosition({ first: 3, last: 3 }, 3)).toEqual([]);
  });

  it('leaves, in whatever order positions arrive, exactly what has not arrived', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (arrivals) => {
        let highest = 0;
        let gaps: SequenceGap[] = [];
        const arrived = new Set<number>();
        for (const position of arrivals) {
          arrived.add(position);
          if (position > highest) {
            if (position > highest + 1) gaps.push({ first: highest + 1, last: position - 1 });
            highest = position;
          } else {
            gaps = gaps.flatMap((gap) =>
              gap.first <= position && position <= gap.last ? withoutPosition(gap, position) : [gap],
            );
          }
          let proven = 0;
          while (arrived.has(proven + 1)) proven += 1;
          expect(provenPosition(highest, gaps)).toBe(proven);
          const missing = gaps.reduce((sum, { first, last }) => sum + last - first + 1, 0);
          expect(missing).toBe(highest - arrived.size);
        }
      }),
    );
  });
});
