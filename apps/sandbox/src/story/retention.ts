import { accepted, until } from './installation-client.js';
import type { Story } from './story.js';

interface Trigger {
  kind: string;
  outcome?: string;
  occurredAt?: string;
}

/** What the receiver's system reports of a client; the clock as it stands then. */
export async function report({ client }: Story, disclosureId: string, trigger: Trigger): Promise<any> {
  // The delivery reaches retention over its topic.
  const answer = await until(
    'retention knows the delivery',
    () => client.command('ocmw-agency', '/retention/v1/triggers', { disclosureId, ...trigger }),
    ({ status }) => status !== 404,
  );
  return accepted(answer, `Reporting ${trigger.kind}`);
}

/** The clock of a disclosure, for the receiver, once it is as awaited. */
export async function clockOnce(
  { client }: Story,
  disclosureId: string,
  what: string,
  awaited: (clock: any) => boolean,
): Promise<any> {
  const { body } = await until(
    what,
    () => client.get('ocmw-dpo', `/retention/v1/clocks/${disclosureId}`),
    ({ status, body: clock }) => status === 200 && awaited(clock),
  );
  return body;
}

/** The newest purge of the story's protocol that is as awaited. */
export async function purgeOnce(
  { client, facts }: Story,
  what: string,
  awaited: (purge: any) => boolean,
): Promise<any> {
  const found = ({ body }: { body: any }) =>
    body?.items?.find((purge: any) => purge.protocolId === facts.protocolId && awaited(purge));
  const answer = await until(what, () => client.get('ocmw-dpo', '/retention/v1/purges?limit=50'), found);
  return found(answer);
}

/** What the data protection officer of the receiver is told of the story's protocol. */
export async function statusNow({ client, facts }: Story): Promise<any> {
  const { items } = accepted(await client.get('ocmw-dpo', '/retention/v1/status'), 'The status', 200);
  return items.find(({ protocolId }: { protocolId: string }) => protocolId === facts.protocolId);
}
