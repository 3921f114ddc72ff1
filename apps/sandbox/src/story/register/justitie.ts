import { moveClock } from '../clock.js';
import { accepted } from '../installation-client.js';
import type { Story } from '../story.js';
import { expectSame } from '../story.types.js';
import { agreed, PROTOCOLS, sha256, type Text } from './agreed-text.js';
import { enforced, refusedWith } from './enforced.js';
import { entries } from './entries.js';
import { users } from './users.js';

/** The other shipped text: a blank that keeps it from running, its users, its entries, and a revocation by either party. */
export async function revoked(story: Story, text: Text): Promise<void> {
  const { client } = story;
  await story.step({ clause: 'IV-start', who: 'The sender', what: 'drafts the text with its blanks' }, async () => {
    const { parties, file } = text;
    const body = { parties, file, format: 'yaml', documentHash: sha256(`with blanks ${story.run}`) };
    const draft = accepted(await client.command(text.drafter, PROTOCOLS, body), 'Drafting');
    const blanks = draft.waitsFor.filter((what: string) => what.startsWith('openPoint:'));
    expectSame('The date of signature is waited for', blanks.includes('openPoint:signature-date'), true);
    return `entered as it stands, with ${draft.findings.length} findings; not to be activated before ${blanks.join(', ')}`;
  });
  const { id } = await agreed(story, text);
  await users(story, text, id);
  await entries(story, text, id);
  await story.step({ clause: 'IV-end', who: 'The receiver', what: 'revokes the protocol expressly' }, async () => {
    await moveClock(story, '2026-06-15T10:00:00+02:00');
    const endings = `${PROTOCOLS}/${id}/endings`;
    const notice = refusedWith(
      await client.command('wvg-signatory', endings, { kind: 'notice' }),
      'TRANSITION_ILLEGAL',
    );
    const body = { kind: 'revocation', writingHash: sha256('the revocation') };
    const answer = await client.command('wvg-signatory', endings, body);
    const where = { persona: text.dpo.sender, protocolId: id, list: 'endings' } as const;
    const { told } = await enforced(story, where, answer, 'IV-end');
    return `${told}\na notice, which this text does not know: ${notice}`;
  });
}
