import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runRegisterStory, type StoryResult } from '@convenant/sandbox';
import { startSystem, type SystemUnderTest } from './start-system.js';

describe('the story of the register', () => {
  let system: SystemUnderTest | undefined;
  let result: StoryResult;

  beforeAll(async () => {
    system = await startSystem();
    result = await runRegisterStory({ baseUrl: system.url });
  }, 240_000);
  afterAll(async () => {
    await system?.stop();
  }, 60_000);

  it('goes as it should, step by step, and can be played again', async () => {
    expect(result.steps.filter(({ ok }) => !ok)).toEqual([]);
    const again = await runRegisterStory({ baseUrl: system!.url });
    expect([again.ok, again.steps.length]).toEqual([true, result.steps.length]);
  });

  it('shows every kind of ending, each enforced by transfer', () => {
    for (const clause of ['8', '11-notice', '5-duration', '11-lapse', 'IV-end']) {
      const told = result.steps.filter((step) => step.clause === clause).map(({ outcome }) => outcome);
      expect([clause, told.join(' ')]).toEqual([clause, expect.stringContaining('enforced')]);
    }
  });
});
