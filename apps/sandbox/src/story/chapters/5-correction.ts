import { accepted } from '../installation-client.js';
import { itemsOf } from '../people.js';
import type { Story } from '../story.js';
import { expectSame, expectThat } from '../story.types.js';

const DAY_MS = 86_400_000;

/** The receiver finds a phone number outdated; the sender looks into it, corrects it and tells every earlier recipient. */
export async function correction(story: Story): Promise<void> {
  const { client, facts, people } = story;
  const { newPhone, ...person } = people.referred;
  const reports = '/transfer/v1/quality-reports';
  let report: any;

  await story.step(
    { clause: '7', who: 'The social worker', what: 'takes the values over the inbox API, as they were sent' },
    async () => {
      const { generation, items } = accepted(await values(story), 'The values');
      expectSame('The generation', generation, 1);
      // Values stay out of the account, so only equality is told.
      expectThat(JSON.stringify(items) === JSON.stringify(itemsOf(person)), 'The values are not what was sent');
      return 'generation 1 of the envelope: exactly what was sent';
    },
  );

  await story.step(
    { clause: '7', who: 'The social worker', what: 'reports an outdated phone number, as the client told' },
    async () => {
      const request = { disclosureId: facts.delivered.id, items: ['contact'], kind: 'outdated', toldBySubject: true };
      report = accepted(await client.command('ocmw-social-worker', reports, request), 'The report');
      expectSame('The state', [report.state, report.overdue, report.clause], ['open', false, '7']);
      const { dueAt, period, basis } = report.deadline;
      expectThat(Date.parse(dueAt) - Date.parse(report.reportedAt) > DAY_MS, 'The deadline is not in the future');
      return `the sender is to act before ${dueAt} (${period}, by the ${basis}: the text says "within a reasonable period")`;
    },
  );

  await story.step(
    { clause: '7', who: 'The sender', what: 'finds the report among its open ones and investigates' },
    async () => {
      const early = await client.command('og-team', `${reports}/${report.id}/resolution`, newNumber(newPhone));
      expectSame('A measure before the investigation', early.body?.code, 'TRANSITION_ILLEGAL');
      const open = accepted(await client.get('og-team', `${reports}?state=open`), 'The open reports', 200);
      expectThat(
        open.items.some(({ id }: { id: string }) => id === report.id),
        'The sender does not find the report',
      );
      const path = `${reports}/${report.id}/investigations`;
      const foreign = await client.command('ocmw-social-worker', path, { findings: 'confirmed' });
      expectSame('An investigation by the receiver', [foreign.status, foreign.body?.clause], [403, '7']);
      const view = accepted(await client.command('og-team', path, { findings: 'confirmed' }), 'The investigation');
      expectSame('The state', [view.state, view.findings], ['investigated', 'confirmed']);
      return 'confirmed; a measure before the investigation was refused TRANSITION_ILLEGAL, an investigation by the receiver FORBIDDEN';
    },
  );

  let corrections: any[] = [];
  await story.step(
    { clause: '7', who: 'The sender', what: 'corrects the number and reports back; every earlier recipient is told' },
    async () => {
      const path = `${reports}/${report.id}/resolution`;
      const view = accepted(await client.command('og-team', path, newNumber(newPhone)), 'The measure');
      expectSame('The report', [view.state, view.measure, view.overdue], ['resolved', 'corrected', false]);
      corrections = view.corrections;
      const told = corrections.find(({ disclosureId }) => disclosureId === facts.delivered.id);
      expectSame('The correction', [told?.state, told?.generation, told?.items], ['open', 2, ['contact']]);
      expectSame(
        'Who is told',
        corrections.filter(
          ({ recipient }) => recipient.party !== facts.receiver || recipient.unit !== 'ocmw-sociale-dienst',
        ),
        [],
      );
      return `corrected in ${corrections.length} referrals that had carried the number, their recipients told (GDPR Art. 19), open until acknowledged`;
    },
  );

  await story.step(
    { clause: '7', who: 'The social worker', what: 'takes the values again and acknowledges' },
    async () => {
      const { generation, items } = accepted(await values(story), 'The values');
      expectSame('The generation', generation, 2);
      const corrected = itemsOf({ ...person, phone: newPhone });
      expectThat(JSON.stringify(items) === JSON.stringify(corrected), 'The values are not the corrected ones');
      const old = await client.command(
        'ocmw-social-worker',
        `/transfer/v1/disclosures/${facts.delivered.id}/passphrase/collect`,
        undefined,
      );
      expectSame('The passphrase of the old archive', [old.status, old.body?.code], [410, 'ANSWER_ERASED']);
      for (const { id } of corrections) {
        const path = `/transfer/v1/corrections/${id}/acknowledgements`;
        const view = accepted(await client.command('ocmw-social-worker', path, undefined), 'The acknowledgement');
        expectSame('The correction', view.state, 'acknowledged');
      }
      const after = accepted(await client.get('og-team', `${reports}/${report.id}`), 'The report', 200);
      expectSame('Corrections still open', after.corrections.filter(({ state }: any) => state === 'open').length, 0);
      return 'generation 2 with the new number; the old one went with its key and the archive can no longer be opened (410 ANSWER_ERASED); the sender sees all acknowledged';
    },
  );
}

function newNumber(phone: string) {
  return { measure: 'corrected', reason: 'sourceHasChanged', items: [{ item: 'contact', fields: { phone } }] };
}

function values({ client, facts }: Story) {
  const path = `/transfer/v1/disclosures/${facts.delivered.id}/values/collect`;
  return client.command('ocmw-social-worker', path, undefined);
}
