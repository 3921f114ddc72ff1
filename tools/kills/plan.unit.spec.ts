import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { drawKills } from './plan.mjs';

const services = ['register', 'consent', 'transfer', 'retention', 'breach', 'audit'];
const steps = Array.from({ length: 20 }, (_, index) => ({ id: `1.${index + 1}`, requests: index % 4 }));
const draw = (wanted: Partial<Parameters<typeof drawKills>[0]> = {}) =>
  drawKills({ seed: 7, kills: 30, perStory: 6, steps, services, ...wanted });

describe('the plan of kills', () => {
  it('is the same for the same seed, and another one for another', () => {
    expect(draw()).toEqual(draw());
    expect(draw({ seed: 8 })).not.toEqual(draw());
  });

  it('gives every service its turn before one has a second', () => {
    const turns = draw({ kills: 12, perStory: 12 }).flat();
    expect(new Set(turns.map(({ service }) => service)).size).toBe(6);
    for (const service of services) expect(turns.filter((kill) => kill.service === service)).toHaveLength(2);
  });

  it('names only requests that the step sends, in the order of the steps, and no step twice in a story', () => {
    const wanted = fc.record({
      seed: fc.nat(),
      kills: fc.integer({ min: 1, max: 60 }),
      perStory: fc.integer({ min: 1, max: 25 }),
    });
    fc.assert(
      fc.property(wanted, (given) => {
        const stories = draw(given);
        const places = stories.map((story) => story.map(({ step }) => steps.findIndex(({ id }) => id === step)));
        for (const place of places) {
          expect(place).toEqual([...new Set(place)].sort((a, b) => a - b));
          expect(place.length).toBeLessThanOrEqual(Math.min(given.perStory, steps.length));
        }
        for (const { step, request, moment, delayMs } of stories.flat()) {
          const { requests } = steps.find(({ id }) => id === step)!;
          expect(request).toBeLessThan(Math.max(1, requests));
          expect(moment === 'before' ? delayMs : 0).toBe(0);
        }
      }),
    );
  });

  it('draws as many as wanted', () => {
    expect(draw({ kills: 31 }).flat()).toHaveLength(31);
    expect(draw({ kills: 31 }).map((story) => story.length)).toEqual([6, 6, 6, 6, 6, 1]);
  });
});
