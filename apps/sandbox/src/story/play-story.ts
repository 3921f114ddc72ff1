import { randomBytes } from 'node:crypto';
import { accepted, InstallationClient } from './installation-client.js';
import { inventedPeople } from './people.js';
import { Story, StoryStopped } from './story.js';
import type { StoryOptions, StoryResult } from './story.types.js';

/**
 * Plays chapters until they are over or a step is not as it should be; that step is the last one and not `ok`. Then closes
 * what was opened, and puts the clock back to where it was found.
 * @throws when there is no sandbox at the address
 */
export async function playStory(
  name: string,
  options: StoryOptions,
  play: (story: Story) => Promise<void>,
  close: (story: Story) => Promise<unknown> = async () => undefined,
): Promise<StoryResult> {
  const story = new Story(
    new InstallationClient(options.baseUrl.replace(/\/+$/, ''), options.patienceMs),
    options.people ?? inventedPeople,
    randomBytes(3).toString('hex'),
    options.onStep ?? (() => undefined),
    options.leaveOut,
    options.beforeChapter,
  );
  const start = performance.now();
  const { offsetMs } = accepted<{ offsetMs: number }>(await story.client.sandbox('GET', 'clock'), 'The clock', 200);
  try {
    await play(story);
  } catch (error) {
    if (!(error instanceof StoryStopped)) throw error;
  } finally {
    await close(story);
    const before = offsetMs === 0 ? { reset: true } : { now: new Date(Date.now() + offsetMs).toISOString() };
    if (!options.leaveClock) await story.client.sandbox('POST', 'clock', before);
  }
  story.timings['totalMs'] = Math.round(performance.now() - start);
  const { protocolId } = story.facts;
  return {
    story: name,
    ok: story.steps.every(({ ok }) => ok),
    steps: story.steps,
    timings: story.timings,
    ...(protocolId && { protocolId }),
  };
}
