import { createHash } from 'node:crypto';
import { brussels } from '../brussels.js';
import { moveClock } from '../clock.js';
import { accepted } from '../installation-client.js';
import type { Story } from '../story.js';
import { expectSame } from '../story.types.js';

export const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');

export const PROTOCOLS = '/register/v1/protocols';

export type Side = 'sender' | 'receiver';

/** A protocol file with everyone who agrees on it. */
export interface Text {
  name: string;
  file: string;
  /** Party ids. */
  parties: Record<Side, string>;
  drafter: string;
  dpo: Record<Side, string>;
  /** What is decided on the points that the text leaves open. */
  decisions: Record<string, string>;
  /** Signatory in the file, and the persona that signs for it. */
  signatories: Record<string, string>;
  /** When they sign, in Brussels; 27 February 2026 unless given. */
  signedOn?: string;
}

/** A version that waits for opinions and signatures. */
interface Version {
  id: string;
  documentHash: string;
  dataHash: string;
  signedOn: string;
}

/** Draft, decisions, opinions and signatures of a first version, as one step. @returns the protocol in force */
export async function agreed(story: Story, text: Text): Promise<{ id: string; documentHash: string }> {
  const made = { id: '', documentHash: sha256(`${text.name} ${story.run} ${story.steps.length}`) };
  await story.step({ clause: 'title', who: 'Both parties', what: `agree on the text ${text.name}` }, async () => {
    const { file, parties, signedOn = '2026-02-27' } = text;
    await moveClock(story, `${signedOn}T10:00:00Z`);
    const body = { parties, file, format: 'yaml', documentHash: made.documentHash };
    const draft = accepted(await story.client.command(text.drafter, PROTOCOLS, body), 'Drafting');
    made.id = draft.id;
    const protocol = await bind(story, text, { ...made, dataHash: draft.dataHash, signedOn });
    expectSame('The state', protocol.state, 'active');
    return [
      `${draft.findings.length} findings, none an error; in force from ${brussels(protocol.effectiveFrom)}, Brussels time`,
      `the draft waited for ${counted(draft.waitsFor)}`,
    ].join('\n');
  });
  return made;
}

/** `2 opinions, 3 signatures, 1 open point`. */
function counted(waitsFor: readonly string[]): string {
  const of = (kind: string, word: string) => {
    const count = waitsFor.filter((one) => one.startsWith(`${kind}:`)).length;
    return count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`];
  };
  return [...of('opinion', 'opinion'), ...of('signature', 'signature'), ...of('openPoint', 'open point')].join(', ');
}

/** What a version still waits for: the points that the text leaves open, two opinions and every signature over its hashes. */
export async function bind(story: Story, text: Text, version: Version): Promise<any> {
  const { client } = story;
  const { id, documentHash, dataHash, signedOn } = version;
  const path = `${PROTOCOLS}/${id}`;
  const { model, openPoints } = accepted(await client.get(text.dpo.sender, path), 'The protocol', 200);
  for (const [openPoint, value] of Object.entries(text.decisions)) {
    if (openPoints.find((point: any) => point.id === openPoint)?.decided !== false) continue;
    const { decidedBy } = model.openPoints.find((point: { id: string }) => point.id === openPoint);
    for (const side of decidedBy as Side[]) {
      const decision = { openPoint, value, capacity: 'functionaris voor gegevensbescherming', decidedOn: signedOn };
      accepted(await client.command(text.dpo[side], `${path}/decisions`, decision), `The decision on ${openPoint}`);
    }
  }
  for (const side of ['sender', 'receiver'] as const) {
    const opinion = { outcome: 'positive', givenOn: signedOn, followed: true, approvesTranscription: true };
    const answer = await client.command(text.dpo[side], `${path}/opinions`, { ...opinion, documentHash, dataHash });
    accepted(answer, `The opinion of the ${side}`);
  }
  for (const [signatory, persona] of Object.entries(text.signatories)) {
    const signature = { signatory, signedOn, method: 'paper', documentHash, dataHash };
    accepted(await client.command(persona, `${path}/signatures`, signature), `The signature of the ${signatory}`);
  }
  return accepted(await client.get(text.dpo.sender, path), 'The protocol', 200);
}
