import { inventedDetainees } from '../../source/detainees.js';
import { brussels } from '../brussels.js';
import { accepted, until } from '../installation-client.js';
import type { Story } from '../story.js';
import { expectSame } from '../story.types.js';
import type { Text } from './agreed-text.js';

const USERS = '/register/v1/user-authorizations';
const WORKER = 'wvg-worker';
const items = ['name', 'prison', 'presence'];

/** One person is authorised for one task, looks up, and is authorised no longer. */
export async function users(story: Story, text: Text, id: string): Promise<void> {
  const { client } = story;
  let authorization: any;

  await story.step({ clause: 'III.9', who: 'The sender', what: 'says where its source is asked' }, async () => {
    const { body: endpoints } = await client.sandbox('GET', 'sources');
    const told: string[] = [];
    for (const [route, endpoint] of [
      ['federal-integrator', endpoints.integrator],
      ['direct', endpoints.direct],
    ]) {
      const request = { protocolId: id, route, ...endpoint };
      const answer = await until(
        `transfer knows the protocol and takes the endpoint of ${route}`,
        () => client.command('fj-ops', '/transfer/v1/source-endpoints', request),
        ({ status }) => status !== 404,
      );
      told.push(`${route}: ${accepted<any>(answer, 'The endpoint').url}`);
    }
    return ['two routes, the second for when the first does not cooperate; the secrets are sealed', ...told].join('\n');
  });

  await story.step(
    { clause: 'fn5', who: 'The DPO of the receiver', what: 'authorises one social worker for one task' },
    async () => {
      const before = await until(
        'transfer knows that the protocol is in force',
        () => lookUp(story, id),
        ({ code }) => code !== 'PROTOCOL_NOT_IN_FORCE',
      );
      expectSame('A look-up before', [before.state, before.code], ['refused', 'USER_SCOPE']);
      const request = {
        ...{ protocolId: id, sub: WORKER, unit: 'justitieel-welzijnswerk', task: 'reception' },
        ...{ capacity: 'social-worker', secrecy: true, items, supervisor: { sub: 'head-of-team' } },
        validUntil: '2027-02-27T11:00:00Z',
      };
      authorization = accepted(await client.command(text.dpo.receiver, USERS, request), 'The authorisation');
      const { unit, task, capacity, validFrom, validUntil, userRef } = authorization;
      return [
        `a look-up before it: refused ${before.code}`,
        `${capacity} of ${unit}, bound by secrecy, for ${task}, from ${brussels(validFrom)} to ${brussels(validUntil)}, under a supervisor`,
        `known outside the register as ${userRef} only`,
      ].join('\n');
    },
  );

  await story.step(
    { clause: 'III.3', who: 'The social worker', what: 'looks up one detainee by the national number' },
    async () => {
      const found = await lookUp(story, id, [{ aggregateId: authorization.id, version: 1 }]);
      expectSame('The look-up', [found.state, found.route], ['delivered', 'federal-integrator']);
      // Values stay out of the account.
      expectSame('The items', found.items.map(({ item }: { item: string }) => item).toSorted(), items.toSorted());
      return `permitted under ${found.clause}: ${items.join(', ')}, over ${found.route} with the receipt ${found.receipt}; the number stands in no address and no log`;
    },
  );

  await story.step(
    { clause: 'fn5', who: 'The DPO of the receiver', what: 'revokes it: the worker leaves' },
    async () => {
      const path = `${USERS}/${authorization.id}`;
      const revoked = accepted<any>(
        await client.command(text.dpo.receiver, `${path}/revocation`, { reason: 'leftUnit' }),
        'The revocation',
      );
      const { body } = await until(
        'the revocation is enforced',
        () => client.get(text.dpo.receiver, path),
        (seen) => seen.body?.state === 'revoked',
      );
      const after = await lookUp(story, id);
      expectSame('A look-up afterwards', [after.state, after.code], ['refused', 'USER_SCOPE']);
      return `answered "${revoked.state}", enforced ${body.revocation.latencyMs} ms later; the next look-up: refused ${after.code}`;
    },
  );
}

/** @returns the answer about the one person asked for */
async function lookUp(
  { client }: Story,
  protocolId: string,
  seen: { aggregateId: string; version: number }[] = [],
): Promise<any> {
  const [[kind, value]] = Object.entries(inventedDetainees[0]!['identifier']!.fields) as [[string, string]];
  const request = {
    ...{ protocolId, purpose: 'help-and-services-to-detainees', task: 'reception', category: 'authorized-user' },
    ...{ items, identifiers: [{ kind, value }], seen },
  };
  return accepted<any>(await client.command(WORKER, '/transfer/v1/look-ups', request), 'The look-up').answers[0];
}
