import { describe, expect, it } from '@jest/globals';
import { parseClauses, testTitles } from './clause-table.mjs';

const table = `
| id     | clause            | what runs | status | missing       |
| ------ | ----------------- | --------- | ------ | ------------- |
| OG-1   | what a \\| bar is | all of it | done   |               |
| OG-6-x | another           | -         | open   | nearly all    |

| word | meaning |
| ---- | ------- |
| done | finished |
`;

describe('parseClauses', () => {
  it('reads the rows of tables with an id and a status, and no others', () => {
    expect(parseClauses(table)).toEqual([
      { id: 'OG-1', done: true, missing: '' },
      { id: 'OG-6-x', done: false, missing: 'nearly all' },
    ]);
  });

  it('refuses a status that it does not know', () => {
    expect(() => parseClauses(table.replace('done   |', 'nearly |'))).toThrow(/status of OG-1 is "nearly"/);
  });

  it('refuses an id that stands there twice', () => {
    expect(() => parseClauses(table.replace('OG-6-x', 'OG-1'))).toThrow(/OG-1 stands there twice/);
  });
});

describe('testTitles', () => {
  it('finds titles in every kind of quotes, of plain and of table tests', () => {
    const source = `
      it('OG-1 says it', () => {});
      test("OG-2 isn't it", async () => {});
      it.each([1, 2])(\`OG-3 case %s\`, () => {});
      describe('OG-4 is no test', () => {});
      submit('OG-5 is no test');
    `;
    expect(testTitles(source)).toEqual(['OG-1 says it', "OG-2 isn't it", 'OG-3 case %s']);
  });
});
