import { brussels } from '../brussels.js';
import { moveClock } from '../clock.js';
import { accepted, until } from '../installation-client.js';
import { joinPublicBody, type PublicBody } from '../parties.js';
import type { Story } from '../story.js';
import { expectSame } from '../story.types.js';
import { agreed, PROTOCOLS, sha256, type Text } from './agreed-text.js';

/** Invented, as in the files of the framework and the accessions to it. */
const bodies: Record<'premiums' | 'voorbeeldegem' | 'modelgem' | 'proefstede', Omit<PublicBody, 'dpo' | 'mailbox'>> = {
  premiums: { name: 'Agentschap Woonpremies Voorbeeld', enterpriseNumber: '0799.100.153' },
  voorbeeldegem: { name: 'Stad Voorbeeldegem', enterpriseNumber: '0799.100.252' },
  modelgem: { name: 'Gemeente Modelgem', enterpriseNumber: '0799.100.351' },
  proefstede: { name: 'Stad Proefstede', enterpriseNumber: '0799.100.450' },
};
type Body = keyof typeof bodies;

export interface FrameworkFiles {
  framework: string;
  modelgem: string;
  proefstede: string;
}

/** A framework of two years and two accessions: one ends by its notice, one by its own term, the framework by its own. */
export async function frameworkAndAccessions(story: Story, files: FrameworkFiles): Promise<void> {
  const { client } = story;
  const ids = {} as Record<Body, string>;
  await story.step({ clause: 'parties', who: 'The operator', what: 'registers four more bodies' }, async () => {
    for (const key of Object.keys(bodies) as Body[]) {
      const body = { ...bodies[key], mailbox: `dpo@${key}.example`, dpo: `${key}-dpo` };
      const personas = ['agency', 'dpo', 'signatory'].map((role) => `${key}-${role}`);
      ids[key] = (await joinPublicBody(client, body, personas)).id;
    }
    return Object.values(bodies)
      .map(({ name }) => name)
      .join(', ');
  });

  const text = (name: string, receiver: Body, file: string): Text => ({
    ...{ name, file, parties: { sender: ids.premiums, receiver: ids[receiver] } },
    ...{ drafter: 'premiums-agency', dpo: { sender: 'premiums-dpo', receiver: `${receiver}-dpo` }, decisions: {} },
    signatories: { director: 'premiums-signatory', mayor: `${receiver}-signatory` },
    signedOn: '2026-05-20',
  });
  const framework = await agreed(story, text('Framework on housing premiums', 'voorbeeldegem', files.framework));

  await story.step(
    { clause: '1-framework', who: 'Modelgem', what: 'drafts an accession that is wider than the framework' },
    async () => {
      const parties = { sender: ids.premiums, receiver: ids.modelgem };
      const file = files.modelgem
        .replace('period: P3Y', 'period: P4Y')
        .replace('category: housing-desk', 'category: tax-office');
      const body = { parties, file, format: 'yaml', documentHash: sha256(`wider ${story.run}`) };
      const answer = await client.command('modelgem-agency', PROTOCOLS, body);
      expectSame('The answer', [answer.status, answer.body?.code], [400, 'PROTOCOL_INVALID']);
      const errors = answer.body.findings.filter((one: any) => one.severity === 'error');
      expectSame(
        'The findings',
        errors.map(({ code }: any) => code),
        ['ACCESSION_WIDER_RECIPIENTS', 'ACCESSION_WIDER_RETENTION'],
      );
      const told = errors.map(({ line, clause, text: said }: any) => `line ${line}, article ${clause}: ${said.en}`);
      return ['refused, nothing is kept', ...told].join('\n');
    },
  );
  const modelgem = await agreed(story, text('Accession of Modelgem', 'modelgem', files.modelgem));
  const proefstede = await agreed(story, text('Accession of Proefstede', 'proefstede', files.proefstede));

  await suspendedTogether(story, framework.id, { modelgem: modelgem.id, proefstede: proefstede.id });
  await endedEachItsWay(story, framework.id, { modelgem: modelgem.id, proefstede: proefstede.id });
}

type Accessions = Record<'modelgem' | 'proefstede', string>;

async function suspendedTogether(story: Story, framework: string, accessions: Accessions): Promise<void> {
  const { client } = story;
  const states = async () => {
    const seen = [];
    for (const id of [framework, accessions.modelgem, accessions.proefstede]) {
      seen.push(accepted<any>(await client.get('premiums-dpo', `${PROTOCOLS}/${id}`), 'The protocol', 200).state);
    }
    return seen;
  };
  await story.step(
    { clause: '1-framework', who: 'The DPO of the sender', what: 'suspends the framework, and resumes it' },
    async () => {
      const suspensions = `${PROTOCOLS}/${framework}/suspensions`;
      const { id } = accepted(await client.command('premiums-dpo', suspensions, {}), 'The suspension');
      expectSame('Framework and accessions', await states(), ['suspended', 'suspended', 'suspended']);
      accepted(await client.command('premiums-dpo', `${suspensions}/${id}/resumption`, {}), 'The resumption');
      expectSame('Framework and accessions', await states(), ['active', 'active', 'active']);
      return 'both accessions are suspended with it, and active with it again';
    },
  );
}

async function endedEachItsWay(story: Story, framework: string, accessions: Accessions): Promise<void> {
  const { client } = story;
  await story.step(
    { clause: '7-notice', who: 'Modelgem', what: 'gives notice of its accession: three months' },
    async () => {
      const body = {
        kind: 'notice',
        receivedAt: '2026-05-20T08:00:00Z',
        writingHash: sha256('the notice of Modelgem'),
      };
      const path = `${PROTOCOLS}/${accessions.modelgem}/endings`;
      const said = accepted<any>(await client.command('modelgem-signatory', path, body), 'The notice');
      expectSame('Where it stands', [said.state, said.endsAt], ['scheduled', '2026-08-20T22:00:00.000Z']);
      await moveClock(story, '2026-08-20T22:00:01Z');
      return `received on 20 May, flows until 20 August is over (${brussels(said.endsAt)})\n${await ended(story, accessions.modelgem, 'notice')}`;
    },
  );
  await story.step(
    { clause: '7', who: 'The time machine', what: 'moves to the end of the term of Proefstede, 31 May 2027' },
    async () => {
      await moveClock(story, '2027-05-31T22:00:01Z');
      const told = await ended(story, accessions.proefstede, 'termExpired');
      const { state } = accepted(await client.get('premiums-dpo', `${PROTOCOLS}/${framework}`), 'The framework', 200);
      expectSame('The framework meanwhile', state, 'active');
      return `${told}\nthe framework itself goes on`;
    },
  );
  await story.step(
    { clause: '7', who: 'The time machine', what: 'moves to the end of the framework, 31 May 2028' },
    async () => {
      await moveClock(story, '2028-05-31T22:00:01Z');
      return ended(story, framework, 'termExpired');
    },
  );
}

/** Waits until transfer has confirmed the ending that came by itself. */
async function ended({ client }: Story, id: string, kind: string): Promise<string> {
  const { endings } = await until(
    'the protocol is ended',
    async () => accepted<any>(await client.get('premiums-dpo', `${PROTOCOLS}/${id}`), 'The protocol', 200),
    // It is over at once; that it is told comes with the register's next look.
    ({ state, endings: told }) => state === 'ended' && told.length > 0,
  );
  const { body } = await until(
    'the ending is enforced',
    () => client.get('premiums-dpo', `${PROTOCOLS}/${id}/endings/${endings.at(-1)}`),
    (seen) => seen.body?.state === 'enforced',
  );
  expectSame('The kind', body.kind, kind);
  return `ended without anybody doing anything (${kind}); enforced, transfer waited ${body.latencyMs} ms; left to do: ${body.dutiesAfter.join(', ')}`;
}
