import { describe, expect, it } from '@jest/globals';
import { alternately, median, percentile, row } from './bench.mjs';
import { asTable } from './report.mjs';

describe('row', () => {
  const baseline = row({ metric: 'theirs', value: 20, unit: '/s' });

  it('compares with the baseline and judges by the target', () => {
    expect(row({ metric: 'ours', value: 30, unit: '/s', against: baseline, target: { atLeast: 30 } })).toEqual({
      metric: 'ours',
      value: 30,
      unit: '/s',
      against: 'theirs',
      ratio: 1.5,
      target: '>= 30',
      met: true,
    });
    expect(row({ metric: 'ours', value: 31, unit: 'ms', target: { atMost: 30 } })).toMatchObject({ met: false });
    expect(
      row({ metric: 'ours', value: 19, unit: '/s', against: baseline, target: { ratioAtLeast: 1 } }),
    ).toMatchObject({ ratio: 0.95, target: 'ratio >= 1', met: false });
  });

  it('judges nothing that has no target', () => {
    expect(baseline).toMatchObject({ against: null, ratio: null, target: null, met: null });
  });
});

describe('alternately', () => {
  it('turns the order round after every round and keeps results apart', async () => {
    const order: string[] = [];
    const run = (name: string) => async (round: number) => {
      order.push(name);
      return `${name}${round}`;
    };
    const results = await alternately(3, { a: run('a'), b: run('b') });
    expect(order).toEqual(['a', 'b', 'b', 'a', 'a', 'b']);
    expect(results).toEqual({ a: ['a0', 'a1', 'a2'], b: ['b0', 'b1', 'b2'] });
  });
});

describe('percentile', () => {
  it('gives a value that was measured', () => {
    const values = [5, 1, 4, 2, 3, 10, 9, 8, 7, 6];
    expect([median(values), percentile(values, 99), percentile(values, 0), percentile([7], 50)]).toEqual([5, 10, 1, 7]);
  });

  it('refuses nothing at all', () => {
    expect(() => median([])).toThrow('Nothing was measured');
  });
});

describe('asTable', () => {
  it('shows machine, comparison and verdict, a missed target in capitals', () => {
    const machine = { cpu: 'Some CPU', cores: 2, memoryGiB: 8, os: 'Debian', node: '24.0.0', load: 0.1 };
    const theirs = row({ metric: 'theirs', value: 20_000, unit: '/s' });
    const ours = row({ metric: 'ours', value: 59_999, unit: '/s', against: theirs, target: { atLeast: 60_000 } });
    const lines = asTable({ bench: 'some', machine, rows: [ours, theirs] }).split('\n');
    expect(lines[0]).toContain('2 cores');
    expect(lines.find((line) => line.startsWith('ours'))).toMatch(/60,000 .* 3\.00 .* theirs .* >= 60000 .* NO$/);
  });
});
