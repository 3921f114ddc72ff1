import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { agreement } from './chapters/1-agreement.js';
import { referral } from './chapters/2-referral.js';
import { refusals } from './chapters/3-refusals.js';
import { withdrawal } from './chapters/4-withdrawal.js';
import { correction } from './chapters/5-correction.js';
import { declined } from './chapters/6-declined.js';
import { breach } from './chapters/7-breach.js';
import { openSystems, ownTopic, type AgencySystems } from './chapters/8-own-topic.js';
import { acceptedReferral } from './chapters/9-accepted.js';
import { impossible } from './chapters/10-impossible.js';
import { hold } from './chapters/11-hold.js';
import { account } from './chapters/12-account.js';
import { live } from './chapters/13-live.js';
import { termination } from './chapters/14-termination.js';
import { trail } from './chapters/15-trail.js';
import { playStory } from './play-story.js';
import type { Story } from './story.js';
import type { StoryOptions, StoryResult } from './story.types.js';

export const storyName = 'A referral from Opgroeien regie to OCMW Sint-Gillis-Waas';

const OWN_TOPIC = "The OCMW's own topic";

/**
 * Plays the story on a running installation, through its public interface, topics and the sandbox alone: an agreement
 * becomes active, a referral reaches its social worker, what must be refused is refused, a withdrawal stops the flow, values
 * are corrected and erased, a breach is told, a termination ends it all, and two data protection officers read all of it.
 * Can be played again on the same installation: each run drafts a protocol of its own, between the same parties.
 *
 * Stops at the first step that is not as it should be; that step is the last one and not `ok`. Puts the clock back
 * to where it found it.
 * @throws when there is no sandbox at the address
 */
export async function runStory(options: StoryOptions): Promise<StoryResult> {
  const file = options.protocolFile ?? shippedProtocol;
  const text = await readFile(file, 'utf8');
  let systems: Promise<AgencySystems> | undefined;
  const play = async (story: Story) => {
    await story.chapter('The agreement', (playing) => agreement(playing, text));
    await story.chapter('A referral with consent', referral);
    await story.chapter('What is refused', refusals);
    await story.chapter('Fifty consents, one withdrawal', withdrawal);
    if (options.kafka && story.plays(OWN_TOPIC)) systems = openSystems(story, options.kafka);
    // Its failure is told in the chapter that waits for it.
    systems?.catch(() => undefined);
    await story.chapter('A correction', correction);
    await story.chapter('Declined: erased at once', declined);
    await story.chapter('A breach', breach);
    if (systems) await story.chapter(OWN_TOPIC, (playing) => ownTopic(playing, systems!));
    await story.chapter('Accepted: ten years after the last closing', acceptedReferral);
    await story.chapter('What cannot be', impossible);
    await story.chapter('A dispute holds', hold);
    await story.chapter('An account for the client', account);
    await story.chapter('The live trail', live);
    await story.chapter('Termination for violation', termination);
    await story.chapter('The audit trail', trail);
  };
  return playStory(storyName, options, play, async ({ facts }) => {
    const opened = await systems?.catch(() => undefined);
    const open = [facts.live?.sender, facts.live?.receiver, opened?.receiver, opened?.third];
    await Promise.all(open.map((end) => end?.close()));
  });
}

const shippedProtocol = fileURLToPath(
  new URL('../../../../protocols/opgroeien--ocmw-sint-gillis-waas.yaml', import.meta.url),
);
