import { brussels } from '../brussels.js';
import { moveClock } from '../clock.js';
import { accepted, until } from '../installation-client.js';
import type { Story } from '../story.js';
import { expectSame, expectThat } from '../story.types.js';
import { agreed, bind, PROTOCOLS, sha256, type Text } from './agreed-text.js';
import { enforced, refusedWith } from './enforced.js';

const violation = { clauses: ['4'], evidenceHash: sha256('evidence of the violation') };

/** Suspended and resumed, amended while it goes on, and ended by the sender for violation. */
export async function suspendedAmendedTerminated(story: Story, text: Text): Promise<void> {
  const { client } = story;
  const { id, documentHash } = await agreed(story, text);
  const path = `${PROTOCOLS}/${id}`;

  await story.step({ clause: '9-breach', who: 'The DPO of the receiver', what: 'suspends the flow' }, async () => {
    await moveClock(story, '2026-06-15T10:00:00+02:00');
    const answer = await client.command(text.dpo.receiver, `${path}/suspensions`, { clause: '9-breach' });
    const where = { persona: text.dpo.sender, protocolId: id, list: 'suspensions' } as const;
    const suspension = await enforced(story, where, answer, '9-breach');
    const resumption = `${path}/suspensions/${suspension.id}/resumption`;
    const other = refusedWith(await client.command(text.dpo.sender, resumption, {}), 'FORBIDDEN');
    accepted(await client.command(text.dpo.receiver, resumption, {}), 'The resumption');
    return `${suspension.told}\na resumption by the other party: ${other}\nresumed by who suspended`;
  });

  await story.step({ clause: '3-phase2', who: 'The sender', what: 'drafts a second version of the text' }, async () => {
    const file = text.file
      .replace('period: P10Y', 'period: P5Y')
      .replace('{ kind: date, on: 2026-03-01', '{ kind: date, on: 2026-07-01');
    const same = await client.command(text.drafter, `${path}/amendments`, {
      file: text.file,
      format: 'yaml',
      documentHash,
    });
    refusedWith(same, 'CONFLICT');
    const second = sha256(`second version ${id}`);
    const body = { file, format: 'yaml', documentHash: second };
    const draft = accepted(await client.command(text.drafter, `${path}/amendments`, body), 'The amendment');
    expectSame('The state meanwhile', draft.state, 'active');
    const answer = await client.get(text.dpo.sender, `${path}/versions/2/difference`);
    const { items } = accepted(answer, 'The difference', 200);
    expectThat(items.length > 0, 'The difference is empty');
    const { dataHash } = draft;
    await bind(story, text, { id, documentHash: second, dataHash, signedOn: '2026-06-15' });
    const list = accepted(await client.get(text.dpo.receiver, `${path}/versions`), 'The versions', 200);
    expectSame(
      'The versions',
      list.items.map((version: { state: string }) => version.state),
      ['activated', 'activated'],
    );
    const changes = items.map(({ text: told }: { text: { en: string } }) => told.en);
    return [`version 1 goes on until ${brussels(list.items[1].effectiveFrom)}; what changes:`, ...changes].join('\n');
  });

  await story.step({ clause: '8', who: 'The sender', what: 'ends the protocol for violation' }, async () => {
    const endings = `${path}/endings`;
    const notHis = await client.command('ocmw-mayor', endings, { kind: 'violation', violation });
    const refusal = refusedWith(notHis, 'FORBIDDEN');
    const answer = await client.command('og-signatory', endings, { kind: 'violation', violation });
    const where = { persona: text.dpo.receiver, protocolId: id, list: 'endings' } as const;
    const { told } = await enforced(story, where, answer, '8');
    const later = await client.command('og-signatory', endings, { kind: 'notice' });
    return `${told}\nby the receiver: ${refusal}\na notice afterwards: ${refusedWith(later, 'TRANSITION_ILLEGAL')}`;
  });
}

/** A notice: the flow goes on for six calendar months, and no longer. */
export async function noticeGiven(story: Story, text: Text): Promise<void> {
  const { client } = story;
  const { id } = await agreed(story, text);
  let ending = '';
  await story.step({ clause: '11-notice', who: 'The receiver', what: 'gives written notice' }, async () => {
    await moveClock(story, '2026-04-01T10:00:00+02:00');
    const body = { kind: 'notice', receivedAt: '2026-03-31T08:00:00Z', writingHash: sha256('the notice') };
    const said = accepted(await client.command('ocmw-mayor', `${PROTOCOLS}/${id}/endings`, body), 'The notice');
    expectSame('Where it stands', [said.state, said.clause], ['scheduled', '11-notice']);
    expectSame('The end', said.endsAt, '2026-09-30T22:00:00.000Z');
    ending = said.id;
    return `received on 31 March, so the flow goes on until 30 September is over (${brussels(said.endsAt)})`;
  });
  await story.step({ clause: '11-notice', who: 'The time machine', what: 'moves to that midnight' }, async () => {
    await moveClock(story, '2026-09-30T22:00:01Z');
    const { body } = await until(
      'the notice is enforced',
      () => client.get(text.dpo.sender, `${PROTOCOLS}/${id}/endings/${ending}`),
      (seen) => seen.body?.state === 'enforced',
    );
    return `ended without anybody doing anything; enforced, transfer waited ${body.latencyMs} ms for what was on its way`;
  });
}

/** The flow hangs on an agreement, and ends on the day on which that ends. */
export async function linkedAgreementEnded(story: Story, text: Text): Promise<void> {
  const { client } = story;
  const { id } = await agreed(story, text);
  await story.step(
    { clause: '5-duration', who: 'A party', what: 'says that the cooperation agreement ended' },
    async () => {
      await moveClock(story, '2026-06-15T10:00:00+02:00');
      const path = `${PROTOCOLS}/${id}/linked-agreement-endings`;
      const other = await client.command(text.dpo.sender, path, { agreement: 'another', endedOn: '2026-06-10' });
      const unknown = refusedWith(other, 'TRANSITION_ILLEGAL');
      const body = { agreement: 'cooperation-agreement', endedOn: '2026-06-10' };
      const answer = await client.command(text.dpo.sender, path, body);
      const where = { persona: text.dpo.receiver, protocolId: id, list: 'endings' } as const;
      const { told } = await enforced(story, where, answer, '5-duration');
      return `${told}\nof an agreement that the text does not name: ${unknown}`;
    },
  );
}

/** The legal ground is gone since a day that lies behind; what the ending leaves to be done is done. */
export async function groundLapsed(story: Story, text: Text, id: string): Promise<void> {
  const { client } = story;
  let ending = '';
  await story.step(
    { clause: '11-lapse', who: 'A party', what: 'says that the legal ground lapsed on 1 June' },
    async () => {
      await moveClock(story, '2026-07-07T10:00:00+02:00');
      const body = { instrument: 'Decreet van 1 juni 2026', lapsedOn: '2026-06-01' };
      const answer = await client.command(text.dpo.sender, `${PROTOCOLS}/${id}/lapses`, body);
      const where = { persona: text.dpo.receiver, protocolId: id, list: 'endings' } as const;
      const lapse = await enforced(story, where, answer, '11-lapse');
      ending = lapse.id;
      const flagged = await client.get(text.dpo.receiver, `${PROTOCOLS}/${id}/endings/${ending}/flagged`);
      const { flaggedSince, items } = accepted(flagged, 'What was disclosed since', 200);
      expectSame('Flagged since', flaggedSince, '2026-05-31T22:00:00.000Z');
      expectSame('Disclosures since then', items.length, 1);
      return `${lapse.told}\nthe disclosure since ${brussels(flaggedSince)} is flagged: it had no ground any more`;
    },
  );
  await story.step(
    { clause: '11-lapse', who: 'Both parties', what: 'do what the ending leaves to be done' },
    async () => {
      const duties = `${PROTOCOLS}/${id}/endings/${ending}/duties`;
      const shown = { evidenceHash: sha256('the evidence') };
      for (const [duty, persona] of [
        ['flagSince', text.dpo.sender],
        ['keepUntilRetentionEnds', text.dpo.receiver],
      ] as const) {
        accepted(await client.command(persona, `${duties}/${duty}/completion`, shown), `The duty ${duty}`);
      }
      const { items } = accepted(await client.get(text.dpo.sender, duties), 'The duties', 200);
      expectThat(
        items.every(({ state }: { state: string }) => state === 'completed'),
        'A duty is still open',
      );
      return items.map(({ duty, state }: { duty: string; state: string }) => `${duty}: ${state}`).join('\n');
    },
  );
}
