import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, type SystemUnderTest } from './start-system.js';
import { runStory, type Step, type StoryResult } from '@convenant/sandbox';

let system: SystemUnderTest | undefined;
let first: StoryResult;

beforeAll(async () => {
  system = await startSystem();
  first = await runStory({ baseUrl: system.url });
}, 240_000);

afterAll(async () => {
  await system?.stop();
}, 60_000);

/** The steps of the first run that were told with these words; at least one, and each as it should be. */
function played(words: RegExp): Step[] {
  const steps = first.steps.filter(({ detail }) => words.test(detail));
  expect({ words: words.source, steps: steps.length > 0 }).toEqual({ words: words.source, steps: true });
  expect(steps.filter(({ ok }) => !ok)).toEqual([]);
  return steps;
}

describe('the story', () => {
  it('goes as it should, step by step', () => {
    expect(first.steps.filter(({ ok }) => !ok)).toEqual([]);
    expect(first.ok).toBe(true);
    expect(new Set(first.steps.map(({ chapter }) => chapter)).size).toBe(6);
  });

  it('OG-title binds the regime and tells the findings of the validator', () => {
    played(/has the protocol file validated: no error/);
  });

  it('OG-parties registers the parties by checked numbers and activates after three signatures', () => {
    played(/three named ones.*administrateur-generaal, burgemeester, algemeen directeur/);
  });

  it('OG-A-B keeps a statement of status of each party', () => {
    played(/a statement of status of each party/);
  });

  it('OG-E-F records a dated opinion of each data protection officer over the same hashes', () => {
    played(/gives an opinion and approves/);
  });

  it('OG-end finds the date without a year, and lets all sign the same hashes', () => {
    played(/SIGNATURE_DATE_INCOMPLETE/);
  });

  it('OG-1 drafts every clause as data', () => {
    played(/drafts the protocol: every clause as data: version 1/);
  });

  it('OG-11-start refuses a referral before 1 March 2026', () => {
    played(/refused PROTOCOL_NOT_IN_FORCE under 11-start/);
  });

  it('OG-C-sender lets only the named team refer', () => {
    played(/refused SENDER_UNIT_NOT_COVERED under C-sender/);
  });

  it('OG-C-secrecy lets nobody refer who is not bound by professional secrecy', () => {
    played(/refused SECRECY_REQUIRED under C-secrecy/);
  });

  it('OG-C-secrecy gives no passphrase to somebody not bound by secrecy', () => {
    played(/no passphrase: another unit, not bound by secrecy/);
  });

  it('OG-C-receiver refuses a client who lives elsewhere', () => {
    played(/refused RECIPIENT_NOT_COMPETENT under C-receiver/);
  });

  it('OG-C-consent asks for a consent', () => {
    played(/refused CONSENT_MISSING under C-consent/);
  });

  it('OG-C-consent asks for all five information points before it', () => {
    played(/refused CONSENT_NOTICE_INCOMPLETE under C-consent/);
  });

  it('OG-C-consent uses a consent once', () => {
    played(/refused CONSENT_USED under C-consent/);
  });

  it('OG-C-consent lets no referral through after a withdrawal was enforced', () => {
    played(/no byte left afterwards/);
  });

  it('OG-C-items discloses name and contact data and nothing else', () => {
    played(/permitted: article 3 lists both items/);
  });

  it('OG-2-compatibility refuses another purpose', () => {
    played(/refused PURPOSE_NOT_AGREED under 2-receiver/);
  });

  it('OG-3-items refuses a field that is not listed', () => {
    played(/refused ITEM_NOT_COVERED under 3-items/);
  });

  it('OG-3-special refuses a value that speaks of health', () => {
    played(/refused SPECIAL_CATEGORY under 3-special/);
  });

  it('OG-4 refuses a recipient that is not covered', () => {
    played(/refused RECIPIENT_NOT_COVERED under 4/);
  });

  it('OG-5-case makes one referral of a command sent twice', () => {
    played(/one referral .*, one mail/);
  });

  it('OG-6-channel sends a real archive to the one mailbox', () => {
    played(/7z.* opens it .*finds exactly what was sent/);
  });

  it('OG-6-channel refuses another mailbox', () => {
    played(/refused CHANNEL_NOT_AGREED under 6-channel/);
  });

  it('OG-8 ends at once for violation and refuses the next referral', () => {
    played(/refused PROTOCOL_ENDED under 8/);
  });

  it('GDPR-7.3 withdraws fifty consents in one call', () => {
    played(/withdraws once/);
  });

  it('FJ-fn4 leaves a record of every operation, for both data protection officers', () => {
    played(/entries in order of arrival/);
  });

  it('shows each data protection officer what its party may see, and a third one nothing', () => {
    played(/The DPO of the receiver reads .* entries are the sender's alone/s);
    played(/The DPO of a third party reads the same protocol: sees nothing/);
  });

  it('measures how long a withdrawal and a termination take to be enforced', () => {
    for (const name of ['fiftyWithdrawalsToEnforcedMs', 'terminationToEnforcedMs']) {
      expect(first.timings[name]).toBeGreaterThanOrEqual(0);
      expect(first.timings[name]).toBeLessThan(30_000);
    }
  });

  it('can be played again on the same system', async () => {
    const second = await runStory({ baseUrl: system!.url });
    expect(second.steps.filter(({ ok }) => !ok)).toEqual([]);
    expect(second.steps.length).toBe(first.steps.length);
  }, 120_000);

  it('names the first step that is not as it should be', async () => {
    const told: string[] = [];
    const broken = await runStory({
      baseUrl: system!.url,
      protocolFile: new URL('../../protocols/fod-justitie--departement-wvg.yaml', import.meta.url).pathname,
      onStep: ({ id, ok }) => told.push(`${id} ${ok}`),
    });
    expect(broken.ok).toBe(false);
    expect(broken.steps.at(-1)?.ok).toBe(false);
    expect(broken.steps.filter(({ ok }) => !ok).length).toBe(1);
    expect(told.at(-1)).toBe(`${broken.steps.at(-1)?.id} false`);
  });
});
