import { createHash } from 'node:crypto';
import { accepted, until } from '../installation-client.js';
import { clockNow, moveClock } from '../clock.js';
import { LiveTrail } from '../live-trail.js';
import { joinParties, parties } from '../parties.js';
import type { Story } from '../story.js';
import { expectSame, expectThat } from '../story.types.js';
import { textOfRun } from '../text-of-run.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** What the parties decide at once on the points that their text leaves open; the destruction basis can wait ten years. */
const LEFT_OPEN = 'destruction-basis';
const decisions: Record<string, string> = {
  'client-declines': 'erase',
  'phase1-ceiling': 'P6M',
  'receiver-dpo-contact': 'dpo@ocmw.example',
  'residence-or-stay': 'residence',
  'notice-start': 'receipt',
  'agreement-hash': sha256('cooperation agreement of 29 January 2026'),
  'signature-date': '2026-02-27',
};

/** From two institutions to a protocol in force: parties, draft, findings, decisions, opinions, signatures, the date. */
export async function agreement(story: Story, file: string): Promise<void> {
  const { client, facts } = story;
  facts.documentHash = sha256(`signed document ${story.run}`);

  await story.step(
    { who: 'The time machine', what: 'sets the clock to 20 February 2026, before the agreement' },
    async () => {
      const { now } = await moveClock(story, '2026-02-20T09:00:00+01:00');
      return `all services take it to be ${now}`;
    },
  );

  await story.step(
    { clause: 'parties', who: 'The operator', what: 'registers the two parties and a third one' },
    async () => {
      const told: string[] = [];
      for (const { side, id, known } of await joinParties(client)) {
        facts[side] = id;
        told.push(`${parties[side].name} ${known ? 'was registered already' : 'is registered'}`);
      }
      return `${told.join(', ')}; check digits of the enterprise numbers are right`;
    },
  );

  await story.step(
    { who: 'Every service', what: 'hears of the parties over its topic and trusts their issuers' },
    async () => {
      const heard = async (persona: string, path: string) => {
        await until(
          `${persona} is known at ${path}`,
          () => client.get(persona, path),
          ({ status }) => status !== 401,
        );
      };
      await heard('og-dpo', '/audit/v1/completeness');
      await heard('ocmw-dpo', '/audit/v1/completeness');
      await heard('other-dpo', '/audit/v1/completeness');
      await heard('og-team', `/consent/v1/consents/${facts.sender}`);
      await heard('og-team', `/transfer/v1/disclosures/${facts.sender}`);
      await heard('ocmw-social-worker', '/transfer/v1/inbox');
      return 'tokens of all three parties are accepted by consent, transfer and the trail';
    },
  );

  await story.step({ who: 'Both DPOs', what: 'begin to follow the trail live' }, async () => {
    facts.live = { sender: new LiveTrail(client, 'og-dpo'), receiver: new LiveTrail(client, 'ocmw-dpo') };
    await facts.live.sender.open();
    await facts.live.receiver.open();
    return 'a stream each, from the beginning of the trail';
  });

  await story.step({ clause: 'title', who: 'The sender', what: 'has the protocol file validated' }, async () => {
    const answer = await client.lookup('og-agency', '/register/v1/protocols/validate', {
      ...draftRequest(story, file),
    });
    const { valid, findings } = accepted(answer, 'Validation', 200);
    expectSame('valid', valid, true);
    return tellFindings(findings);
  });

  await story.step(
    { clause: 'title', who: 'The sender', what: 'drafts the protocol: every clause as data' },
    async () => {
      const answer = await client.command('og-agency', '/register/v1/protocols', draftRequest(story, file));
      const protocol = accepted(answer, 'Drafting');
      expectSame('The state', protocol.state, 'drafted');
      expectSame('The parties', protocol.parties, { sender: facts.sender, receiver: facts.receiver });
      facts.protocolId = protocol.id;
      facts.dataHash = protocol.dataHash;
      facts.mailbox = protocol.model.routes[0].address;
      facts.purpose = protocol.model.purposes[0].id;
      facts.informationPoints = protocol.model.consent.informationPoints.map(({ id }: { id: string }) => id);
      for (const side of ['sender', 'receiver']) {
        const { status } = protocol.model.parties[side];
        expectThat(status.statement.length > 0, `The ${side} makes no statement of its status`);
      }
      expectSame('The number of information points', facts.informationPoints.length, 5);
      return `version ${protocol.version}, ${protocol.model.clauses.length} clauses, ${protocol.openPoints.length} open points, a statement of status of each party; waits for ${protocol.waitsFor.join(', ')}`;
    },
  );

  await decideOpenPoints(story);
  await giveOpinions(story);
  await sign(story);

  await story.step(
    { clause: '11-start', who: 'The register', what: 'activates the protocol for its date' },
    async () => {
      const protocol = await protocolNow(story);
      expectSame('What it waits for', protocol.waitsFor, []);
      expectSame('Effective from', new Date(protocol.effectiveFrom).toISOString(), '2026-02-28T23:00:00.000Z');
      return `effective from 1 March 2026, 00:00 in Brussels (${protocol.effectiveFrom}); it is still ${await clockNow(story)}`;
    },
  );
}

async function decideOpenPoints(story: Story): Promise<void> {
  const { client, facts } = story;
  await story.step(
    { clause: '3-phase1', who: 'The parties', what: 'decide the points that the text leaves open' },
    async () => {
      await moveClock(story, '2026-02-27T10:00:00+01:00');
      const { openPoints, model } = await protocolNow(story);
      const told: string[] = [];
      for (const { id, clause } of openPoints as { id: string; clause: string }[]) {
        if (id === LEFT_OPEN) continue;
        const value = decisions[id];
        expectThat(value !== undefined, `The file has an open point ${id} that the story does not know`);
        const { decidedBy } = model.openPoints.find((point: { id: string }) => point.id === id);
        for (const side of decidedBy as ('sender' | 'receiver')[]) {
          const answer = await client.command(
            parties[side].dpo,
            `/register/v1/protocols/${facts.protocolId}/decisions`,
            {
              openPoint: id,
              value,
              capacity: 'functionaris voor gegevensbescherming',
              decidedOn: '2026-02-27',
            },
          );
          accepted(answer, `The decision on ${id} by the ${side}`);
        }
        told.push(
          `${clause} ${id}: ${value.length > 40 ? `${value.slice(0, 37)}...` : value} (${decidedBy.join(' and ')})`,
        );
      }
      const after = await protocolNow(story);
      const open = after.openPoints.filter(({ decided }: { decided: boolean }) => !decided);
      expectSame(
        'Open points left',
        open.map(({ id }: { id: string }) => id),
        [LEFT_OPEN],
      );
      return `${told.length} points decided and shown as decisions of the parties; ${LEFT_OPEN} stays open, which does not keep the protocol from being signed\n${told.join('\n')}`;
    },
  );
}

async function giveOpinions(story: Story): Promise<void> {
  const { client, facts } = story;
  const opinion = (givenOn: string) => ({
    outcome: 'positive',
    givenOn,
    opinionHash: sha256(`opinion ${givenOn}`),
    followed: true,
    approvesTranscription: true,
    documentHash: facts.documentHash,
    dataHash: facts.dataHash,
  });
  const path = `/register/v1/protocols/${facts.protocolId}/opinions`;
  for (const [clause, side, givenOn] of [
    ['E', 'sender', '2026-02-24'],
    ['F', 'receiver', '2026-02-25'],
  ] as const) {
    const who = `The DPO of the ${side}`;
    await story.step({ clause, who, what: 'gives an opinion and approves the transcription' }, async () => {
      const protocol = accepted(await client.command(parties[side].dpo, path, opinion(givenOn)), 'The opinion');
      const recorded = protocol.opinions.find(({ party }: { party: string }) => party === facts[side]);
      expectSame('The outcome', recorded?.outcome, 'positive');
      expectSame('Approval of the transcription', recorded?.approvesTranscription, true);
      return `positive, given on ${givenOn}, over document ${short(facts.documentHash)} and data ${short(facts.dataHash)}`;
    });
  }
}

async function sign(story: Story): Promise<void> {
  const { client, facts } = story;
  const path = `/register/v1/protocols/${facts.protocolId}/signatures`;
  const signature = (signatory: string) => ({
    signatory,
    signedOn: '2026-02-27',
    method: 'paper',
    documentHash: facts.documentHash,
    dataHash: facts.dataHash,
  });
  await story.step(
    { clause: 'end', who: 'Signatories', what: 'sign: three named ones, over the same hashes' },
    async () => {
      const wrong = await client.command('og-signatory', path, {
        ...signature('administrator-general'),
        dataHash: sha256('x'),
      });
      expectSame('A signature over other data', wrong.body?.code, 'DOCUMENT_HASH_MISMATCH');
      for (const [persona, signatory] of [
        ['og-signatory', 'administrator-general'],
        ['ocmw-mayor', 'mayor'],
        ['ocmw-director', 'general-director'],
      ] as const) {
        accepted(await client.command(persona, path, signature(signatory)), `The signature of the ${signatory}`);
      }
      const { signatures } = await protocolNow(story);
      expectSame('Signatures', signatures.length, 3);
      const capacities = signatures.map(({ capacity }: { capacity: string }) => capacity).join(', ');
      return `${capacities}: paper, 27 February 2026; one over other data was refused (${wrong.body.code})`;
    },
  );
}

function draftRequest(story: Story, file: string) {
  const { sender, receiver, documentHash } = story.facts;
  return { parties: { sender, receiver }, file: textOfRun(story, file), format: 'yaml', documentHash };
}

async function protocolNow({ client, facts }: Story): Promise<any> {
  return accepted(await client.get('og-dpo', `/register/v1/protocols/${facts.protocolId}`), 'The protocol', 200);
}

function short(hash: string): string {
  return hash.slice(0, 12);
}

interface Finding {
  code: string;
  severity: string;
  clause?: string;
  text: { en: string };
}

/** Clauses on which the text as it stands must have a finding. */
const mustBeFound = [
  'C-consent',
  'C-annex',
  'E',
  'F',
  '3-phase1',
  '4',
  '6-channel',
  '8',
  '9-breach',
  '9-contacts',
  '11-notice',
  'end',
];

function tellFindings(findings: Finding[]): string {
  expectSame(
    'Errors',
    findings.filter(({ severity }) => severity === 'error').map(({ code }) => code),
    [],
  );
  const found = new Set(findings.map(({ clause }) => clause));
  expectSame(
    'Clauses without the finding they must have',
    mustBeFound.filter((clause) => !found.has(clause)),
    [],
  );
  const lines = findings.map(({ severity, clause, code, text }) => `${severity} ${clause ?? ''} ${code}: ${text.en}`);
  return [`no error, ${findings.length} findings on the text as it stands`, ...lines].join('\n');
}
