import { accepted, until } from '../installation-client.js';
import type { Story } from '../story.js';
import { expectSame, expectThat } from '../story.types.js';
import { PROTOCOLS, type Text } from './agreed-text.js';

const ENTRIES = '/register/v1/register-entries';

/** What both registers say of the same processing: mirrored, told apart, reconciled, and given out as files. */
export async function entries(story: Story, text: Text, id: string): Promise<void> {
  const { client } = story;
  const own = async (persona: string): Promise<any> =>
    accepted<any>(await client.get(persona, ENTRIES), 'The register', 200).items.find(
      (one: any) => one.protocolId === id && one.side === 'controller' && one.content.state === 'inForce',
    );
  const beside = async (persona: string): Promise<any> =>
    accepted(await client.get(persona, `${PROTOCOLS}/${id}/reconciliation`), 'The reconciliation', 200);
  const drift = async (): Promise<any> =>
    accepted<any>(await client.get(text.dpo.receiver, `${ENTRIES}/drift`), 'The drift', 200).items.find(
      (one: any) => one.protocolId === id && one.kind === 'RETENTION_LONGER',
    );

  await story.step(
    { clause: 'III.7', who: 'The register', what: 'writes the entries of both parties (GDPR Art. 30)' },
    async () => {
      const written = async (persona: string) => until<any>('the entry is in force', () => own(persona), Boolean);
      const [sender, receiver] = [await written(text.dpo.sender), await written(text.dpo.receiver)];
      for (const part of ['purposes', 'dataItems'] as const) {
        expectSame(`The ${part} of both`, sender.content[part], receiver.content[part]);
      }
      expectSame('The state', (await beside(text.dpo.sender)).state, 'reconciled');
      const { content, activity } = receiver;
      return [
        'out of the protocol and of what ran, mirrored in both registers',
        `purposes: ${content.purposes.map((one: any) => one.id).join(', ')}`,
        `grounds: ${content.legalBases.map((one: any) => `${one.instrument} (${one.clause})`).join('; ')}`,
        `kept: ${content.retention.map((one: any) => `${one.id} ${one.period ?? one.ceiling}`).join(', ')}`,
        `disclosures so far: ${activity.disclosures}`,
      ].join('\n');
    },
  );

  await story.step(
    { clause: 'III.7', who: 'The receiver', what: 'declares that its own register says seven years' },
    async () => {
      const rule = (await own(text.dpo.receiver)).content.retention[0].id;
      const declare = async (body: object): Promise<any> =>
        accepted(await client.command(text.dpo.receiver, `${PROTOCOLS}/${id}/declared-entry`, body), 'The declaration');
      const differing = await declare({ reference: 'WVG-2026-17', retention: [{ rule, period: 'P7Y' }] });
      expectSame('The state', differing.state, 'mismatched');
      expectSame('What the sender sees', await beside(text.dpo.sender), differing);
      const found = await until<any>('the drift is seen', drift, Boolean);
      const agreed = await declare({ reference: 'WVG-2026-17' });
      expectSame('The state when it is put right', [agreed.state, agreed.mismatches], ['reconciled', []]);
      await until('the drift is over', drift, (one) => one === undefined);
      const told = differing.mismatches.map(
        (one: any) => `told to both: ${one.aspect} ${one.kind}, ${one.about} (article ${one.clause})`,
      );
      return [
        `the two registers part`,
        ...told,
        `drift: ${found.kind}, ${found.about}`,
        'put right: reconciled, and the drift is over',
      ].join('\n');
    },
  );

  await story.step({ clause: 'III.7', who: 'The DPO of the receiver', what: 'takes the register along' }, async () => {
    const file = async (path: string) => {
      const answer = await client.stream(text.dpo.receiver, `${ENTRIES}/export/${path}`, AbortSignal.timeout(15_000));
      expectThat(answer.ok, `The export ${path} answers ${answer.status}`);
      return answer.text();
    };
    const [json, csv, html] = [await file('json'), await file('csv'), await file('html?language=nl')];
    const count = JSON.parse(json).items.length;
    expectThat(csv.includes('WVG-2026-17') && html.includes('WVG-2026-17'), 'An export leaves the declaration out');
    return `${count} entries as JSON (${json.length} bytes), as CSV that no spreadsheet executes (${csv.length}), as a page to be printed (${html.length})`;
  });
}
