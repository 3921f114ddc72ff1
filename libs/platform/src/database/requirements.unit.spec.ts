import { describe, expect, it } from '@jest/globals';
import { unmetRequirements } from './requirements.js';

const sound = {
  version: 180001,
  shown: '18.1',
  recovery: false,
  synchronous_commit: 'on',
  max_locks_per_transaction: 256,
  max_prepared_transactions: 0,
};
const check = (facts: object) => unmetRequirements({ query: async () => [{ ...sound, ...facts }] });

describe('unmetRequirements', () => {
  it('is empty for a server that fits', async () => {
    expect(await check({})).toEqual([]);
  });

  it.each([
    [{ version: 160004, shown: '16.4' }, /PostgreSQL 17 or newer is needed, but the server is 16\.4/],
    [{ recovery: true }, /standby/],
    [{ synchronous_commit: 'off' }, /synchronous_commit is off/],
    [{ max_locks_per_transaction: 64 }, /max_locks_per_transaction is 64: set it to 256/],
    [{ max_prepared_transactions: 5 }, /max_prepared_transactions/],
  ])('says in one sentence what is wrong with %j and what to do', async (facts, sentence) => {
    const unmet = await check(facts);
    expect(unmet).toEqual([expect.stringMatching(sentence)]);
    expect(unmet[0]).toMatch(/\.$/);
  });
});
