import { describe, expect, it } from '@jest/globals';
import { Signal } from './signal.js';

describe('a signal', () => {
  it('wakes a sleeper at once, and keeps a wake for the next sleep', async () => {
    const signal = new Signal();
    const start = performance.now();
    const sleeping = signal.sleep(10_000);
    signal.wake();
    await sleeping;
    signal.wake();
    await signal.sleep(10_000);
    expect(performance.now() - start).toBeLessThan(9_000);
  });

  it('lets the sleeper go on after its time', async () => {
    const start = performance.now();
    await new Signal().sleep(20);
    expect(performance.now() - start).toBeGreaterThanOrEqual(15);
  });
});
