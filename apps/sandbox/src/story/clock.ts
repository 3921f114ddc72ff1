import { accepted } from './installation-client.js';
import type { Story } from './story.js';

/** Moves the legal time of all services. */
export async function moveClock({ client }: Story, now: string): Promise<{ now: string }> {
  return accepted(await client.sandbox('POST', 'clock', { now }), 'The time machine', 200);
}

/** What the services take for the present. */
export async function clockNow({ client }: Story): Promise<string> {
  return accepted<{ now: string }>(await client.sandbox('GET', 'clock'), 'The time machine', 200).now;
}
