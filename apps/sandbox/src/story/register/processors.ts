import { moveClock } from '../clock.js';
import { accepted } from '../installation-client.js';
import type { Story } from '../story.js';
import { expectSame } from '../story.types.js';
import { alerted, alertOver } from './alerts.js';
import { PROTOCOLS, type Text } from './agreed-text.js';

/** The points of Article 28(3), and where the contract has them. */
const points = {
  subjectMatter: 'Hosting of the client file',
  duration: 'Two years',
  nature: 'Storage and backup',
  purpose: 'Running the client file',
  dataTypes: 'Name and contact data',
  dataSubjects: 'Clients referred',
  controllerDutiesAndRights: 'Article 4',
  documentedInstructions: 'Article 5',
  confidentiality: 'Article 6',
  subProcessors: 'Article 8',
  rightsAssistance: 'Article 9',
  complianceAssistance: 'Article 10',
  deletionOrReturn: 'Article 11',
};
const partial = { reference: 'VWO-2026-014', concludedOn: '2026-01-15', ...points };
const whole = { ...partial, security: 'Article 7', audits: 'Article 12' };
const particulars = { activities: 'Hosting of the client file', guarantees: 'ISO/IEC 27001 certificate' };

/** Processors with their contracts, a sub-processor, and the lists that the parties give each other. */
export async function processors(story: Story, text: Text, id: string): Promise<void> {
  const { client } = story;
  const path = `${PROTOCOLS}/${id}`;
  const { receiver: owner } = text.dpo;
  const of = { path, persona: text.dpo.sender };
  const { sender, receiver } = text.parties;
  const record = async (body: object, at = `${path}/processors`) =>
    accepted<any>(await client.command(owner, at, body), 'The record of the processor');

  await story.step(
    { clause: '6-processors', who: 'The receiver', what: 'records a processor whose contract lacks two points' },
    async () => {
      const hosting = await record({ kind: 'processor', name: 'Voorbeeld Hosting', ...particulars, contract: partial });
      expectSame('Why it is blocked', hosting.reasons, [
        { code: 'CONTRACT_INCOMPLETE', fields: ['security', 'audits'] },
      ]);
      const blocked = { ...of, code: 'PROCESSOR_BLOCKED', party: receiver, about: hosting.id };
      const told = await alerted(story, blocked);
      const under = { kind: 'subProcessor', name: 'Voorbeeld Backup', under: hosting.id };
      const backup = await record({ ...under, ...particulars, contract: whole });
      const codes = backup.reasons.map(({ code }: { code: string }) => code);
      expectSame('Why the one under it is blocked', codes, ['AUTHORISATION_MISSING', 'PROCESSOR_ABOVE_BLOCKED']);

      const change = (one: string) => `${path}/processors/${one}/contract`;
      const allowed = await record({ ...particulars, contract: whole }, change(hosting.id));
      expectSame('The state with the whole contract', allowed.state, 'allowed');
      await record({ ...particulars, contract: whole, authorisation: 'specific' }, change(backup.id));
      await alertOver(story, { ...blocked, about: backup.id });
      return [
        'blocked for both parties to see until the contract is whole',
        `security and audits are missing (Article 28(3)); ${told}`,
        `its sub-processor: ${codes.join(', ')}`,
        `with the two points, and authorised: both allowed; ${await alertOver(story, blocked)}`,
      ].join('\n');
    },
  );

  const lists = `${path}/processor-lists`;
  let first = '';
  await story.step(
    { clause: '6-list', who: 'The receiver', what: 'shares its list, which nobody acknowledges for two weeks' },
    async () => {
      const list = accepted<any>(await client.command(owner, lists, {}), 'The list');
      first = list.id;
      await moveClock(story, '2026-03-19T10:00:00+01:00');
      const late = { ...of, code: 'PROCESSOR_LIST_UNACKNOWLEDGED', party: sender, about: first };
      const told = await alerted(story, late);
      accepted(await client.command(text.dpo.sender, `${lists}/${first}/acknowledgement`, {}), 'The acknowledgement');
      const names = list.processors.map((one: any) => `${one.name} (${one.contractReference}, ${one.state})`);
      return [
        `version ${list.listVersion}: ${names.join(', ')}`,
        told,
        `acknowledged; ${await alertOver(story, late)}`,
      ].join('\n');
    },
  );

  await story.step(
    { clause: '6-list', who: 'The receiver', what: 'takes on a third processor after sharing its list' },
    async () => {
      await record({ kind: 'processor', name: 'Voorbeeld Drukkerij', ...particulars, contract: whole });
      const stale = { ...of, code: 'PROCESSOR_LIST_STALE', party: receiver, about: first };
      const told = await alerted(story, stale);
      const list = accepted<any>(await client.command(owner, lists, {}), 'The next list');
      expectSame('Processors on the next list', list.processors.length, 3);
      accepted(await client.command(text.dpo.sender, `${lists}/${list.id}/acknowledgement`, {}), 'The acknowledgement');
      return [
        `the list that was shared is no longer true`,
        told,
        `version ${list.listVersion} shared and acknowledged; ${await alertOver(story, stale)}`,
      ].join('\n');
    },
  );
}
