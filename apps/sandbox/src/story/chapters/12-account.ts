import { accepted, until } from '../installation-client.js';
import type { Story } from '../story.js';
import { expectSame, expectThat } from '../story.types.js';

/** Who received what about one person, when, why and until when: as far as each party may see it. */
export async function account(story: Story): Promise<void> {
  const { client, facts } = story;
  const request = { subjectRef: facts.subjectRef, protocolId: facts.protocolId };
  const ask = async (persona: string): Promise<any> =>
    accepted(await client.lookup(persona, '/audit/v1/accounts/get', request), 'The account', 200);
  let ofReceiver: any[] = [];

  await story.step(
    { clause: '3-items', who: 'The DPO of the receiver', what: 'gives the client an account (GDPR Art. 15)' },
    async () => {
      const erased = [facts.delivered.id, facts.second, facts.disputed];
      const attested = (disclosures: any[]) =>
        disclosures.filter(({ erasure }) => erasure?.state === 'attested').map(({ disclosureId }) => disclosureId);
      const { disclosures } = await until(
        'the last erasure is in the account',
        () => ask('ocmw-dpo'),
        (view) => erased.every((id) => attested(view.disclosures).includes(id)),
      );
      ofReceiver = disclosures;
      for (const { recipient, items, ground, clause } of disclosures) {
        expectSame('The recipient', [recipient.party, recipient.unit], [facts.receiver, 'ocmw-sociale-dienst']);
        expectSame('The items', items.toSorted(), ['contact', 'name']);
        expectSame('Why', [ground.kind, ground.noticeVersion, clause], ['consent', '2026-02', '3-items']);
      }
      const first = disclosures.find(({ disclosureId }: any) => disclosureId === facts.delivered.id);
      expectThat(
        first.quality.some(({ what }: { what: string }) => what === 'correction.propagated'),
        'The account does not tell of the correction',
      );
      return [
        `${disclosures.length} disclosures`,
        ...disclosures.map(
          ({ items, deliveredAt, clause, erasure, retention }: any) =>
            `${items.join(' and ')} to the social service, ${deliveredAt}, with consent, under ${clause}; ` +
            (erasure
              ? `erased ${erasure.erasedAt} (${erasure.state})`
              : `kept, ${retention.rule} until the contact, at the latest asked after ${retention.ceilingAt}`),
        ),
      ].join('\n');
    },
  );

  await story.step(
    { clause: '3-items', who: 'The DPO of the sender', what: 'gives the same client an account' },
    async () => {
      const { disclosures } = await ask('og-dpo');
      expectSame(
        'The disclosures',
        disclosures.map(({ disclosureId }: any) => disclosureId).toSorted(),
        ofReceiver.map(({ disclosureId }) => disclosureId).toSorted(),
      );
      const telling = disclosures.filter((one: any) => one.retention !== undefined || one.erasure !== undefined);
      expectSame('Disclosures that tell what became of the client', telling.length, 0);
      const periods = new Set(
        disclosures.flatMap(({ agreedPeriods }: any) => agreedPeriods.map(({ rule }: any) => rule)),
      );
      expectSame('The agreed periods', [...periods].toSorted(), ['client-file', 'until-contact']);
      return `the same ${disclosures.length} disclosures: recipients, items, times, ground and the agreed periods; nothing of what became of the client`;
    },
  );

  await story.step({ who: 'The DPO of a third party', what: 'asks about the same client' }, async () => {
    const answer = await client.lookup('other-dpo', '/audit/v1/accounts/get', request);
    const seen = answer.status === 200 ? answer.body.disclosures : [];
    expectSame('The account', seen, []);
    return `gets ${answer.status} ${answer.status === 200 ? 'and an empty account' : answer.body.code}`;
  });
}
