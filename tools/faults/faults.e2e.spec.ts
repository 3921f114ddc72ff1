import { describe, expect, it } from '@jest/globals';
import { runFaults } from './run.mjs';

/** The long form: `npm run faults -- --seed N --minutes M`. */
const SEED = 20261124;
const MILLISECONDS = 30_000;

describe('an installation of real processes', () => {
  it('keeps its invariants under kill -9, paused processes, cut and slow connections and lost answers', async () => {
    const timeline: string[] = [];
    const { findings, figures, logs } = await runFaults({
      seed: SEED,
      milliseconds: MILLISECONDS,
      tell: (line: string) => timeline.push(line),
    });
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    if (findings.length > 0) process.stdout.write(`${[...timeline, ...logs].join('\n')}\n`);
    expect(findings).toEqual([]);
    // It was a run: things were done, and things were broken.
    expect(figures['faults']).toBeGreaterThan(3);
    expect(figures['answered']).toBeGreaterThan(5);
  }, 420_000);
});
