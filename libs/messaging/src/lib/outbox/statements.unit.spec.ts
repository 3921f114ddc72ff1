import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { arrayText } from './statements.js';

const readBack = pg.types.getTypeParser(1009 /* text[] */) as (text: string) => (string | null)[];

describe('an array as a parameter', () => {
  it.each([
    [[]],
    [['a', 'with space', 'quote " and \\ backslash', '', 'NULL', 'null', '{}', 'a,b', 'Zoë', '\n']],
    [
      [...'"\\'].flatMap((escaped) =>
        ['\n', '\t\b', '\u0001', '\u007f', '\u2028', 'é', '💶', '\ud83d', '/'].map((other) => escaped + other),
      ),
    ],
    [[JSON.stringify({ a: '"\\\n💶', b: [null, 1, { c: '' }] })]],
    [[null, 'a', null]],
    [[1, -2.5, 9007199254740991]],
    [[true, false, null]],
  ])('is read back as it was: %j', (members) => {
    expect(readBack(arrayText(members)!)).toEqual(members.map((member) => (member === null ? null : String(member))));
  });

  it('is left to pg when a member is more than a plain value', () => {
    for (const member of [new Date(0), Buffer.from('x'), ['nested'], { a: 1 }]) {
      expect(arrayText(['plain', member])).toBeUndefined();
    }
  });
});
