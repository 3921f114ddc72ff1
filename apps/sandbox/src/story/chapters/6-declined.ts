import { createHash } from 'node:crypto';
import { accepted, until } from '../installation-client.js';
import { clockOnce, purgeOnce, report } from '../retention.js';
import type { Story } from '../story.js';
import { expectSame, expectThat } from '../story.types.js';
import { entriesFor } from '../trail-reading.js';

/** The client wants no help: what was sent is erased at once, provably, and the sender is not told. */
export async function declined(story: Story): Promise<void> {
  const { client, facts } = story;
  const id = facts.delivered.id;
  let clock: any;

  await story.step(
    { clause: '3-phase1', who: 'The OCMW', what: 'reports that the client declined further help' },
    async () => {
      const due = await report(story, id, { kind: 'contactOutcome', outcome: 'declined' });
      expectSame('The rule', [due.rule, due.clause], ['until-contact', '3-phase1']);
      expectThat(
        due.dueAt !== undefined && due.gap === undefined,
        'The clock names no date, although the parties decided',
      );
      return `due at once, ${due.dueAt}, by the parties' decision "erase"`;
    },
  );

  await story.step(
    { clause: '3-phase1', who: 'The sweeper', what: 'plans the purge; transfer checks the holds, erases and verifies' },
    async () => {
      const start = performance.now();
      clock = await clockOnce(story, id, 'the values are erased', ({ state }) => state === 'erased');
      story.timings['declinedToErasedMs'] = Math.round(performance.now() - start);
      const purge = await purgeOnce(
        story,
        'the purge is completed',
        ({ state, size }) => state === 'completed' && size > 0,
      );
      expectSame('The hash of the set', purge.setHash, createHash('sha256').update(`${id}\n`).digest('hex'));
      expectSame('The purge', [purge.origin, purge.size, purge.progress.erased], ['schedule', 1, 1]);
      return `purge ${purge.id}: 1 planned, 1 erased, over the set ${purge.setHash.slice(0, 12)}`;
    },
  );

  await story.step(
    { clause: '3-phase1', who: 'The sweeper', what: 'attests the erasure; the DPO of the receiver reads it' },
    async () => {
      const [erased, attested] = await Promise.all([
        inTrailOfReceiver(story, 'values.erased', (data) => data['disclosureId'] === id && data['items'].length > 0),
        inTrailOfReceiver(
          story,
          'erasure.attested',
          (data) => data['disclosureId'] === id && data['scope'] === 'vault',
        ),
      ]);
      expectSame('What is erased', [erased.generation, erased.items.toSorted()], [2, ['contact', 'name']]);
      expectSame('Rows left', erased.verification.remaining, 0);
      const { technique, performer, validator, erasureHorizonAt } = attested;
      expectThat(
        Date.parse(erasureHorizonAt) > Date.parse(attested.erasedAt),
        'The erasure horizon is not in the future',
      );
      return (
        `${technique}, scope vault, performed by ${performer}, validated by ${validator} (${attested.verification.query}: 0 left); ` +
        `backups cannot give the values from ${erasureHorizonAt} on`
      );
    },
  );

  await story.step(
    { clause: '3-phase1', who: 'The social worker', what: 'asks the inbox API for the values and the passphrase' },
    async () => {
      for (const what of ['values', 'passphrase']) {
        const path = `/transfer/v1/disclosures/${id}/${what}/collect`;
        const answer = await client.command('ocmw-social-worker', path, undefined);
        expectSame(`The ${what}`, [answer.status, answer.body?.code], [410, 'ANSWER_ERASED']);
      }
      const view = accepted(
        await client.get('ocmw-social-worker', `/transfer/v1/disclosures/${id}`),
        'The referral',
        200,
      );
      expectThat(view.erasedAt !== undefined, 'The receiver is not told that the values are erased');
      return `410 ANSWER_ERASED for both; the receiver sees that they were erased ${view.erasedAt}`;
    },
  );

  await story.step(
    { clause: '3-phase1', who: 'The OCMW', what: 'declares that its own systems and the mailed archive are clean too' },
    async () => {
      expectSame('What the receiver still owes', clock.recipientErasure, 'ordered');
      const path = `/retention/v1/disclosures/${id}/erasure-declarations`;
      const view = accepted(await client.command('ocmw-agency', path, { technique: 'deleted' }), 'The declaration');
      expectSame('The declaration', view.recipientErasure, 'declared');
      return 'ordered by the erasure, declared now; a statement, not verified here';
    },
  );

  await story.step(
    { clause: '3-phase1', who: 'The sender', what: 'looks for the outcome: in the referral, the clock and the trail' },
    async () => {
      const view = accepted(await client.get('og-team', `/transfer/v1/disclosures/${id}`), 'The referral', 200);
      expectSame('The referral tells of an erasure', view.erasedAt, undefined);
      expectSame('The state', view.state, 'collected');
      const asked = await client.get('og-dpo', `/retention/v1/clocks/${id}`);
      expectSame('The clock for the sender', asked.status, 404);
      const seen = (await entriesFor(story, 'og-dpo')).filter(({ data }) => data['disclosureId'] === id);
      const told = seen.filter(({ service, type }) => service === 'retention' || type === 'values.erased');
      expectSame(
        'Entries that tell the sender',
        told.map(({ type }) => type),
        [],
      );
      const authorized = seen.find(({ type }) => type === 'disclosure.authorized');
      expectSame('Who received it, in the ledger', authorized?.data['recipient']?.party, facts.receiver);
      expectSame('What, in the ledger', authorized?.data['items'].toSorted(), ['contact', 'name']);
      return `finds nothing of it (404 for the clock); the ledger still says who received what, when and why: ${seen.map(({ type }) => type).join(', ')}`;
    },
  );
}

/** The data of the entry once the trail has it. */
async function inTrailOfReceiver(
  story: Story,
  type: string,
  awaited: (data: Record<string, any>) => boolean,
): Promise<Record<string, any>> {
  const found = await until(
    `${type} is in the trail`,
    () => entriesFor(story, 'ocmw-dpo', type),
    (entries) => entries.some(({ data }) => awaited(data)),
  );
  return found.find(({ data }) => awaited(data))!.data;
}
