import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startSystem, type SystemUnderTest } from './start-system.js';
import { runStory, type Step, type StoryResult } from '@convenant/sandbox';

let system: SystemUnderTest | undefined;
let first: StoryResult;

beforeAll(async () => {
  system = await startSystem();
  first = await runStory({ baseUrl: system.url, kafka: system.storyKafka });
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
    expect(new Set(first.steps.map(({ chapter }) => chapter)).size).toBe(15);
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

  it('OG-7 corrects an outdated value within a deadline and reports back', () => {
    played(/reports an outdated phone number.*the sender is to act before/);
    played(/finds the report .*: confirmed; a measure before the investigation was refused TRANSITION_ILLEGAL/);
    played(/corrects the number and reports back.*corrected in 2 referrals/);
    played(/generation 2 with the new number; .* \(410 ANSWER_ERASED\)/);
  });

  it('GDPR-19 tells every earlier recipient of a correction and sees it acknowledged', () => {
    played(/their recipients told \(GDPR Art. 19\), open until acknowledged/);
    played(/the sender sees all acknowledged/);
  });

  it('OG-3-phase1 keeps until the contact; a client who declines has all erased, verified and attested', () => {
    played(/reports that the client declined further help: due at once/);
    played(/1 planned, 1 erased/);
    played(/crypto-shred, scope vault, performed by \w+, validated by \w+ \(rows-of-disclosure: 0 left\)/);
    played(/asks the inbox API .*: 410 ANSWER_ERASED for both/);
  });

  it('OG-3-phase1 tells the sender nothing of the outcome, and the ledger still says who received what', () => {
    played(/finds nothing of it \(404 for the clock\); the ledger still says who received what/);
  });

  it('OG-3-phase2 is due ten calendar years after the last closing, across daylight saving', () => {
    played(/2037-10-28T11:00:00\.000Z after the last: ten calendar years/);
    played(/to the minute before: .* the values are kept still/);
  });

  it('OG-3-phase2 erases nothing without a destruction basis, tells the DPO, and purges with it', () => {
    played(/purge\.failed DESTRUCTION_BASIS_MISSING under 3-phase2, shown to the DPO as a gap/);
    played(/decides the destruction basis; the purge runs: .*410 ANSWER_ERASED/);
  });

  it('OG-3-phase2 takes a report on the own topic of the OCMW as it takes one over HTTP', () => {
    played(/one outcome, as by HTTP: rule client-file/);
    played(/tries to write on the topic of the OCMW: the broker refuses/);
    played(/quarantined NOT_FOUND/);
    played(/quarantined INPUT_INVALID with the fault at \/outcome/);
  });

  it('OG-10 holds what is in dispute before its purge, and lets it go once the dispute is settled', () => {
    played(/opens a dispute on the referral.*retention holds on that authority/);
    played(/the hold wins: 0 to erase, 1 held/);
    played(/the hold is released: the purge goes through/);
  });

  it('OG-9-breach computes what a breach affects, mails both contacts and waits for both acknowledgements', () => {
    played(/2 referrals, 1 person, 4 items, 1 counterparty/);
    played(/mails the contacts of both parties: sent to/);
    played(/acknowledge the notice: acknowledged by both/);
  });

  it('OG-9-consult opens a consultation, decides and closes it over the hash of the minutes', () => {
    played(/consult: .* closed over the hash of the minutes/);
  });

  it('OG-9-information shares an improvement with the other party', () => {
    played(/an improvement shared under 9-information/);
  });

  it('GDPR-33 counts 72 hours from awareness and records what the party filed itself', () => {
    played(/72 hours from awareness/);
    played(/handed in by the party itself \(receipt .*, within the 72 hours\)/);
  });

  it('GDPR-15 accounts for who received which items, when, why and until when, erased or not', () => {
    played(/gives the client an account .*4 disclosures.*erased .* \(attested\)/s);
    played(/nothing of what became of the client/);
  });

  it('refuses what cannot be, each with its code, and stores nothing', () => {
    const [step] = played(/tries what cannot be: 8 attempts refused, nothing stored/);
    const told = step!.outcome.split('\n').slice(1);
    expect(told).toEqual([
      'an outcome for an unknown disclosure: 404 NOT_FOUND',
      'a file closed before it was opened: 409 CONFLICT under 3-phase2',
      'a report on an item that was never disclosed: 400 INPUT_INVALID under 7',
      'a breach in the future: 400 INPUT_INVALID',
      'a hold without an authority: 400 INPUT_INVALID',
      'a plan applied twice: 409 CONFLICT',
      'a plan applied by the wrong party: 404 NOT_FOUND',
      'a stream resumed from an unknown position: 404 NOT_FOUND',
    ]);
  });

  it('streams the trail live, loses nothing over a cut connection, and publishes it on the topic of the party', () => {
    played(/resumed behind the last id \(Last-Event-ID\), none lost, none twice/);
    played(/the same entries in the same order/);
    played(/reads the OCMW's topic of the trail: .* has each of them, and nothing that its DPO may not see/);
  });

  it('measures how long a commit takes to be seen in the stream', () => {
    expect(first.timings['commitToVisibleP50Ms']).toBeGreaterThanOrEqual(0);
    expect(first.timings['commitToVisibleP99Ms']).toBeLessThan(10_000);
  });

  it('FJ-fn4 records that the trail was read, by page and by stream', async () => {
    const database = new pg.Client({ connectionString: system!.databases.get('audit')! });
    await database.connect();
    const { rows } = await database.query('SELECT DISTINCT what FROM trail_read ORDER BY what');
    await database.end();
    expect(rows.map(({ what }) => what)).toEqual(expect.arrayContaining(['account', 'entries', 'stream']));
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

  it('can be played again on the same system, and where it has no access to the message broker', async () => {
    const second = await runStory({ baseUrl: system!.url });
    expect(second.steps.filter(({ ok }) => !ok)).toEqual([]);
    const ofTopics = /The OCMW's own topic/;
    const withoutTopics = first.steps.filter(({ chapter, who }) => !ofTopics.test(chapter) && !/software/.test(who));
    expect(second.steps.map(({ what }) => what)).toEqual(withoutTopics.map(({ what }) => what));
  }, 240_000);

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
