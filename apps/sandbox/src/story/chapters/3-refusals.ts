import { randomUUID } from 'node:crypto';
import { accepted, until, type Answer } from '../installation-client.js';
import type { Story } from '../story.js';
import { expectSame, expectThat } from '../story.types.js';
import { delivered, informedConsent, isOf, mailsTo, refusedAs } from './2-referral.js';

type Change = (request: Record<string, any>) => Record<string, any>;

/** What no clause allows, each with its code and clause; and one command sent twice. */
export async function refusals(story: Story): Promise<void> {
  const { client, facts, people } = story;
  const person = people.referred;
  const refer = (request: unknown, persona = 'og-team', key?: string): Promise<Answer> =>
    client.command(persona, '/transfer/v1/disclosures', request, key);

  await story.step({ clause: 'C-consent', who: 'A team member', what: 'refers without a consent' }, async () =>
    refusedAs(await refer(story.referral(person, facts.subjectRef)), 'CONSENT_MISSING', 'C-consent'),
  );

  await story.step(
    { clause: 'C-consent', who: 'A team member', what: 'refers after the client withdrew the consent' },
    async () => {
      const consent = await informedConsent(story, facts.subjectRef);
      const withdrawal = accepted(
        await client.command('og-team', '/consent/v1/withdrawals', { consentId: consent.id }),
        'The withdrawal',
      );
      const enforced = await until(
        'the withdrawal is enforced',
        () => client.get('og-team', `/consent/v1/withdrawals/${withdrawal.id}`),
        ({ body }) => body?.state === 'enforced',
      );
      story.timings['oneWithdrawalToEnforcedMs'] = enforced.body.latencyMs;
      const { body: withdrawn } = await client.get('og-team', `/consent/v1/consents/${consent.id}`);
      const answer = await refer(
        story.referral(person, facts.subjectRef, { id: consent.id, version: withdrawn.version }),
      );
      return `${refusedAs(answer, 'CONSENT_WITHDRAWN', 'C-consent')} Enforced after ${enforced.body.latencyMs} ms.`;
    },
  );

  await story.step(
    { clause: 'C-consent', who: 'A team member', what: 'refers again with a consent that was used' },
    async () =>
      refusedAs(
        await refer({ ...story.referral(person, facts.subjectRef), consentId: facts.delivered.consentId }),
        'CONSENT_USED',
        'C-consent',
      ),
  );

  await story.step(
    {
      clause: 'C-consent',
      who: 'A team member',
      what: 'refers although the client was told only two of the five points',
    },
    async () => {
      const told = { ...story.noticeRequest(facts.subjectRef), informationPoints: facts.informationPoints.slice(0, 2) };
      const notice = accepted(await client.command('og-team', '/consent/v1/notices', told), 'The notice');
      expectSame('Information points that were left out', notice.missingPoints, facts.informationPoints.slice(2));
      const request = story.consentRequest(facts.subjectRef, notice.id);
      const { id, version } = accepted(await client.command('og-team', '/consent/v1/consents', request), 'The consent');
      const answer = await refer(story.referral(person, facts.subjectRef, { id, version }));
      return refusedAs(answer, 'CONSENT_NOTICE_INCOMPLETE', 'C-consent');
    },
  );

  const consent = await freshConsent(story);
  const wrong: [clause: string, what: string, code: string, change: Change, persona?: string][] = [
    [
      '3-items',
      'adds a field that the protocol does not list',
      'ITEM_NOT_COVERED',
      (request) => ({
        ...request,
        items: request['items'].map((item: any) => withField(item, 'name', 'birthDate', '1994-05-06')),
      }),
    ],
    [
      '3-special',
      'writes something about health into a name field',
      'SPECIAL_CATEGORY',
      (request) => ({
        ...request,
        items: request['items'].map((item: any) => withField(item, 'name', 'firstName', 'Annelore (diabetes)')),
      }),
    ],
    [
      '6-channel',
      'names another mailbox',
      'CHANNEL_NOT_AGREED',
      (request) => ({ ...request, channel: { ...request['channel'], address: 'elders@ocmw.example' } }),
    ],
    [
      '4',
      'names a recipient that the protocol does not cover',
      'RECIPIENT_NOT_COVERED',
      (request) => ({ ...request, recipient: { ...request['recipient'], category: 'debt-counsellor' } }),
    ],
    [
      'C-receiver',
      'refers a client who lives in another municipality',
      'RECIPIENT_NOT_COMPETENT',
      (request) => ({
        ...request,
        items: request['items'].map((item: any) => withField(item, 'contact', 'postalCode', '9100')),
      }),
    ],
    [
      '2-receiver',
      'refers for a purpose that the protocol does not have',
      'PURPOSE_NOT_AGREED',
      (request) => ({ ...request, purpose: 'debt-collection' }),
    ],
    ['C-sender', 'of another team refers the client', 'SENDER_UNIT_NOT_COVERED', (request) => request, 'og-other-team'],
    ['C-secrecy', 'not bound by secrecy refers the client', 'SECRECY_REQUIRED', (request) => request, 'og-trainee'],
  ];
  for (const [clause, what, code, change, persona = 'og-team'] of wrong) {
    await story.step({ clause, who: 'A team member', what }, async () => {
      const request = change(story.referral(person, facts.subjectRef, consent));
      return refusedAs(await refer(request, persona), code, clause);
    });
  }

  await story.step(
    { clause: '5-case', who: 'A team member', what: 'sends the same referral twice with one Idempotency-Key' },
    async () => {
      const key = randomUUID();
      const request = story.referral(person, facts.subjectRef, consent);
      const [first, second] = await Promise.all([refer(request, 'og-team', key), refer(request, 'og-team', key)]);
      const third = await refer(request, 'og-team', key);
      expectSame('The verdict', accepted(first, 'The referral').verdict, 'permitted');
      expectSame('The second answer', second, first);
      expectSame('The third answer', third, first);
      const other = await refer({ ...request, purpose: 'another-purpose' }, 'og-team', key);
      expectSame('The same key for another command', other.body?.code, 'IDEMPOTENCY_KEY_REUSED');
      await delivered(story, first.body.id);
      const mails = (await mailsTo(story, facts.mailbox)).filter((mail) => isOf(mail, first.body.id));
      expectSame('Mails of the referral sent twice', mails.length, 1);
      return `one referral (${first.body.id}), one mail, the same answer each time; the key with another command: IDEMPOTENCY_KEY_REUSED`;
    },
  );

  await story.step({ who: 'A party outside the protocol', what: 'asks for the referral' }, async () => {
    const answer = await client.get('other-agency', `/transfer/v1/disclosures/${facts.delivered.id}`);
    expectThat([403, 404].includes(answer.status), `The third party is answered ${answer.status}, expected 404 or 403`);
    return `gets ${answer.status} ${answer.body.code}: what it may not know of does not exist for it`;
  });
}

/** A consent that none of the refusals uses up. */
async function freshConsent(story: Story): Promise<{ id: string; version: number }> {
  let consent = { id: '', version: 0 };
  await story.step(
    { clause: 'C-consent', who: 'A team member', what: 'records a fresh consent of the same client' },
    async () => {
      consent = await informedConsent(story, story.facts.subjectRef);
      return `consent ${consent.id}, which the next attempts do not use up`;
    },
  );
  return consent;
}

function withField(item: { item: string; fields: Record<string, string> }, of: string, name: string, value: string) {
  return item.item === of ? { ...item, fields: { ...item.fields, [name]: value } } : item;
}
