import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { agreement } from './chapters/1-agreement.js';
import { referral } from './chapters/2-referral.js';
import { refusals } from './chapters/3-refusals.js';
import { withdrawal } from './chapters/4-withdrawal.js';
import { termination } from './chapters/5-termination.js';
import { trail } from './chapters/6-trail.js';
import { accepted, InstallationClient } from './installation-client.js';
import { inventedPeople } from './people.js';
import { Story, StoryStopped } from './story.js';
import type { StoryOptions, StoryResult } from './story.types.js';

export const storyName = 'A referral from Opgroeien regie to OCMW Sint-Gillis-Waas';

/**
 * Plays the story on a running installation, through its public interface and the sandbox alone: an agreement becomes
 * active, a referral reaches its social worker, what must be refused is refused, a withdrawal and a termination stop the
 * flow, and two data protection officers read all of it. Can be played again on the same installation: each run drafts a
 * protocol of its own, between the same parties.
 *
 * Stops at the first step that is not as it should be; that step is the last one and not `ok`. Leaves the clock as it
 * found it.
 * @throws when there is no sandbox at the address
 */
export async function runStory(options: StoryOptions): Promise<StoryResult> {
  const file = options.protocolFile ?? shippedProtocol;
  const text = await readFile(file, 'utf8');
  const story = new Story(
    new InstallationClient(options.baseUrl.replace(/\/+$/, '')),
    options.people ?? inventedPeople,
    randomBytes(3).toString('hex'),
    options.onStep ?? (() => undefined),
  );
  const start = performance.now();
  const { offsetMs } = accepted<{ offsetMs: number }>(await story.client.sandbox('GET', 'clock'), 'The clock', 200);
  try {
    await story.chapter('The agreement', (playing) => agreement(playing, text));
    await story.chapter('A referral with consent', referral);
    await story.chapter('What is refused', refusals);
    await story.chapter('Fifty consents, one withdrawal', withdrawal);
    await story.chapter('Termination for violation', termination);
    await story.chapter('The audit trail', trail);
  } catch (error) {
    if (!(error instanceof StoryStopped)) throw error;
  } finally {
    const before = offsetMs === 0 ? { reset: true } : { now: new Date(Date.now() + offsetMs).toISOString() };
    await story.client.sandbox('POST', 'clock', before);
  }
  story.timings['totalMs'] = Math.round(performance.now() - start);
  return { story: storyName, ok: story.steps.every(({ ok }) => ok), steps: story.steps, timings: story.timings };
}

const shippedProtocol = fileURLToPath(
  new URL('../../../../protocols/opgroeien--ocmw-sint-gillis-waas.yaml', import.meta.url),
);
