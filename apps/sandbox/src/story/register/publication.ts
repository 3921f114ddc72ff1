import { brussels } from '../brussels.js';
import { moveClock } from '../clock.js';
import { accepted, until } from '../installation-client.js';
import { parties } from '../parties.js';
import type { Story } from '../story.js';
import { expectSame, expectThat } from '../story.types.js';
import { alerted, alertOver, raised } from './alerts.js';
import { mailedTo } from './officers.js';
import { PROTOCOLS, sha256, type Side, type Text } from './agreed-text.js';

/** Both parties publish the protocol in force; a page that is changed afterwards is noticed, by nobody's doing. */
export async function publication(story: Story, text: Text, id: string): Promise<void> {
  const { client } = story;
  const path = `${PROTOCOLS}/${id}`;
  const publications = `${path}/publications`;
  const published = {} as Record<Side, { id: string; page: string; content: Buffer }>;
  let files: any[] = [];

  await story.step({ clause: 'D', who: 'Anybody', what: 'reads the protocol, without a login' }, async () => {
    await moveClock(story, '2026-03-02T10:00:00+01:00');
    ({ files } = accepted(await client.get(text.dpo.sender, publications), 'The public files', 200));
    const told: string[] = [];
    for (const { name, path: address, contentHash } of files) {
      const content = await client.download(address);
      expectSame(`The hash of ${name}`, sha256(content), contentHash);
      told.push(`${name}: ${content.length} bytes, SHA-256 ${contentHash.slice(0, 12)}`);
    }
    expectSame('The files', files.map(({ name }) => name).toSorted(), [
      'en.html',
      'fr.html',
      'nl.html',
      'protocol.json',
    ]);
    return [`a page in three languages and one file for machines, the same bytes for ever`, ...told].join('\n');
  });

  await story.step({ clause: 'D', who: 'Both parties', what: 'put it on their websites and say where' }, async () => {
    const told: string[] = [];
    for (const [side, name] of [
      ['sender', 'nl.html'],
      ['receiver', 'protocol.json'],
    ] as const) {
      const content = await client.download(files.find((file) => file.name === name).path);
      const page = `${side}-${story.run}/${name}`;
      const url = await putUp(story, page, content);
      const said = accepted(await client.command(text.dpo[side], publications, { url }), 'The publication');
      const view = await publicationIs(story, text, `${publications}/${said.id}`, 'published');
      expectSame('What was found there', view.contentHash, sha256(content));
      published[side] = { id: said.id, page, content };
      told.push(`${side}: ${view.file} found at ${url}, SHA-256 ${view.contentHash.slice(0, 12)}`);
    }
    return ['fetched and compared byte by byte', ...told].join('\n');
  });

  const lapse = { path, persona: text.dpo.receiver, code: 'PUBLICATION_LAPSED', party: text.parties.sender };
  await story.step(
    { clause: 'D', who: 'The register', what: 'looks again a day later: the page of the sender has been changed' },
    async () => {
      const { id: publicationId, page, content } = published.sender;
      await putUp(story, page, Buffer.concat([content, Buffer.from('<!-- another footer -->')]));
      await moveClock(story, '2026-03-03T10:05:00+01:00');
      const view = await publicationIs(story, text, `${publications}/${publicationId}`, 'lapsed');
      expectSame('Why', view.cause, 'CONTENT_DIFFERS');
      const mail = await mailedTo(story, parties.sender.mailbox, (await raised(story, lapse)).id);
      return `the publication has lapsed (${view.cause}): what stands there is not what was signed\n${await alerted(story, lapse)}\n${mail.join('\n')}`;
    },
  );

  await story.step({ clause: 'D', who: 'The sender', what: 'puts the page back and has it looked at' }, async () => {
    const { id: publicationId, page, content } = published.sender;
    await putUp(story, page, content);
    const again = `${publications}/${publicationId}`;
    accepted(await client.command(text.dpo.sender, `${again}/checks`, {}), 'The look');
    const { observedAt } = await publicationIs(story, text, again, 'published');
    return `published again, seen ${brussels(observedAt)}\n${await alertOver(story, lapse)}`;
  });
}

/** @returns the address under which the page stands on the website of a party */
async function putUp({ client }: Story, path: string, content: Buffer): Promise<string> {
  const { url } = accepted<{ url: string }>(await client.sandbox('GET', 'websites'), 'The websites', 200);
  accepted(
    await client.sandbox('POST', 'websites', { path, content: content.toString('base64') }),
    'The page of a party',
    200,
  );
  expectThat(url.startsWith('http'), 'The websites have no address');
  return `${url}/${path}`;
}

async function publicationIs({ client }: Story, text: Text, path: string, state: string): Promise<any> {
  const { body } = await until(
    `the publication is ${state}`,
    () => client.get(text.dpo.sender, path),
    (seen) => seen.body?.state === state,
  );
  return body;
}
