import { accepted, until } from '../installation-client.js';
import { bodyOf } from '../mail-body.js';
import type { Story } from '../story.js';
import { expectSame, expectThat } from '../story.types.js';
import type { Text } from './agreed-text.js';

/** Both officers give back the code that was mailed to their functional mailbox: from then on they are written to. */
export async function officersAreReached(story: Story, text: Text): Promise<void> {
  const { client } = story;
  await story.step({ clause: '9-contacts', who: 'Both DPOs', what: 'show that their mailbox is read' }, async () => {
    const told: string[] = [];
    for (const side of ['sender', 'receiver'] as const) {
      const contacts = `/register/v1/parties/${text.parties[side]}/contacts`;
      const { items } = accepted<any>(await client.get(text.dpo[side], contacts), 'The contacts', 200);
      const { id, mailbox } = items.find(({ role }: { role: string }) => role === 'dpo');
      accepted(await client.command(text.dpo[side], `${contacts}/${id}/codes`, {}), 'The code');
      const { items: mails } = accepted<any>(
        await client.sandbox('GET', `mails?to=${encodeURIComponent(mailbox)}`),
        'The mails',
        200,
      );
      // Among alerts, which may come at any time.
      const mail = mails.findLast(({ subject }: { subject: string }) => subject.startsWith('Convenant: code'));
      expectThat(mail !== undefined, 'No code was mailed');
      const code = /Code: (\d+)/.exec(await bodyOf(client, mail.id))?.[1];
      expectThat(code !== undefined, 'The mail has no code');
      const path = `${contacts}/${id}/verification`;
      const { state, validUntil } = accepted<any>(
        await client.command(text.dpo[side], path, { code }),
        'The verification',
      );
      expectSame('The mailbox', state, 'verified');
      told.push(`${mailbox}: verified until ${validUntil.slice(0, 10)}`);
    }
    return ['by the code that was mailed to it; alerts are mailed there from now on', ...told].join('\n');
  });
}

/** Waits for the mail about an alert. @returns what it says, line by line */
export async function mailedTo({ client }: Story, mailbox: string, alert: string): Promise<string[]> {
  const mail = await until<any>(
    `${mailbox} is written to`,
    async () => {
      const { body } = await client.sandbox('GET', `mails?to=${encodeURIComponent(mailbox)}`);
      return body.items.find((one: any) => one.headers['x-convenant-reference'] === alert);
    },
    (found) => found !== undefined,
  );
  const lines = (await bodyOf(client, mail.id)).split('\n').filter((line) => line !== '');
  return [`mail to ${mailbox}: ${mail.subject}`, ...lines.slice(1).map((line) => `  ${line}`)];
}
