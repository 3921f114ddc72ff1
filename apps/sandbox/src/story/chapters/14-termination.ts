import { createHash } from 'node:crypto';
import { accepted, until } from '../installation-client.js';
import type { Story } from '../story.js';
import { expectSame } from '../story.types.js';
import { informedConsent, refusedAs } from './2-referral.js';

/** The sender ends the protocol at once; the next referral is refused. */
export async function termination(story: Story): Promise<void> {
  const { client, facts, people } = story;
  let consent = { id: '', version: 0 };

  await story.step({ clause: '8', who: 'The sender', what: 'terminates for violation, by simple notice' }, async () => {
    consent = await informedConsent(story, facts.subjectRef);
    const start = performance.now();
    const answer = await client.command('og-signatory', `/register/v1/protocols/${facts.protocolId}/endings`, {
      kind: 'violation',
      violation: {
        clauses: ['4'],
        evidenceHash: createHash('sha256').update('evidence of the violation').digest('hex'),
      },
    });
    const ending = accepted(answer, 'The termination');
    expectSame('The clause', ending.clause, '8');
    const enforced = await until(
      'the termination is enforced',
      () => client.get('og-signatory', `/register/v1/protocols/${facts.protocolId}/endings/${ending.id}`),
      ({ body }) => body?.state === 'enforced',
    );
    story.timings['terminationToEnforcedMs'] = enforced.body.latencyMs;
    story.timings['terminationSeenEnforcedMs'] = Math.round(performance.now() - start);
    const duties = enforced.body.dutiesAfter.join(', ');
    return `answered "${ending.state}", enforced ${enforced.body.latencyMs} ms after the command; duties that remain: ${duties}`;
  });

  await story.step(
    { clause: '8', who: 'A team member', what: 'refers a client who had consented before' },
    async () => {
      const request = story.referral(people.referred, facts.subjectRef, consent);
      return refusedAs(await client.command('og-team', '/transfer/v1/disclosures', request), 'PROTOCOL_ENDED', '8');
    },
  );
}
