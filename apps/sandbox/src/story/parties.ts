import { accepted, describe, type InstallationClient } from './installation-client.js';
import { expectSame, expectThat } from './story.types.js';

/** Of the two institutions of the protocol their own numbers; the third party is invented. */
export const parties = {
  sender: {
    name: 'Opgroeien regie',
    enterpriseNumber: '0886.886.638',
    mailbox: 'dpo@opgroeien.example',
    dpo: 'og-dpo',
  },
  receiver: {
    name: 'OCMW Sint-Gillis-Waas',
    enterpriseNumber: '0212.169.781',
    mailbox: 'dpo@ocmw.example',
    dpo: 'ocmw-dpo',
  },
  third: {
    name: 'OCMW Voorbeeldgem (verzonnen)',
    enterpriseNumber: '0999.000.030',
    mailbox: 'dpo@derde.example',
    dpo: 'other-dpo',
  },
} as const;

export type Side = keyof typeof parties;

/** Who acts for which party. */
export const members: Record<Side, string[]> = {
  sender: ['og-agency', 'og-team', 'og-other-team', 'og-trainee', 'og-dpo', 'og-signatory'],
  receiver: ['ocmw-agency', 'ocmw-social-worker', 'ocmw-clerk', 'ocmw-dpo', 'ocmw-mayor', 'ocmw-director'],
  third: ['other-dpo', 'other-agency'],
};

export interface PublicBody {
  readonly name: string;
  readonly enterpriseNumber: string;
  readonly unitCode?: string;
  readonly mailbox: string;
  readonly dpo: string;
}

/** The id of a party: as it is registered now, or as it was by an earlier run. */
async function registered(
  client: InstallationClient,
  { name, enterpriseNumber, unitCode, mailbox, dpo }: PublicBody,
  issuer: { issuer: string; jwksUri: string },
) {
  const answer = await client.command('admin', '/register/v1/parties', {
    name,
    enterpriseNumber,
    ...(unitCode !== undefined && { unitCode }),
    ...issuer,
    contacts: [{ role: 'dpo', mailbox }],
    firstDpo: { sub: dpo },
  });
  if (answer.status === 201) return { id: answer.body.id as string, known: false };
  expectSame(`Registering ${name}`, answer.body?.code ?? describe(answer), 'PARTY_EXISTS');
  const { items } = accepted(await client.get('admin', '/register/v1/parties'), 'The list of parties', 200);
  const digits = enterpriseNumber.replaceAll('.', '');
  const known = items.find(
    (party: any) => party.enterpriseNumber.replaceAll('.', '') === digits && (party.unitCode ?? undefined) === unitCode,
  );
  expectThat(known !== undefined, `${name} exists but is not in the list of parties`);
  expectSame(`The issuer of ${name}`, known.issuer, issuer.issuer);
  return { id: known.id as string, known: true };
}

/** As the sandbox publishes it, so that parties are registered with what their tokens really say. */
async function issuerOfSandbox(client: InstallationClient): Promise<{ issuer: string; jwksUri: string }> {
  const { body } = await client.sandbox('GET', 'issuer');
  return { issuer: body.issuer, jwksUri: body.jwksUri };
}

/** Registers the three parties, or finds them registered, and lets their personas act for them. */
export async function joinParties(client: InstallationClient): Promise<{ side: Side; id: string; known: boolean }[]> {
  const joined = [];
  for (const side of Object.keys(parties) as Side[]) {
    joined.push({ side, ...(await joinPublicBody(client, parties[side], members[side])) });
  }
  return joined;
}

/** Registers one public body, or finds it registered, and lets these personas act for it. */
export async function joinPublicBody(
  client: InstallationClient,
  body: PublicBody,
  personas: readonly string[],
): Promise<{ id: string; known: boolean }> {
  const party = await registered(client, body, await issuerOfSandbox(client));
  for (const persona of personas) await client.assign(persona, party.id);
  return party;
}
