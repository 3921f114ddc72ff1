import { informedConsent, referredAgain } from '../chapters/2-referral.js';
import { brussels } from '../brussels.js';
import { moveClock } from '../clock.js';
import { accepted, until } from '../installation-client.js';
import type { Story } from '../story.js';
import { expectSame, expectThat } from '../story.types.js';
import { PROTOCOLS, type Text } from './agreed-text.js';

const ENTRIES = '/register/v1/register-entries';
const RIGHTS = '/register/v1/rights-requests';

/** The register beside what really runs: an entry under which nothing flows, and the first referral, which repairs that. */
export async function flowAndEntry(story: Story, text: Text, id: string): Promise<void> {
  const { client, facts, people } = story;
  const idle = async () => {
    const { items } = accepted<any>(await client.get(text.dpo.sender, `${ENTRIES}/drift`), 'The drift', 200);
    return items.find((one: any) => one.protocolId === id && one.kind === 'ENTRY_WITHOUT_FLOW');
  };

  await story.step(
    { clause: '6-policy', who: 'The DPO of the sender', what: 'compares the register with reality' },
    async () => {
      await moveClock(story, '2026-06-10T10:00:00+02:00');
      const drift = await until('the drift is seen', idle, (found) => found !== undefined);
      return `one drift: ${drift.kind}, nothing has flowed since ${brussels(drift.since)}`;
    },
  );

  await story.step(
    { clause: '3-items', who: 'A team member', what: 'refers the first client, informed and with consent' },
    async () => {
      const { model } = accepted(await client.get(text.dpo.sender, `${PROTOCOLS}/${id}`), 'The protocol', 200);
      Object.assign(facts, { ...text.parties, protocolId: id });
      facts.mailbox = model.routes[0].address;
      facts.purpose = model.purposes[0].id;
      facts.informationPoints = model.consent.informationPoints.map((point: { id: string }) => point.id);
      const subject = { protocolId: id, agencyCaseRef: `${people.referred.caseRef}-${story.run}-register` };
      const answer = await until(
        'transfer knows the protocol',
        () => client.command('og-team', '/transfer/v1/subjects', subject),
        ({ status }) => status !== 404,
      );
      facts.subjectRef = accepted(answer, 'Registering the client').subjectRef;
      await referredAgain(story);
      const entry = await until(
        'the entry counts it',
        async () =>
          accepted<any>(await client.get(text.dpo.receiver, ENTRIES), 'The register', 200).items.find(
            (one: any) => one.protocolId === id && one.side === 'controller' && one.activity.disclosures > 0,
          ),
        (found) => found !== undefined,
      );
      await until('the drift is over', idle, (found) => found === undefined);
      const { disclosures, recipients, routes } = entry.activity;
      return `delivered; the entry of the receiver counts ${disclosures} disclosure to ${recipients.join(', ')} over ${routes.join(', ')}, and the drift is over by itself`;
    },
  );
}

/** A data subject has the processing restricted, which stops what flows; another request takes longer than a month. */
export async function rights(story: Story, text: Text, id: string): Promise<void> {
  const { client, facts, people } = story;
  const receive = async (right: string) => {
    const request = { protocolId: id, subjectRef: facts.subjectRef, right, channel: 'letter', identityCheck: 'eId' };
    return accepted<any>(await client.command(text.dpo.sender, RIGHTS, request), 'The request');
  };

  await story.step(
    { who: 'The client', what: 'asks for restriction (GDPR Art. 18): the address is contested' },
    async () => {
      await moveClock(story, '2026-06-12T10:00:00+02:00');
      const request = await receive('restriction');
      const { cautiousDueAt, regulationDueAt } = request.deadline;
      const answer = { verdict: 'granted', restrictionGround: 'accuracyContested' };
      const path = `${RIGHTS}/${request.id}`;
      const granted = accepted<any>(await client.command(text.dpo.sender, `${path}/answer`, answer), 'The answer');
      const { body } = await until(
        'the restriction is enforced',
        () => client.get(text.dpo.sender, path),
        (seen) => seen.body?.barrier?.state === 'enforced',
      );
      return [
        `to be answered before ${brussels(cautiousDueAt)}, read cautiously (${brussels(regulationDueAt)} by Regulation 1182/71)`,
        `granted the same day; answered "${granted.barrier.state}", enforced ${body.barrier.latencyMs} ms later`,
      ].join('\n');
    },
  );

  await story.step({ who: 'A team member', what: 'tries to refer this client again' }, async () => {
    const consent = await informedConsent(story, facts.subjectRef);
    const request = story.referral(people.referred, facts.subjectRef, consent);
    const verdict = accepted(await client.command('og-team', '/transfer/v1/disclosures', request), 'The referral');
    expectSame('The verdict', [verdict.verdict, verdict.code], ['refused', 'RESTRICTED']);
    return `refused ${verdict.code}: ${verdict.explanation.en}`;
  });

  await story.step(
    { who: 'The client', what: 'asks for access (GDPR Art. 15), which takes more than a month' },
    async () => {
      const request = await receive('access');
      const path = `${RIGHTS}/${request.id}`;
      await moveClock(story, '2026-07-06T10:00:00+02:00');
      const extension = { reasons: ['complexity'] };
      const extended = accepted<any>(
        await client.command(text.dpo.sender, `${path}/extension`, extension),
        'The extension',
      );
      const letter = accepted<any>(await client.get(text.dpo.sender, `${path}/letter?language=nl`), 'The letter', 200);
      accepted(await client.command(text.dpo.sender, `${path}/answer`, { verdict: 'granted' }), 'The answer');
      const answered = accepted<any>(await client.get(text.dpo.sender, path), 'The request', 200);
      expectThat(answered.late === false, 'The answer came in time and is told as late');
      return [
        `due before ${brussels(request.deadline.cautiousDueAt)}, and ${brussels(extended.deadline.cautiousDueAt)} with two months more for ${extension.reasons.join()}`,
        ...letter.paragraphs.map((line: string) => `the letter says: ${line}`),
        `answered ${brussels(answered.decidedAt)}: ${answered.state}, in time, free of charge`,
      ].join('\n');
    },
  );
}
