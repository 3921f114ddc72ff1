import { createHash, randomUUID } from 'node:crypto';
import { AgencySystem, type AgencyMessage } from '../agency-system.js';
import { clockNow } from '../clock.js';
import { accepted, until } from '../installation-client.js';
import { clockOnce } from '../retention.js';
import type { Story } from '../story.js';
import { expectSame, expectThat, type StoryKafka } from '../story.types.js';
import { entriesFor } from '../trail-reading.js';

/** The software of the two parties that speak at the message broker. */
export interface AgencySystems {
  receiver: AgencySystem;
  third: AgencySystem;
}

/** Has both logged in. The operator's tool takes some seconds, so this is begun before the chapter that needs it. */
export async function openSystems(story: Story, broker: StoryKafka): Promise<AgencySystems> {
  const [receiver, third] = await Promise.all([
    AgencySystem.open(story, broker, 'ocmw-agency', story.facts.receiver),
    AgencySystem.open(story, broker, 'other-agency', story.facts.third),
  ]);
  return { receiver, third };
}

/** The OCMW's own software reports on the OCMW's topic; nobody else can, and what is wrong is kept aside. */
export async function ownTopic(story: Story, opening: Promise<AgencySystems>): Promise<void> {
  const { facts } = story;
  let receiver!: AgencySystem;
  let third!: AgencySystem;
  const outcome = async (): Promise<AgencyMessage> => ({
    type: 'contactOutcome.reported',
    disclosureId: facts.second,
    data: { outcome: 'accepted', occurredAt: await clockNow(story) },
  });

  await story.step(
    { who: 'The operator', what: 'lets the systems of the OCMW and of the third party log in at the message broker' },
    async () => {
      ({ receiver, third } = await opening);
      facts.receiversSystem = receiver;
      const { topics } = receiver;
      return `a principal (SCRAM-SHA-512) each; the register had made their topics and rights: ${topics.in} to write, ${topics.audit} to read, nothing else`;
    },
  );

  await story.step(
    {
      clause: '3-phase2',
      who: "The OCMW's software",
      what: 'reports on its topic that the client accepts help, twice',
    },
    async () => {
      const message = { ...(await outcome()), id: randomUUID() };
      await receiver.say(message);
      await receiver.say(message);
      const clock = await clockOnce(
        story,
        facts.second,
        'the message has moved the clock',
        ({ rule }) => rule === 'client-file',
      );
      expectSame('The clause', clock.clause, '3-phase2');
      const recorded = await recordedOf(story, facts.second);
      expectSame('Who reported it', recorded.actorRef, receiver.topics.principal);
      return `one outcome, as by HTTP: rule client-file under 3-phase2; the actor is ${receiver.topics.principal}`;
    },
  );

  await story.step({ who: "The third party's software", what: 'tries to write on the topic of the OCMW' }, async () => {
    const refused = await third.say(await outcome(), receiver.topics.in).then(
      () => undefined,
      (error: Error) => error.message,
    );
    expectThat(refused !== undefined, 'The broker takes the message');
    expectThat(/not authorized/i.test(refused), `The broker answers: ${refused}`);
    return `the broker refuses: ${refused}`;
  });

  await story.step(
    {
      clause: '3-phase2',
      who: "The third party's software",
      what: "reports on its own topic about the OCMW's client",
    },
    async () => {
      const message = await outcome();
      const kept = await quarantined(story, 'other-agency', await third.say(message));
      expectSame('The code', kept.code, 'NOT_FOUND');
      const hash = createHash('sha256').update(JSON.stringify(message.data)).digest('hex');
      expectSame('The hash by which the sender finds it', kept.messageHash, hash);
      return 'quarantined NOT_FOUND, visible to the third party by position and hash: what it may not know of does not exist for it';
    },
  );

  await story.step(
    {
      clause: '3-phase2',
      who: "The OCMW's software",
      what: 'sends what breaks the schema, then that the file is opened',
    },
    async () => {
      const wrong = await outcome();
      const offset = await receiver.say({ ...wrong, data: { ...wrong.data, outcome: 'perhaps' } });
      const opened = { occurredAt: await clockNow(story) };
      await receiver.say({ type: 'dossier.opened', disclosureId: facts.second, data: opened });
      const kept = await quarantined(story, 'ocmw-agency', offset);
      expectSame('The code', kept.code, 'INPUT_INVALID');
      expectThat(
        kept.faults.some(({ name }: { name: string }) => name === '/outcome'),
        'The fault is not told',
      );
      const dpo = accepted(await story.client.get('other-dpo', '/retention/v1/quarantine'), 'The quarantine', 200);
      expectSame(
        'What the third party sees of it',
        dpo.items.filter(({ topic }: { topic: string }) => topic === receiver.topics.in),
        [],
      );
      await clockOnce(
        story,
        facts.second,
        'the file is opened',
        ({ triggers }) => triggers.at(-1).kind === 'dossierOpened',
      );
      return 'quarantined INPUT_INVALID with the fault at /outcome, for the OCMW alone to see; it holds up nothing: the file is opened';
    },
  );
}

/** The refused message at an offset, as its own party sees it. */
async function quarantined({ client }: Story, persona: string, offset: string): Promise<any> {
  const found = ({ body }: { body: any }) => body?.items?.find((item: any) => item.offset === offset);
  const what = 'the message is quarantined';
  return found(await until(what, () => client.get(persona, '/retention/v1/quarantine'), found));
}

/** The one trigger of a disclosure in the trail. */
async function recordedOf(story: Story, id: string): Promise<{ actorRef?: string }> {
  const of = (entries: Awaited<ReturnType<typeof entriesFor>>) =>
    entries.filter(({ data }) => data['disclosureId'] === id);
  const found = of(
    await until(
      'the outcome is in the trail',
      () => entriesFor(story, 'ocmw-dpo', 'trigger.recorded'),
      (entries) => of(entries).length > 0,
    ),
  );
  expectSame('Outcomes of a message sent twice', found.length, 1);
  return found[0]!;
}
