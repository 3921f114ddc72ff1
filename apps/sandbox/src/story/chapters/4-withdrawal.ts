import { accepted, until, type Answer } from '../installation-client.js';
import type { Story } from '../story.js';
import { expectSame, expectThat } from '../story.types.js';
import { isOf, mailsTo, refusedAs } from './2-referral.js';

const CONSENTS = 50;
/** Referrals under way at a time, and how many are answered before the client withdraws. */
const AT_A_TIME = 8;
const BEFORE_WITHDRAWAL = 12;

interface Consent {
  id: string;
  version: number;
}

/** Fifty consents of one client race with one withdrawal. */
export async function withdrawal(story: Story): Promise<void> {
  const { client, facts, people } = story;
  const person = people.withdrawing;
  let subjectRef = '';
  let consents: Consent[] = [];

  await story.step(
    {
      clause: 'C-consent',
      who: 'A team member',
      what: `records ${CONSENTS} consents of another client, each for one referral`,
    },
    async () => {
      const request = { protocolId: facts.protocolId, agencyCaseRef: `${person.caseRef}-${story.run}` };
      const subject = accepted(
        await client.command('og-team', '/transfer/v1/subjects', request),
        'Registering the client',
      );
      subjectRef = subject.subjectRef;
      const notice = accepted(
        await client.command('og-team', '/consent/v1/notices', story.noticeRequest(subjectRef)),
        'The notice',
      );
      consents = await inParallel(CONSENTS, AT_A_TIME, async () => {
        const answer = await client.command(
          'og-team',
          '/consent/v1/consents',
          story.consentRequest(subjectRef, notice.id),
        );
        const { id, version } = accepted(answer, 'The consent');
        return { id, version };
      });
      expectSame('Different consents', new Set(consents.map(({ id }) => id)).size, CONSENTS);
      return `${CONSENTS} consents under one notice`;
    },
  );

  let permitted: string[] = [];
  let withdrawalId = '';
  await story.step(
    { clause: 'C-consent', who: 'The client', what: `withdraws once, while the ${CONSENTS} referrals are being sent` },
    async () => {
      const { answers, withdrawn } = await race(story, consents, subjectRef);
      withdrawalId = withdrawn.id;
      expectSame('Consents withdrawn at once', withdrawn.consents.length, CONSENTS);
      for (const { body } of answers.filter(({ body }) => body.verdict !== 'permitted')) {
        expectSame(
          'A referral that was not permitted',
          [body.verdict, body.code, body.clause],
          ['refused', 'CONSENT_WITHDRAWN', 'C-consent'],
        );
      }
      permitted = answers.filter(({ body }) => body.verdict === 'permitted').map(({ body }) => body.id);
      expectThat(
        permitted.length >= BEFORE_WITHDRAWAL,
        `Only ${permitted.length} referrals were permitted, though ${BEFORE_WITHDRAWAL} were answered before`,
      );
      return `answered "${withdrawn.state}"; ${permitted.length} referrals were authorised before, ${CONSENTS - permitted.length} are refused CONSENT_WITHDRAWN`;
    },
  );

  await story.step(
    { clause: 'C-consent', who: 'Transfer', what: 'applies the last barrier; the withdrawal is enforced' },
    async () => {
      const { body } = await until(
        'the withdrawal is enforced',
        () => client.get('og-team', `/consent/v1/withdrawals/${withdrawalId}`),
        (answer) => answer.body?.state === 'enforced',
      );
      expectSame('Barriers still to be applied', body.pending, 0);
      story.timings['fiftyWithdrawalsToEnforcedMs'] = body.latencyMs;
      // The mail server keeps real time, the services the legal time.
      const { body: clock } = await client.sandbox('GET', 'clock');
      const enforcedAt = Date.parse(body.enforcedAt) - clock.offsetMs;
      const views = await settled(story, permitted);
      const arrivals = (await mailsTo(story, facts.mailbox)).filter((mail) => permitted.some((id) => isOf(mail, id)));
      const late = arrivals.filter(
        (mail) => Date.parse(mail.receivedAt) > enforcedAt && !body.unconfirmed.some((id: string) => isOf(mail, id)),
      );
      expectSame(
        'Mails that arrived after "enforced"',
        late.map(({ receivedAt }) => receivedAt),
        [],
      );
      for (const view of views.filter(({ state }) => state === 'failed')) {
        expectSame('Why a referral was stopped', view.failure, 'CONSENT_WITHDRAWN');
      }
      const count = (state: string) => views.filter((view) => view.state === state).length;
      const handedOver = count('delivered');
      expectThat(handedOver <= arrivals.length, 'A referral counts as delivered that never arrived');
      return (
        `enforced ${body.latencyMs} ms after the withdrawal; of the ${permitted.length} authorised, ${handedOver} were delivered before, ` +
        `${count('failed')} stopped on the way, ${body.unconfirmed.length} unconfirmed; no byte left afterwards`
      );
    },
  );

  await story.step(
    { clause: 'C-consent', who: 'A team member', what: 'refers under one of the fifty after "enforced"' },
    async () => {
      const consent = consents.at(-1)!;
      const { body } = await client.get('og-team', `/consent/v1/consents/${consent.id}`);
      const request = story.referral(person, subjectRef, { id: consent.id, version: body.version });
      return refusedAs(
        await client.command('og-team', '/transfer/v1/disclosures', request),
        'CONSENT_WITHDRAWN',
        'C-consent',
      );
    },
  );
}

/** Sends a referral per consent; once some are answered the client withdraws, while the others go on. */
async function race(story: Story, consents: Consent[], subjectRef: string) {
  const { client, facts, people } = story;
  let answered = 0;
  let withdrawing: Promise<Answer> | undefined;
  const answers = await inParallel(consents.length, AT_A_TIME, async (index) => {
    const request = story.referral(people.withdrawing, subjectRef, consents[index]!);
    const answer = await client.command('og-team', '/transfer/v1/disclosures', request);
    accepted(answer, 'The referral');
    answered += 1;
    if (answered === BEFORE_WITHDRAWAL) {
      withdrawing = client.command('og-team', '/consent/v1/withdrawals', { subjectRef, protocolId: facts.protocolId });
    }
    return answer;
  });
  return { answers, withdrawn: accepted(await withdrawing!, 'The withdrawal') };
}

/** The disclosures once nothing moves any more. */
async function settled({ client }: Story, ids: string[]): Promise<any[]> {
  return inParallel(ids.length, AT_A_TIME, async (index) => {
    const { body } = await until(
      `disclosure ${ids[index]} has come to rest`,
      () => client.get('og-team', `/transfer/v1/disclosures/${ids[index]}`),
      (answer) => !['authorized', 'delivering'].includes(answer.body?.state),
    );
    return body;
  });
}

/** `work(0..count-1)`, at most `width` at a time; the results in order. */
async function inParallel<T>(count: number, width: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results = new Array<T>(count);
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      results[index] = await work(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, worker));
  return results;
}
