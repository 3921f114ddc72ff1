import { describe, expect, it } from '@jest/globals';
import { DueWork } from './due-work.js';
import { Signal } from './signal.js';

/** Items 1 to n, each claimed once; `one` ends when it is told to. */
function work(items: number[], more: { failing?: number; failsToTake?: number } = {}) {
  const [begun, failed, waited]: [number[], number[], unknown[]] = [[], [], []];
  const ends = new Map<number, () => void>();
  const signal = new Signal();
  let takes = 0;
  const due = new DueWork<number>({
    signal,
    atOnce: 2,
    lookEveryMs: 5,
    take: async (free) => {
      takes += 1;
      if (takes === more.failsToTake) throw new Error('no database');
      return items.splice(0, free);
    },
    one: async (item) => {
      begun.push(item);
      if (item === more.failing) throw new Error('of our own');
      await new Promise<void>((resolve) => ends.set(item, resolve));
    },
    failed: async (item) => {
      failed.push(item);
      throw new Error('that too');
    },
    waits: (error) => waited.push(error),
  });
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise((resolve) => setImmediate(resolve));
  };
  return { due, begun, failed, waited, ends, until };
}

describe('work that is due', () => {
  it('does as many items at once as it may, and the next when one ends', async () => {
    const { due, begun, ends, until } = work([1, 2, 3]);
    due.start();
    await until(() => begun.length === 2);
    expect(begun).toEqual([1, 2]);
    ends.get(1)!();
    await until(() => begun.length === 3);
    ends.get(2)!();
    ends.get(3)!();
    await due.stop();
  });

  it('takes nothing new when it is stopped, and lets what is under way end', async () => {
    const { due, begun, ends, until } = work([1, 2, 3]);
    due.start();
    await until(() => begun.length === 2);
    let stopped = false;
    const stopping = due.stop().then(() => (stopped = true));
    ends.get(1)!();
    await new Promise((resolve) => setImmediate(resolve));
    expect(stopped).toBe(false);
    ends.get(2)!();
    await stopping;
    expect(begun).toEqual([1, 2]);
  });

  it('goes on after a fault of an item and of the taking', async () => {
    const { due, begun, failed, waited, ends, until } = work([1, 2, 3], { failing: 1, failsToTake: 1 });
    due.start();
    await until(() => begun.length === 3);
    expect([failed, waited.length]).toEqual([[1], 1]);
    ends.get(2)!();
    ends.get(3)!();
    await due.stop();
  });
});
