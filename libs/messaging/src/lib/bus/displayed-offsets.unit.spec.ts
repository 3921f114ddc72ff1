import { describe, expect, it } from '@jest/globals';
import { eventually } from '@convenant/testing';
import { DisplayedOffsets } from './displayed-offsets.js';

describe('DisplayedOffsets', () => {
  const one = { topic: 'facts', partition: 1 };
  const two = { topic: 'facts', partition: 2 };

  /** Offsets as they are told to Kafka; the first `refusals` times it refuses. */
  function displayed(refusals = 0) {
    const told: string[] = [];
    let refused = 0;
    const offsets = new DisplayedOffsets(async (each) => {
      if (refused < refusals) {
        refused += 1;
        throw new Error('The group is rebalancing');
      }
      told.push(each.map(({ partition, offset }) => `${partition}:${offset}`).join());
    }, 5);
    return { told, offsets, refused: () => refused };
  }

  it('tells the newest of each partition at once', async () => {
    const { told, offsets } = displayed();
    offsets.reached(one, 3n);
    offsets.reached(two, 7n);
    offsets.reached(one, 4n);
    await eventually(() => told.length > 0, { what: 'they are told' });
    expect(told).toEqual(['1:4,2:7']);
  });

  it('says it again after a refusal, also when nothing more comes in the partition', async () => {
    const { told, offsets } = displayed(2);
    offsets.reached(one, 3n);
    await eventually(() => told.length > 0, { what: 'it is told' });
    expect(told).toEqual(['1:3']);
  });

  it('says nothing of an earlier generation of the group', async () => {
    const { told, offsets } = displayed();
    offsets.reached(one, 3n);
    offsets.forget();
    offsets.reached(two, 7n);
    await offsets.close();
    expect(told).toEqual(['2:7']);
  });

  it('tells what is due when it is closed, does not reject, and tells nothing after that', async () => {
    const { told, offsets, refused } = displayed(1);
    offsets.reached(one, 3n);
    await offsets.close();
    expect(refused()).toBe(1);
    offsets.reached(two, 7n);
    const rest = performance.now() + 50;
    await eventually(() => performance.now() > rest, { what: 'some periods have passed' });
    expect(told).toEqual([]);
  });
});
