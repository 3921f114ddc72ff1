import { accepted, until } from '../installation-client.js';
import type { Story } from '../story.js';

/** An alert of a protocol as both parties see it. */
export interface Awaited {
  /** Path of the protocol. */
  path: string;
  persona: string;
  code: string;
  /** The party that has to act. */
  party: string;
  /** A record or measure; any unless given. */
  about?: string;
}

/** Waits until the register has raised it by itself. @returns what is told of it */
export async function alerted(story: Story, awaited: Awaited): Promise<string> {
  const alert = await raised(story, awaited);
  return `alert to both parties: ${alert.code}, article ${alert.clause}`;
}

/** As `alerted`. @returns the alert as it stands */
export function raised(story: Story, awaited: Awaited): Promise<any> {
  return until(
    `the alert ${awaited.code}`,
    () => find(story, awaited),
    (found) => found !== undefined,
  );
}

/** Waits until it is over, because its cause is. */
export async function alertOver(story: Story, awaited: Awaited): Promise<string> {
  await until(
    `the alert ${awaited.code} is over`,
    () => find(story, awaited),
    (found) => found === undefined,
  );
  return `${awaited.code} is over by itself`;
}

async function find({ client }: Story, { path, persona, code, party, about }: Awaited): Promise<any> {
  const { items } = accepted<any>(await client.get(persona, `${path}/alerts`), 'The alerts', 200);
  return items.find(
    (one: any) =>
      one.clearedAt === undefined &&
      one.code === code &&
      one.party === party &&
      (about === undefined || one.about === about),
  );
}
