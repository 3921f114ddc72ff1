import { brussels } from '../brussels.js';
import { moveClock } from '../clock.js';
import { accepted } from '../installation-client.js';
import type { Story } from '../story.js';
import { expectSame } from '../story.types.js';
import { alerted, alertOver } from './alerts.js';
import { PROTOCOLS, sha256, type Text } from './agreed-text.js';

const policy = Buffer.from('Veiligheidsbeleid (verzonnen): toegang, sleutels, reservekopieën, opleiding.\n');

/** A document shows a measure as of a date, and proves it on simple request; a change of the law is told and reviewed. */
export async function evidenceAndLaw(story: Story, text: Text, id: string): Promise<void> {
  const { client } = story;
  const path = `${PROTOCOLS}/${id}`;
  const of = { path, persona: text.dpo.sender };
  let evidence: any;

  await story.step(
    { clause: '6-policy', who: 'The receiver', what: 'shows its security policy by a document' },
    async () => {
      await moveClock(story, '2026-04-02T10:00:00+02:00');
      const missing = {
        ...of,
        code: 'EVIDENCE_MISSING',
        party: text.parties.receiver,
        about: 'security-policy',
      };
      const told = await alerted(story, missing);
      const documentHash = sha256(policy);
      const document = { title: 'Veiligheidsbeleid', mediaType: 'text/plain', content: policy.toString('base64') };
      accepted(
        await client.command(text.dpo.receiver, `${path}/documents`, { ...document, documentHash }),
        'The document',
      );
      const record = { measure: 'security-policy', documentHash, asOf: '2026-04-01' };
      evidence = accepted(await client.command(text.dpo.receiver, `${path}/evidence`, record), 'The evidence');
      return [
        `a month after the start nothing shows it: ${told}`,
        `document ${documentHash.slice(0, 12)}, as of ${evidence.asOf}, counts until ${brussels(evidence.validUntil)}; ${await alertOver(story, missing)}`,
      ].join('\n');
    },
  );

  await story.step({ clause: '6-proof', who: 'The sender', what: 'asks for proof, by simple request' }, async () => {
    const request = { measures: ['security-policy'] };
    const asked = accepted<any>(
      await client.command(text.dpo.sender, `${path}/evidence-requests`, request),
      'The request',
    );
    await moveClock(story, '2026-04-03T10:00:00+02:00');
    const delivery = `${path}/evidence-requests/${asked.id}/delivery`;
    const { delivery: given } = accepted<any>(
      await client.command(text.dpo.receiver, delivery, { evidence: [evidence.id] }),
      'The delivery',
    );
    expectSame('Late', given.late, false);
    const address = `${path}/documents/${evidence.documentHash}`;
    const opened = await client.stream(text.dpo.sender, address, AbortSignal.timeout(15_000));
    expectSame('The document', sha256(Buffer.from(await opened.arrayBuffer())), evidence.documentHash);
    return `to be answered before ${brussels(asked.answerBy)}; answered after ${Math.round(given.answeredWithinSeconds / 3600)} hours; the sender opens the document, whose hash is as recorded`;
  });

  await story.step(
    { clause: '9-law', who: 'The receiver', what: 'tells of a change of the law, and what it touches' },
    async () => {
      const notice = {
        instrument: 'Decreet van 1 april 2026 betreffende het lokaal sociaal beleid (verzonnen)',
        inForceOn: '2026-09-01',
        impact: ['purpose', 'duration'],
      };
      const told = accepted<any>(await client.command(text.dpo.receiver, `${path}/law-changes`, notice), 'The notice');
      await moveClock(story, '2026-05-04T10:00:00+02:00');
      const overdue = { ...of, code: 'LAW_REVIEW_OVERDUE', party: text.parties.sender, about: told.id };
      const alert = await alerted(story, overdue);
      const review = { outcome: 'amend', impact: ['purpose'] };
      const reviewed = accepted<any>(
        await client.command(text.dpo.sender, `${path}/law-changes/${told.id}/review`, review),
        'The review',
      );
      return [
        `in force on ${notice.inForceOn}, touches ${notice.impact.join(' and ')}; to be reviewed before ${brussels(told.reviewBy)}`,
        `nobody did: ${alert}`,
        `reviewed by the sender: ${reviewed.review.outcome}, because of ${reviewed.review.impact.join(', ')}; ${await alertOver(story, overdue)}`,
      ].join('\n');
    },
  );
}
