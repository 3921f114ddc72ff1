import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatCursor, parseCursor } from './reading-cursor.js';

describe('a reading cursor', () => {
  it('is read back as it was written', () => {
    const cursor = fc
      .tuple(fc.integer({ min: 1 }), fc.integer({ min: 1 }))
      .map(([one, other]) => ({ since: Math.max(one, other), position: Math.min(one, other) }));
    fc.assert(fc.property(cursor, (each) => expect(parseCursor(formatCursor(each))).toEqual(each)));
    expect(parseCursor('0')).toEqual({ since: 0, position: 0 });
  });

  it.each(['', ' ', '-1', '1e3', '0x10', '7.', '.7', '7.8', '7.0', '1.2.3', '12345678901234567', 'NaN'])(
    'refuses "%s"',
    (text) => {
      expect(parseCursor(text)).toBeUndefined();
    },
  );
});
