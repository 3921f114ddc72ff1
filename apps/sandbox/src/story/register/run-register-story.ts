import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { moveClock } from '../clock.js';
import { joinPublicBody, parties as bodies, members, type Side } from '../parties.js';
import { playStory } from '../play-story.js';
import type { Story } from '../story.js';
import { textOfRun } from '../text-of-run.js';
import type { StoryOptions, StoryResult } from '../story.types.js';
import { agreed, type Text } from './agreed-text.js';
import { evidenceAndLaw } from './evidence.js';
import { frameworkAndAccessions } from './framework.js';
import { revoked } from './justitie.js';
import { groundLapsed, linkedAgreementEnded, noticeGiven, suspendedAmendedTerminated } from './opgroeien.js';
import { officersAreReached } from './officers.js';
import { processors } from './processors.js';
import { publication } from './publication.js';
import { flowAndEntry, rights } from './reality.js';

export const registerStoryName = 'Two protocols and a framework, from draft to every ending';

/** The bodies of the second text, with their own numbers; who acts for them is invented. */
const justitie = {
  sender: { name: 'FOD Justitie', enterpriseNumber: '0308.357.753', mailbox: 'dpo@justitie.example', dpo: 'fj-dpo' },
  receiver: {
    name: 'Departement WVG',
    enterpriseNumber: '0316.380.841',
    unitCode: 'OVO000001',
    mailbox: 'dpo@wvg.example',
    dpo: 'wvg-dpo',
  },
};

/**
 * Plays the life of both shipped protocols, and of a framework with two accessions, on a running installation: agreed,
 * published, governed, suspended, amended, and ended in every way that their texts know, with the clock moved. Otherwise as
 * `runStory`.
 * @throws when there is no sandbox at the address
 */
export function runRegisterStory(options: Omit<StoryOptions, 'protocolFile' | 'people'>): Promise<StoryResult> {
  return playStory(registerStoryName, options, async (story) => {
    const texts = {} as { opgroeien: Text; justitie: Text };
    await story.chapter('The parties', async () => void Object.assign(texts, await partiesOf(story)));
    const { opgroeien, justitie: ofJustice } = texts;
    await story.chapter('Suspended, amended, ended for violation', () => suspendedAmendedTerminated(story, opgroeien));
    await story.chapter('Ended by notice', () => noticeGiven(story, opgroeien));
    await story.chapter('Ended with the agreement it hangs on', () => linkedAgreementEnded(story, opgroeien));
    let governed = '';
    await story.chapter('Published, and looked at', async () => {
      governed = (await agreed(story, opgroeien)).id;
      await officersAreReached(story, opgroeien);
      await publication(story, opgroeien, governed);
    });
    await story.chapter('Processors and their lists', () => processors(story, opgroeien, governed));
    await story.chapter('Evidence, and a change of the law', () => evidenceAndLaw(story, opgroeien, governed));
    await story.chapter('The register and reality', () => flowAndEntry(story, opgroeien, governed));
    await story.chapter('A data subject', () => rights(story, opgroeien, governed));
    await story.chapter('Ended by law', () => groundLapsed(story, opgroeien, governed));
    await story.chapter('Users, entries, and the end by revocation', () => revoked(story, ofJustice));
    const files = {
      framework: await shipped('examples/kader-woonpremies'),
      modelgem: textOfRun(story, await shipped('examples/toetreding-modelgem')),
      proefstede: textOfRun(story, await shipped('examples/toetreding-proefstede')),
    };
    await story.chapter('A framework and two accessions', () => frameworkAndAccessions(story, files));
  });
}

async function partiesOf(story: Story): Promise<{ opgroeien: Text; justitie: Text }> {
  const ids: Record<string, string> = {};
  await story.step({ clause: 'parties', who: 'The operator', what: 'registers the bodies of both texts' }, async () => {
    await moveClock(story, '2026-02-20T09:00:00+01:00');
    const told: string[] = [];
    const join = async (key: string, body: Parameters<typeof joinPublicBody>[1], personas: readonly string[]) => {
      const { id, known } = await joinPublicBody(story.client, body, personas);
      ids[key] = id;
      told.push(`${body.name} ${known ? 'was registered already' : 'is registered'}`);
    };
    for (const side of ['sender', 'receiver'] satisfies Side[]) await join(`og-${side}`, bodies[side], members[side]);
    await join('fj-sender', justitie.sender, ['fj-agency', 'fj-dpo', 'fj-signatory', 'fj-ops']);
    await join('fj-receiver', justitie.receiver, ['wvg-dpo', 'wvg-signatory', 'wvg-worker']);
    return told.join('\n');
  });
  return {
    opgroeien: {
      name: 'Opgroeien regie to OCMW',
      file: textOfRun(story, await shipped('opgroeien--ocmw-sint-gillis-waas')),
      parties: { sender: ids['og-sender']!, receiver: ids['og-receiver']! },
      drafter: 'og-agency',
      dpo: { sender: bodies.sender.dpo, receiver: bodies.receiver.dpo },
      decisions: { 'client-declines': 'erase', 'phase1-ceiling': 'P6M' },
      signatories: {
        'administrator-general': 'og-signatory',
        mayor: 'ocmw-mayor',
        'general-director': 'ocmw-director',
      },
    },
    justitie: {
      name: 'FOD Justitie to Departement WVG',
      file: textOfRun(story, await shipped('fod-justitie--departement-wvg')),
      parties: { sender: ids['fj-sender']!, receiver: ids['fj-receiver']! },
      drafter: 'fj-agency',
      dpo: { sender: justitie.sender.dpo, receiver: justitie.receiver.dpo },
      decisions: {
        'criminal-data-ground': 'Decreet betreffende de organisatie van de hulp- en dienstverlening aan gedetineerden',
        'retention-period': 'P5Y',
        'signature-date': '2026-02-20',
      },
      signatories: { chair: 'fj-signatory', 'secretary-general': 'wvg-signatory' },
    },
  };
}

function shipped(name: string): Promise<string> {
  return readFile(fileURLToPath(new URL(`../../../../../protocols/${name}.yaml`, import.meta.url)), 'utf8');
}
