import { createHash, verify } from 'node:crypto';
import { accepted, until } from '../installation-client.js';
import { openArchive } from '../seven-zip.js';
import { itemsOf } from '../people.js';
import type { Story } from '../story.js';
import { expectSame, expectThat, StoryMismatch } from '../story.types.js';
import { moveClock } from '../clock.js';

interface MailView {
  id: string;
  receivedAt: string;
  to: string[];
  subject: string;
  headers: Record<string, string>;
  attachments: { name: string; size: number; sha256: string }[];
}

/** One client, told and asked, is referred; the social worker of the named unit opens what was sent. */
export async function referral(story: Story): Promise<void> {
  const { client, facts, people } = story;
  const person = people.referred;

  await story.step(
    { clause: 'C-sender', who: 'A team member', what: 'registers a client by the case reference' },
    async () => {
      const request = { protocolId: facts.protocolId, agencyCaseRef: `${person.caseRef}-${story.run}` };
      // The protocol reaches transfer over its topic.
      const answer = await until(
        'transfer knows the protocol',
        () => client.command('og-team', '/transfer/v1/subjects', request),
        ({ status }) => status !== 404,
      );
      const subject = accepted(answer, 'Registering the client');
      facts.subjectRef = subject.subjectRef;
      facts.subjectVersion = subject.version;
      const again = accepted(await client.command('og-team', '/transfer/v1/subjects', request), 'Registering again');
      expectSame('The reference given again', again.subjectRef, subject.subjectRef);
      return `gets the reference ${subject.subjectRef}, the same again for the same case; from here on nothing else names the client`;
    },
  );

  await story.step(
    {
      clause: '11-start',
      who: 'A team member',
      what: 'asks for a referral on 27 February, before the protocol is in force',
    },
    async () => {
      const answer = await client.command(
        'og-team',
        '/transfer/v1/disclosures',
        story.referral(person, facts.subjectRef),
      );
      return refusedAs(answer, 'PROTOCOL_NOT_IN_FORCE', '11-start');
    },
  );

  await story.step(
    { clause: '11-start', who: 'The time machine', what: 'moves the clock into March 2026' },
    async () => {
      const { now } = await moveClock(story, '2026-03-02T09:30:00+01:00');
      return `it is ${now}: the protocol is in force`;
    },
  );

  let consent = { id: '', version: 0 };
  await story.step(
    {
      clause: 'C-consent',
      who: 'A team member',
      what: 'gives the client the five information points and records the consent',
    },
    async () => {
      consent = await informedConsent(story, facts.subjectRef);
      return `consent ${consent.id} for one referral, given orally after the notice`;
    },
  );

  await story.step(
    { clause: '3-items', who: 'A team member', what: 'refers the client: name, address, phone, e-mail' },
    async () => {
      const request = story.referral(person, facts.subjectRef, consent);
      const explained = await client.lookup('og-team', '/transfer/v1/disclosures/explain', request);
      expectSame('The verdict when only asked for', accepted(explained, 'Explaining', 200).verdict, 'permitted');
      const verdict = accepted(await client.command('og-team', '/transfer/v1/disclosures', request), 'The referral');
      expectSame('The verdict', verdict.verdict, 'permitted');
      expectSame('The clause', verdict.clause, '3-items');
      facts.delivered = { id: verdict.id, consentId: consent.id };
      return `permitted: article 3 lists both items; recorded and sealed into the vault as ${verdict.id}`;
    },
  );

  let mail: MailView | undefined;
  await story.step(
    { clause: '6-channel', who: 'Transfer', what: 'mails a 7-zip archive (AES-256) to the mailbox of the protocol' },
    async () => {
      const view = await delivered(story, facts.delivered.id);
      const arrived = (await mailsTo(story, facts.mailbox)).filter((candidate) => isOf(candidate, facts.delivered.id));
      expectSame('Mails with this referral', arrived.length, 1);
      mail = arrived[0]!;
      const digests = mail.attachments.map(({ sha256 }) => sha256);
      expectThat(
        digests.includes(view.archiveDigest),
        'No attachment has the digest that was recorded for the archive',
      );
      return `delivered to ${facts.mailbox}; archive ${view.archiveDigest.slice(0, 12)}, ${mail.attachments[0]!.size} bytes, and its signature`;
    },
  );

  await story.step(
    { clause: 'C-receiver', who: 'A clerk of another unit', what: 'tries to collect the passphrase' },
    async () => {
      const answer = await collect(story, 'ocmw-clerk');
      expectThat(
        [403, 404].includes(answer.status) && answer.body?.passphrase === undefined,
        `The clerk is answered ${answer.status}, expected 403 or 404`,
      );
      return `gets ${answer.status} ${answer.body.code} and no passphrase: another unit, not bound by secrecy`;
    },
  );

  await story.step(
    {
      clause: 'C-receiver',
      who: 'The social worker',
      what: 'finds the referral in the inbox, collects the passphrase and opens the archive',
    },
    async () => {
      const inbox = await inInbox(story, facts.delivered.id);
      expectSame('The reference in the inbox', inbox.subjectRef, facts.subjectRef);
      const { passphrase, archiveDigest, fileName } = accepted(
        await collect(story, 'ocmw-social-worker'),
        'Collecting',
      );
      const archive = await client.download(
        `/sandbox/v1/mails/${mail!.id}/attachment?name=${encodeURIComponent(fileName)}`,
      );
      expectSame('The digest of the attachment', createHash('sha256').update(archive).digest('hex'), archiveDigest);
      await signatureHolds(story, mail!.id, fileName, archive);
      const opened = await openArchive(archive, passphrase);
      expectThat(opened.headersEncrypted, 'The archive shows its file names without the passphrase');
      expectThat(
        opened.methods.length > 0 && opened.methods.every((method) => method.includes('7zAES')),
        'A file in the archive is not encrypted by AES',
      );
      const { items: sent } = JSON.parse(opened.files.get('disclosure.json') ?? '{}') as { items?: unknown };
      // Values stay out of the account, so only equality is told.
      expectThat(JSON.stringify(sent) === JSON.stringify(itemsOf(person)), 'The archive does not hold what was sent');
      return `${opened.program} opens it with the passphrase (${opened.methods[0]}, encrypted headers) and finds exactly what was sent; the signature beside it holds`;
    },
  );

  await story.step(
    { clause: 'C-receiver', who: 'The sender', what: 'sees that the referral was collected, and no value' },
    async () => {
      const view = accepted(
        await client.get('og-team', `/transfer/v1/disclosures/${facts.delivered.id}`),
        'The referral',
        200,
      );
      expectSame('The state', view.state, 'collected');
      return `delivered ${view.deliveredAt}, collected ${view.collectedAt}`;
    },
  );
}

/** The five information points, then a consent for one referral. */
export async function informedConsent(story: Story, subjectRef: string): Promise<{ id: string; version: number }> {
  const { client } = story;
  const notice = accepted(
    await client.command('og-team', '/consent/v1/notices', story.noticeRequest(subjectRef)),
    'The notice',
  );
  expectSame('Information points that were left out', notice.missingPoints, []);
  const request = story.consentRequest(subjectRef, notice.id);
  const consent = accepted(await client.command('og-team', '/consent/v1/consents', request), 'The consent');
  expectSame('The state of the consent', consent.state, 'given');
  expectSame('The clause of the consent', consent.clause, 'C-consent');
  return { id: consent.id, version: consent.version };
}

/** Refers the client once more, with a fresh consent, until the mail has been handed over. @returns the disclosure */
export async function referredAgain(story: Story): Promise<string> {
  const { client, facts, people } = story;
  const consent = await informedConsent(story, facts.subjectRef);
  const person = { ...people.referred, phone: people.referred.newPhone };
  const request = story.referral(person, facts.subjectRef, consent);
  const verdict = accepted(await client.command('og-team', '/transfer/v1/disclosures', request), 'The referral');
  expectSame('The verdict', verdict.verdict, 'permitted');
  await delivered(story, verdict.id);
  return verdict.id;
}

/** Told as `code, clause, explanation`; a refusal is decided, so it is answered 201 like a permission. */
export function refusedAs(answer: { status: number; body: any }, code: string, clause: string): string {
  const verdict = accepted(answer, 'The referral');
  expectSame('The verdict', verdict.verdict, 'refused');
  expectSame('The code', verdict.code, code);
  expectSame('The clause', verdict.clause, clause);
  expectThat(
    ['nl', 'fr', 'en'].every((language) => verdict.explanation?.[language]?.length > 0),
    'The refusal is not explained in nl, fr and en',
  );
  return `refused ${code} under ${clause}: ${verdict.explanation.en}`;
}

/** Each message once, as its receiver's mail program would show it: what was sent again has the same Message-ID. */
export async function mailsTo({ client }: Story, mailbox: string): Promise<MailView[]> {
  const answer = await client.sandbox('GET', `mails?to=${encodeURIComponent(mailbox)}`);
  return eachOnce(accepted<{ items: MailView[] }>(answer, 'The mails', 200).items);
}

export function eachOnce<T extends { headers: Record<string, string> }>(mails: readonly T[]): T[] {
  return [...new Map(mails.toReversed().map((mail) => [mail.headers['message-id'], mail])).values()].toReversed();
}

export function isOf(mail: MailView, disclosureId: string): boolean {
  return mail.headers['x-convenant-disclosure'] === disclosureId;
}

/** The disclosure once its mail has been handed over. */
export async function delivered({ client }: Story, id: string): Promise<any> {
  const answer = await until(
    `disclosure ${id} is delivered`,
    () => client.get('og-team', `/transfer/v1/disclosures/${id}`),
    // Unconfirmed: cut off on the way, and sent once more.
    ({ body }) => !['authorized', 'delivering', 'unconfirmed'].includes(body?.state),
  );
  const view = accepted(answer, 'The referral', 200);
  expectSame('The state', view.state, 'delivered');
  return view;
}

function collect({ client, facts }: Story, persona: string) {
  return client.command(persona, `/transfer/v1/disclosures/${facts.delivered.id}/passphrase/collect`, undefined);
}

/** The detached signature (Ed25519) beside the archive, by one of the keys that transfer publishes. */
async function signatureHolds({ client }: Story, mailId: string, fileName: string, archive: Buffer): Promise<void> {
  const name = encodeURIComponent(`${fileName}.sig`);
  const signature = await client.download(`/sandbox/v1/mails/${mailId}/attachment?name=${name}`);
  const { items } = accepted(await client.get('og-team', '/transfer/v1/archive-keys'), 'The keys', 200);
  const holds = items.some(({ publicKey }: { publicKey: string }) => verify(null, archive, publicKey, signature));
  expectThat(holds, 'The signature beside the archive is by none of the published keys');
}

/** The disclosure in the inbox of the social worker's unit, page by page. */
async function inInbox({ client }: Story, id: string): Promise<any> {
  for (let path: string | undefined = '/transfer/v1/inbox?limit=100'; path !== undefined;) {
    const page: any = accepted(await client.get('ocmw-social-worker', path), 'The inbox', 200);
    const found = page.items.find((item: any) => item.id === id);
    if (found) return found;
    path = page.next && `/transfer/v1/inbox?limit=100&after=${encodeURIComponent(page.next)}`;
  }
  throw new StoryMismatch('The referral is not in the inbox');
}
