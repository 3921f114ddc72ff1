import { describe, expect, it } from '@jest/globals';
import { AccountPrinter } from './account-printer.js';
import type { Step } from './story.types.js';

function step(change: Partial<Step>): Step {
  const { who = 'A team member', what = 'refers a client', outcome = 'permitted' } = change;
  return {
    id: '2.1',
    clause: '3-items',
    ok: true,
    chapter: 'A referral',
    who,
    what,
    outcome,
    detail: `${who} ${what}: ${outcome}`,
    ...change,
  };
}

function printed(steps: Step[], colour = false): string[] {
  const lines: string[] = [];
  const printer = new AccountPrinter((line) => lines.push(line), colour);
  for (const played of steps) printer.step(played);
  return lines;
}

describe('the account', () => {
  it('tells each step under its chapter, aligned, with what came of it', () => {
    expect(printed([step({}), step({ id: '2.10', clause: '', outcome: 'two things:\nfirst\nsecond' })])).toEqual([
      '',
      '2. A referral',
      '  2.1   3-items       A team member refers a client.',
      '                      => permitted',
      '  2.10                A team member refers a client.',
      '                      => two things:',
      '                         - first',
      '                         - second',
    ]);
  });

  it('keeps lines to a width and is plain unless a terminal reads it', () => {
    const long = step({ ok: false, outcome: 'word '.repeat(60).trim() });
    const plain = printed([long]).join('\n');
    expect(plain).toContain('NOT AS IT SHOULD BE: word');
    expect(plain).not.toContain('\x1b');
    expect(Math.max(...printed([step({ outcome: long.outcome })]).map((line) => line.length))).toBeLessThanOrEqual(110);
    expect(printed([long], true).join('\n')).toContain('\x1b[1m2. A referral');
  });
});
