import { describe, expect, it } from '@jest/globals';
import { pauseAfter } from './retry.js';

describe('the pause before another try', () => {
  it('doubles up to five minutes', () => {
    expect([1, 2, 3].map((tries) => pauseAfter(tries, 2000))).toEqual([2000, 4000, 8000]);
    expect(pauseAfter(300, 2000)).toBe(300_000);
  });
});
