import { accepted, until, type Answer } from '../installation-client.js';
import type { Story } from '../story.js';
import { expectSame } from '../story.types.js';
import { PROTOCOLS } from './agreed-text.js';

/** Waits until transfer has stopped what flowed. @returns what is told of it */
export async function enforced(
  story: Story,
  { persona, protocolId, list }: { persona: string; protocolId: string; list: 'endings' | 'suspensions' },
  answer: Answer,
  clause: string,
): Promise<{ id: string; told: string }> {
  const { id, ...said } = accepted(answer, 'The command');
  expectSame('The clause', said.clause, clause);
  const { body } = await until(
    `${id} is enforced`,
    () => story.client.get(persona, `${PROTOCOLS}/${protocolId}/${list}/${id}`),
    (seen) => seen.body?.state === 'enforced',
  );
  return { id, told: `answered "${said.state}", enforced ${body.latencyMs} ms later; nothing flows` };
}

/** @throws StoryMismatch unless the register refuses with this code */
export function refusedWith(answer: Answer, code: string): string {
  expectSame('The refusal', answer.body?.code, code);
  return `refused: ${code}, ${answer.body.detail}`;
}
