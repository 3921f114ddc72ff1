import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { governingVersion } from '../index.js';

const versions = [
  { version: 1, effectiveFrom: 100 },
  { version: 2, effectiveFrom: 400 },
  { version: 3, effectiveFrom: 300 },
  { version: 4, effectiveFrom: null },
];
const at = (instant: number) => governingVersion(versions, instant)?.version ?? null;

describe('the version that governs', () => {
  it('is the one whose day has come, from the instant itself on', () => {
    expect([99, 100, 299, 300].map(at)).toEqual([null, 1, 1, 3]);
  });

  it('is never one that a later version overtook before its own day', () => {
    expect([400, 1_000].map(at)).toEqual([3, 3]);
  });

  it('does not depend on the order in which the versions are known', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(versions, { minLength: 4 }),
        fc.integer({ min: 0, max: 500 }),
        (order, instant) => {
          expect(governingVersion(order, instant)).toBe(governingVersion(versions, instant));
        },
      ),
    );
  });
});
