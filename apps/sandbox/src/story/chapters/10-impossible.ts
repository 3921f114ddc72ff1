import { randomUUID } from 'node:crypto';
import { clockNow } from '../clock.js';
import { accepted, type Answer } from '../installation-client.js';
import { clockOnce } from '../retention.js';
import type { Story } from '../story.js';
import { expectSame } from '../story.types.js';
import { referredAgain } from './2-referral.js';

type Attempt = [
  what: string,
  attempt: () => Promise<Answer>,
  expected: [status: number, code: string, clause?: string],
];

/** What cannot be true, or is not the caller's to do: refused with code and clause, and nothing is stored. */
export async function impossible(story: Story): Promise<void> {
  const { facts } = story;

  await story.step({ who: 'A team member', what: 'refers the client a third time' }, async () => {
    facts.disputed = await referredAgain(story);
    await clockOnce(story, facts.disputed, 'the clock has started', ({ state }) => state === 'running');
    return `delivered as ${facts.disputed}`;
  });

  await story.step({ who: 'Everybody', what: 'tries what cannot be' }, async () => {
    const before = await stored(story);
    // At once: for what it does not know yet, a service waits a moment.
    const told = await Promise.all(
      (await attempts(story)).map(async ([what, attempt, expected]) => {
        const { status, body } = await attempt();
        const seen = [status, body?.code, ...(expected.length > 2 ? [body?.clause] : [])];
        expectSame(`The answer to ${what}`, seen, expected);
        return `${what}: ${status} ${body.code}${expected[2] ? ` under ${expected[2]}` : ''}`;
      }),
    );
    expectSame('What is stored', await stored(story), before);
    return [`${told.length} attempts refused, nothing stored`, ...told].join('\n');
  });
}

async function attempts(story: Story): Promise<Attempt[]> {
  const { client, facts } = story;
  const now = Date.parse(await clockNow(story));
  const later = new Date(now + 3_600_000).toISOString();
  const trigger = (body: object) => () => client.command('ocmw-agency', '/retention/v1/triggers', body);
  const apply = (persona: string) => () =>
    client.command(persona, `/retention/v1/purges/${facts.appliedPurge.id}/apply`, {
      setHash: facts.appliedPurge.setHash,
    });
  const about = { disclosureId: facts.disputed };
  return [
    [
      'an outcome for an unknown disclosure',
      trigger({ disclosureId: randomUUID(), kind: 'contactOutcome', outcome: 'accepted' }),
      [404, 'NOT_FOUND'],
    ],
    ['a file closed before it was opened', trigger({ ...about, kind: 'dossierClosed' }), [409, 'CONFLICT', '3-phase2']],
    [
      'a report on an item that was never disclosed',
      () =>
        client.command('ocmw-social-worker', '/transfer/v1/quality-reports', {
          ...about,
          items: ['income'],
          kind: 'wrong',
          toldBySubject: false,
        }),
      [400, 'INPUT_INVALID', '7'],
    ],
    [
      'a breach in the future',
      () =>
        client.command('ocmw-dpo', '/breach/v1/breaches', {
          nature: ['confidentiality'],
          occurredFrom: later,
          detectedAt: later,
          scope: { disclosureIds: [facts.disputed] },
        }),
      [400, 'INPUT_INVALID'],
    ],
    [
      'a hold without an authority',
      () =>
        client.command('ocmw-dpo', '/retention/v1/holds', {
          scope: { protocolId: facts.protocolId, ...about },
          authority: ' ',
          reason: 'dispute',
        }),
      [400, 'INPUT_INVALID'],
    ],
    ['a plan applied twice', apply('ocmw-dpo'), [409, 'CONFLICT']],
    ['a plan applied by the wrong party', apply('og-dpo'), [404, 'NOT_FOUND']],
    [
      'a stream resumed from an unknown position',
      async () => {
        const ended = new AbortController();
        const response = await client.stream('ocmw-dpo', '/audit/v1/stream', ended.signal, '999999999');
        const body: unknown = response.status === 200 ? undefined : await response.json();
        ended.abort();
        return { status: response.status, body };
      },
      [404, 'NOT_FOUND'],
    ],
  ];
}

/** What the attempts could have changed, as the receiver sees it. */
async function stored({ client, facts }: Story): Promise<unknown> {
  const read = async (path: string) => accepted(await client.get('ocmw-dpo', path), path, 200);
  const [clock, purge, holds, reports, breaches] = await Promise.all([
    read(`/retention/v1/clocks/${facts.disputed}`),
    read(`/retention/v1/purges/${facts.appliedPurge.id}`),
    read('/retention/v1/holds'),
    read('/transfer/v1/quality-reports?limit=200'),
    read('/breach/v1/breaches?limit=200'),
  ]);
  return [clock.triggers.length, purge.state, holds.items.length, reports.items.length, breaches.items.length];
}
