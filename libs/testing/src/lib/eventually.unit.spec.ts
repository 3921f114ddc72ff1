import { describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.js';

describe('eventually', () => {
  it('returns what the check returns once it is truthy', async () => {
    let calls = 0;
    expect(await eventually(() => (++calls < 3 ? undefined : calls), { what: 'the third call' })).toBe(3);
  });

  it('takes a throw for not yet', async () => {
    let calls = 0;
    const check = () => {
      if (++calls < 2) throw new Error('too early');
      return true;
    };
    expect(await eventually(check, { what: 'a quiet call' })).toBe(true);
  });

  it('says what it waited for and why it was not so', async () => {
    const never = () => {
      throw new Error('still closed');
    };
    const waiting = eventually(never, { what: 'the door is open', deadlineMs: 20 });
    await expect(waiting).rejects.toThrow('Not within 20 ms: the door is open: still closed');
  });
});
