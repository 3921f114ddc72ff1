import { createHash } from 'node:crypto';
import { clockNow } from '../clock.js';
import { accepted, until } from '../installation-client.js';
import type { Story } from '../story.js';
import { expectSame, expectThat } from '../story.types.js';
import { eachOnce, referredAgain } from './2-referral.js';

const HOUR_MS = 3_600_000;

/** A mailbox of the receiver was open to others: computed, told, consulted, filed by the party itself, closed. */
export async function breach(story: Story): Promise<void> {
  const { client, facts } = story;
  const dpo = (path: string, body: unknown) => client.command('ocmw-dpo', path, body);
  let disclosureIds: string[] = [];
  let reported: any;
  let path = '';
  let notice = '';

  await story.step(
    { clause: '9-breach', who: 'The DPO of the receiver', what: 'reports a breach: a mailbox was open to others' },
    async () => {
      facts.second = await referredAgain(story);
      disclosureIds = [facts.delivered.id, facts.second];
      const now = Date.parse(await clockNow(story));
      const before = (hours: number) => new Date(now - hours * HOUR_MS).toISOString();
      const awareAt = before(1);
      const request = {
        nature: ['confidentiality'],
        occurredFrom: before(3),
        occurredTo: new Date(now).toISOString(),
        detectedAt: before(2),
        awareAt,
        scope: { disclosureIds },
      };
      reported = await untilReported(story, request);
      path = `/breach/v1/breaches/${reported.id}`;
      notice = `/breach/v1/notices/${reported.notices[0]}`;
      const due = new Date(Date.parse(awareAt) + 72 * HOUR_MS).toISOString();
      expectSame('The 72 hours', [reported.authority.state, reported.authority.dueAt], ['running', due]);
      const { disclosures, persons, items } = reported.scope.counts;
      expectSame('Disclosures, persons and items affected', [disclosures, persons, items], [2, 1, 4]);
      expectSame('Whom it concerns', reported.scope.counterparties, [facts.sender]);
      return `detected ${request.detectedAt}, aware ${awareAt}, so the authority is to know by ${due}: 72 hours from awareness`;
    },
  );

  await story.step(
    { clause: '9-breach', who: 'The ledger', what: 'tells which referrals, persons and items are affected' },
    async () => {
      const affected = accepted(await client.get('ocmw-dpo', `${path}/disclosures`), 'The disclosures', 200).items;
      expectSame('The disclosures', ids(affected, 'disclosureId'), disclosureIds.toSorted());
      const subjects = accepted(await client.get('ocmw-dpo', `${path}/subjects`), 'The persons', 200);
      expectSame('The persons', ids(subjects.items, 'subjectRef'), [facts.subjectRef]);
      expectSame('Languages of the text for them', Object.keys(subjects.text).toSorted(), ['en', 'fr', 'nl']);
      const foreign = await client.get('og-dpo', path);
      expectSame("The receiver's register of breaches, for the sender", foreign.status, 404);
      return `2 referrals, 1 person, 4 items, 1 counterparty; the register of breaches is the receiver's own (404 for the sender)`;
    },
  );

  await story.step(
    { clause: '9-contacts', who: 'The breach notifier', what: 'mails the contacts of both parties' },
    async () => {
      const seenBy = async (persona: string) => accepted<any>(await client.get(persona, notice), 'The notice', 200);
      const told = await until(
        'the counterparty is notified',
        () => seenBy('og-dpo'),
        ({ state }) => state === 'notified',
      );
      expectSame('The notice', [told.mine, told.clause], ['counterparty', '9-breach']);
      const own = await until(
        'every mail is sent',
        () => seenBy('ocmw-dpo'),
        ({ mails }) => mails.every(({ state }: { state: string }) => state === 'sent'),
      );
      const written = { sender: mailsTo(told, facts.sender), receiver: mailsTo(own, facts.receiver) };
      expectThat(written.sender > 0 && written.receiver > 0, 'A party has not been written to');
      const { body } = await client.sandbox('GET', 'mails');
      const arrived = eachOnce<any>(body.items).filter((mail) =>
        notice.endsWith(`/${mail.headers['x-convenant-breach-notice']}`),
      );
      expectSame('Mails that arrived', arrived.length, written.sender + written.receiver);
      const to: string[] = arrived.flatMap((mail: any) => mail.to);
      return `sent to ${to.join(' and ')}; it names counts and items, no person; findings: ${told.findings.join(', ') || 'none'}`;
    },
  );

  await story.step({ clause: '9-breach', who: 'Both DPOs', what: 'acknowledge the notice' }, async () => {
    for (const persona of ['og-dpo', 'ocmw-dpo']) {
      accepted(await client.command(persona, `${notice}/acknowledgements`, {}), 'The acknowledgement');
    }
    const view = accepted(await client.get('og-dpo', notice), 'The notice', 200);
    expectSame('The state', view.state, 'acknowledged');
    const by = view.acknowledgements.map(({ byParty }: { byParty: string }) => byParty).toSorted();
    expectSame('Who acknowledged', by, [facts.sender, facts.receiver].toSorted());
    return `acknowledged by both, ${view.acknowledgements.map(({ acknowledgedAt }: any) => acknowledgedAt).join(' and ')}`;
  });

  await story.step(
    { clause: '9-consult', who: 'Both DPOs', what: 'consult: the sender opens, the receiver decides and closes' },
    async () => {
      const minutesHash = createHash('sha256').update(`minutes ${story.run}`).digest('hex');
      const opening = { topics: ['mailbox-access', 'informing-the-client'] };
      const opened = await client.command('og-dpo', `${notice}/consultations`, opening);
      const { id } = accepted(opened, 'The consultation');
      const of = `/breach/v1/consultations/${id}`;
      const decision = { decision: 'inform-the-client', actions: ['close-mailbox', 'second-factor'], minutesHash };
      accepted(await dpo(`${of}/decisions`, decision), 'The decision');
      const closed = accepted(await dpo(`${of}/closings`, { minutesHash }), 'The closing');
      expectSame('The consultation', [closed.state, closed.decisions.length], ['closed', 1]);
      const shared = { measure: 'second-factor', note: 'Mailboxen van teams krijgen een tweede factor.' };
      const improvement = accepted(await dpo(`${notice}/improvements`, shared), 'The improvement');
      const read = accepted(await client.get('og-dpo', `/breach/v1/improvements/${improvement.id}`), 'The note', 200);
      expectSame('The note that the sender reads', read.note, shared.note);
      return 'opened at once, decided "inform-the-client" with two actions, closed over the hash of the minutes; an improvement shared under 9-information';
    },
  );

  await story.step(
    {
      clause: '9-breach',
      who: 'The DPO of the receiver',
      what: 'assesses, files in the portal of the authority and closes',
    },
    async () => {
      const early = await dpo(`${path}/closings`, closing);
      expectSame('A closing before the assessment', [early.status, early.body?.code], [409, 'CONFLICT']);
      accepted(await dpo(`${path}/assessments`, assessment), 'The assessment');
      const filing = accepted(await dpo(`${path}/filings`, prepared), 'The filing');
      const receipt = { receiptCode: `GBA-${story.run}`, filedAt: await clockNow(story) };
      const filed = accepted(await dpo(`${path}/filings/${filing.id}/receipts`, receipt), 'The receipt');
      expectSame('The filing', [filed.state, filed.withinDeadline], ['recorded', true]);
      const closed = accepted(await dpo(`${path}/closings`, closing), 'The closing');
      expectSame('The breach', [closed.state, closed.authority.state, closed.waitsFor], ['closed', 'filed', []]);
      return `risk low; the filing is prepared for ${prepared.authority} in Dutch, handed in by the party itself (receipt ${receipt.receiptCode}, within the 72 hours); closed in the register`;
    },
  );
}

const closing = { effects: ['none-seen'], remedialAction: ['second-factor'] };
const assessment = {
  risk: 'low',
  consequences: ['unwanted-contact'],
  measuresTaken: ['mailbox-closed'],
  measuresProposed: ['second-factor'],
};
const prepared = {
  authority: 'gba-apd',
  language: 'nl',
  natureText: 'Onbevoegde toegang tot een mailbox.',
  consequences: 'Ongewenst contact.',
  measures: 'De mailbox is afgesloten.',
  categoriesOfSubjects: 'Cliënten van preventieve gezinsondersteuning.',
};

/** Disclosures reach the notifier's ledger over a topic: until then they are unknown there. */
async function untilReported({ client }: Story, request: unknown): Promise<any> {
  const answer = await until(
    'the ledger of the notifier knows the referrals',
    () => client.command('ocmw-dpo', '/breach/v1/breaches', request),
    ({ body }) => !body?.issues?.some(({ name }: { name: string }) => name.startsWith('/scope/disclosureIds')),
  );
  return accepted(answer, 'The report');
}

function mailsTo(notice: any, party: string): number {
  return notice.mails.filter(({ toParty }: { toParty: string }) => toParty === party).length;
}

function ids(items: Record<string, string>[], name: string): string[] {
  return items.map((item) => item[name]!).toSorted();
}
