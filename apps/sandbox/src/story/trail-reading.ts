import { accepted } from './installation-client.js';
import type { Story } from './story.js';

/** An entry of the trail, as far as the story looks at it. */
export interface Entry {
  position: number;
  visibleFrom: number;
  service: string;
  sequence: number;
  type: string;
  subject: string;
  recordedTime: string;
  protocolId?: string;
  clause?: string;
  actorParty?: string;
  actorRef?: string;
  data: Record<string, any>;
}

/** What a persona sees of the story's protocol, page by page; of one type only when it is named. */
export async function entriesFor({ client, facts }: Story, persona: string, type?: string): Promise<Entry[]> {
  const all: Entry[] = [];
  const filter = `protocolId=${facts.protocolId}${type === undefined ? '' : `&type=${type}`}`;
  for (let after: string | undefined = '0'; after !== undefined;) {
    const path: string = `/audit/v1/entries?${filter}&limit=500&after=${after}`;
    const page: { items: Entry[]; next?: string } = accepted(await client.get(persona, path), 'The trail', 200);
    all.push(...page.items);
    after = page.next;
  }
  return all;
}
