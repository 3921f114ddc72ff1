import { moveClock } from '../clock.js';
import { accepted } from '../installation-client.js';
import { clockOnce, purgeOnce, report, statusNow } from '../retention.js';
import type { Story } from '../story.js';
import { expectSame, expectThat } from '../story.types.js';

const CLOSED = '2027-10-28T12:00:00+02:00';
/** The same day and hour ten years later, in winter time: the clocks change three days earlier in 2037. */
const DUE = '2037-10-28T12:00:00+01:00';
/** The daily purge runs within a day of it. */
const NEXT_DAY = '2037-10-29T13:00:00+01:00';
const BASIS = 'Selectielijst sociale dossiers van de OCMW, rubriek 4 (voorbeeld)';

/** The client accepts: the file is kept for ten years after its last closing, and then only with leave to destroy it. */
export async function acceptedReferral(story: Story): Promise<void> {
  const { client, facts } = story;
  const id = facts.second;
  const collect = () =>
    client.command('ocmw-social-worker', `/transfer/v1/disclosures/${id}/values/collect`, undefined);

  await story.step(
    {
      clause: '3-phase2',
      who: 'The OCMW',
      what: 'closes the file, reopens it and closes it again, over twenty months',
    },
    async () => {
      if (!facts.receiversSystem) {
        await report(story, id, { kind: 'contactOutcome', outcome: 'accepted' });
        await report(story, id, { kind: 'dossierOpened' });
      }
      await moveClock(story, '2026-07-15T10:00:00+02:00');
      const first = await report(story, id, { kind: 'dossierClosed' });
      await moveClock(story, '2027-01-11T09:00:00+01:00');
      const reopened = await report(story, id, { kind: 'dossierReopened' });
      expectSame('A date while the file is open', reopened.dueAt, undefined);
      await moveClock(story, CLOSED);
      const last = await report(story, id, { kind: 'dossierClosed', occurredAt: CLOSED });
      expectSame('The date', Date.parse(last.dueAt), Date.parse(DUE));
      expectSame('What is missing', last.gap, 'destructionBasis');
      return `due ${first.dueAt} after the first closing, no date while it is open, ${last.dueAt} after the last: ten calendar years, noon in Brussels in summer and in winter time; no destruction basis yet`;
    },
  );

  await story.step(
    { clause: '3-phase2', who: 'The time machine', what: 'moves the clock ten years on, to the minute before' },
    async () => {
      const { now } = await moveClock(story, new Date(Date.parse(DUE) - 60_000).toISOString());
      const clock = await clockOnce(story, id, 'the clock is read', () => true);
      expectSame('The state', clock.state, 'running');
      return `it is ${now}; the values are kept still`;
    },
  );

  await story.step(
    {
      clause: '3-phase2',
      who: 'The sweeper',
      what: 'finds the values due at noon, and at the daily purge nothing that lets them be destroyed',
    },
    async () => {
      await moveClock(story, DUE);
      await clockOnce(story, id, 'the values are due', ({ state }) => state === 'due');
      await moveClock(story, NEXT_DAY);
      const failed = await purgeOnce(story, 'the purge has failed', ({ state }) => state === 'failed');
      expectSame('Why', [failed.cause, failed.clause], ['DESTRUCTION_BASIS_MISSING', '3-phase2']);
      const { gaps } = await statusNow(story);
      expectSame('What the DPO is told', gaps[0], {
        rule: 'client-file',
        clause: '3-phase2',
        gap: 'destructionBasis',
        cause: 'DESTRUCTION_BASIS_MISSING',
        count: 1,
      });
      const plan = accepted(
        await client.command('ocmw-dpo', '/retention/v1/purges/plan', { protocolId: facts.protocolId }),
        'The plan',
      );
      expectSame('The plan', [plan.size, plan.left.gaps], [0, 1]);
      const applied = await client.command('ocmw-dpo', `/retention/v1/purges/${plan.id}/apply`, {
        setHash: plan.setHash,
      });
      expectSame('The plan when applied', accepted(applied, 'Applying').cause, 'DESTRUCTION_BASIS_MISSING');
      facts.appliedPurge = plan;
      accepted(await collect(), 'The values');
      return 'nothing is erased: purge.failed DESTRUCTION_BASIS_MISSING under 3-phase2, shown to the DPO as a gap; a purge that the DPO applies ends the same way';
    },
  );

  await story.step(
    { clause: '3-phase2', who: 'The OCMW', what: 'decides the destruction basis; the purge runs' },
    async () => {
      const decision = {
        openPoint: 'destruction-basis',
        value: BASIS,
        capacity: 'functionaris voor gegevensbescherming',
        decidedOn: NEXT_DAY.slice(0, 10),
      };
      const path = `/register/v1/protocols/${facts.protocolId}/decisions`;
      accepted(await client.command('ocmw-dpo', path, decision), 'The decision');
      await clockOnce(story, id, 'the values are erased', ({ state }) => state === 'erased');
      const gone = await collect();
      expectSame('The values', [gone.status, gone.body?.code], [410, 'ANSWER_ERASED']);
      const { gaps } = await statusNow(story);
      expectThat(gaps.length === 0, 'The DPO is still told of a gap');
      return 'recorded as a decision of the party, read by retention over the topic; the values are erased and attested (410 ANSWER_ERASED)';
    },
  );
}
