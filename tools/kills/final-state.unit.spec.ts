import { describe, expect, it } from '@jest/globals';
import { differences, finalState } from './final-state.mjs';

const PROTOCOL = 'the-protocol';

/** An installation of which only what matters here is said. */
function installation({ disclosures = ['d1'], mails = [['d1', 'm1']], types = [] as string[], lost = 0 } = {}) {
  const entry = (type: string, data: object, subject = '') => ({ service: 'transfer', type, subject, data });
  const entries = [
    ...disclosures.map((disclosureId) => entry('disclosure.authorized', { disclosureId, subjectRef: 's' })),
    ...types.map((type) => entry(type, { disclosureId: 'd1' })),
  ];
  const answers: [RegExp, unknown][] = [
    [/entries/, { items: entries }],
    [/disclosures\//, { state: 'delivered' }],
    [/clocks/, { rule: 'until-contact', state: 'running', triggers: [], holds: [] }],
    [/completeness/, { services: [{ service: 'transfer', missing: lost }], unreadable: [] }],
    [/protocols/, { state: 'ended', version: 1 }],
    [/purges|inbox/, { items: [] }],
  ];
  return {
    get: async (_persona: string, path: string) => {
      const [, body] = answers.find(([pattern]) => pattern.test(path))!;
      return { status: 200, body: { ...(body as object), id: path.split('/').at(-1) } };
    },
    sandbox: async () => ({
      status: 200,
      body: { items: mails.map(([id, messageId]) => ({ messageId, headers: { 'x-convenant-disclosure': id } })) },
    }),
  };
}

describe('the final state of a run', () => {
  it('is the same whatever the ids are', async () => {
    const one = await finalState(installation(), PROTOCOL);
    const other = await finalState(installation({ disclosures: ['d9'], mails: [['d9', 'm9']] }), PROTOCOL);
    expect(differences(one.state, other.state)).toEqual([]);
    expect([...one.wrong, ...other.wrong]).toEqual([]);
  });

  it('tells an event too many, a mail too few and a gap in the trail', async () => {
    const one = await finalState(installation(), PROTOCOL);
    const other = await finalState(installation({ mails: [], types: ['values.erased'], lost: 2 }), PROTOCOL);
    expect(differences(one.state, other.state)).toEqual([
      'mails / referrals is 0, undisturbed 1',
      'seenByReceiver / transfer values.erased is 1, undisturbed undefined',
      'seenBySender / transfer values.erased is 1, undisturbed undefined',
      'trail / transfer is 2, undisturbed "complete"',
    ]);
  });

  it('lets a mail come twice only where its transmission was recorded as unconfirmed', async () => {
    const twice = [
      ['d1', 'm1'],
      ['d1', 'm1'],
    ] as [string, string][];
    const silent = await finalState(installation({ mails: twice }), PROTOCOL);
    expect(silent.wrong).toEqual(['Disclosure d1 was mailed 2 times, unconfirmed never']);
    const types = ['disclosure.delivery.unconfirmed'];
    const told = await finalState(installation({ mails: twice, types }), PROTOCOL);
    expect([told.wrong, told.resent]).toEqual([[], ['disclosure d1']]);
    const undisturbed = await finalState(installation(), PROTOCOL);
    expect(differences(undisturbed.state, told.state)).toEqual([]);
  });

  it('lets it come twice, not three times, and never as another message', async () => {
    const types = ['disclosure.delivery.unconfirmed'];
    const mails = [
      ['d1', 'm1'],
      ['d1', 'm1'],
      ['d1', 'm2'],
    ] as [string, string][];
    expect((await finalState(installation({ mails, types }), PROTOCOL)).wrong).toEqual([
      'Disclosure d1 went out as two messages',
      'Disclosure d1 was mailed 3 times',
    ]);
  });
});
