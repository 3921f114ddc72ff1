import { createHash } from 'node:crypto';
import { accepted, until } from '../installation-client.js';
import { clockOnce, report } from '../retention.js';
import type { Story } from '../story.js';
import { expectSame } from '../story.types.js';

/** The third referral is disputed just as it falls due: nothing of it is erased until the hold is released. */
export async function hold(story: Story): Promise<void> {
  const { client, facts } = story;
  const id = facts.disputed;
  const holds = '/retention/v1/holds';
  const disputes = `/register/v1/protocols/${facts.protocolId}/disputes`;
  let dispute: any;

  await story.step(
    { clause: '10', who: 'The sender', what: 'opens a dispute on the referral; as it holds, the client declines' },
    async () => {
      const opening = { scope: { disclosureId: id }, ground: 'unlawfulDisclosure' };
      dispute = accepted(await client.command('og-dpo', disputes, opening), 'The dispute');
      expectSame('The clause', dispute.clause, '10');
      const placed = ({ body }: { body: any }) => body?.items?.find(({ scope }: any) => scope.disclosureId === id);
      const first = placed(await until('the hold is placed', () => client.get('ocmw-dpo', holds), placed));
      // Its enforcement is not waited for: the outcome races with the barrier of the hold.
      await report(story, id, { kind: 'contactOutcome', outcome: 'declined' });
      const clock = await clockOnce(story, id, 'the values are due', ({ state }) => state === 'due');
      expectSame('The holds', clock.holds, [first.id]);
      expectSame('The authority', first.authority, dispute.court);
      const { body } = await until(
        'the hold is enforced',
        () => client.get('ocmw-dpo', `${holds}/${first.id}`),
        (answer) => answer.body?.state === 'enforced',
      );
      story.timings['holdToEnforcedMs'] = body.latencyMs;
      return `"${dispute.court}" by "${dispute.law}"; retention holds on that authority, enforced after ${body.latencyMs} ms; the referral is due and held`;
    },
  );

  await story.step({ clause: '10', who: 'The sweeper', what: 'purges while the hold stands' }, async () => {
    const request = { protocolId: facts.protocolId };
    const plan = accepted(await client.command('ocmw-dpo', '/retention/v1/purges/plan', request), 'The plan');
    expectSame('The plan', [plan.size, plan.left.held], [0, 1]);
    const path = `/retention/v1/purges/${plan.id}/apply`;
    const applied = await client.command('ocmw-dpo', path, { setHash: plan.setHash });
    expectSame('The purge of nothing', [applied.status, applied.body?.code], [409, 'CONFLICT']);
    const values = await client.command(
      'ocmw-social-worker',
      `/transfer/v1/disclosures/${id}/values/collect`,
      undefined,
    );
    accepted(values, 'The values');
    return 'the hold wins: 0 to erase, 1 held; the values are still there';
  });

  await story.step(
    { clause: '10', who: 'The sender', what: 'closes the dispute, which is settled; the hold is released' },
    async () => {
      const start = performance.now();
      const documentHash = createHash('sha256').update(`settlement ${story.run}`).digest('hex');
      const closing = { outcome: 'settled', documentHash };
      const closed = accepted(
        await client.command('og-dpo', `${disputes}/${dispute.id}/closing`, closing),
        'The closing',
      );
      expectSame('The dispute', closed.state, 'closed');
      await clockOnce(story, id, 'the values are erased', ({ state }) => state === 'erased');
      story.timings['releaseToErasedMs'] = Math.round(performance.now() - start);
      const values = `/transfer/v1/disclosures/${id}/values/collect`;
      const gone = await client.command('ocmw-social-worker', values, undefined);
      expectSame('The values', [gone.status, gone.body?.code], [410, 'ANSWER_ERASED']);
      return 'the purge goes through without waiting for the schedule: 410 ANSWER_ERASED';
    },
  );
}
