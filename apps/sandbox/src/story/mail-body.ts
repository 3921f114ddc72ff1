import type { InstallationClient } from './installation-client.js';
import { expectThat } from './story.types.js';

/** The text of a mail that is nothing but a text in base64, as the services write to functional mailboxes. */
export async function bodyOf(client: InstallationClient, mailId: string): Promise<string> {
  const raw = (await client.download(`/sandbox/v1/mails/${mailId}/raw`)).toString();
  const border = raw.indexOf('\r\n\r\n');
  expectThat(/^Content-Transfer-Encoding: base64\r?$/im.test(raw.slice(0, border)), 'The mail is no plain text');
  return Buffer.from(raw.slice(border), 'base64').toString();
}
