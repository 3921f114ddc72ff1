import { accepted, describe } from './installation-client.js';
import type { Story } from './story.js';
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

/** Who acts for which party. */
export const members: Record<keyof typeof parties, string[]> = {
  sender: ['og-agency', 'og-team', 'og-other-team', 'og-trainee', 'og-dpo', 'og-signatory'],
  receiver: ['ocmw-agency', 'ocmw-social-worker', 'ocmw-clerk', 'ocmw-dpo', 'ocmw-mayor', 'ocmw-director'],
  third: ['other-dpo', 'other-agency'],
};

/** The id of a party: as it is registered now, or as it was by an earlier run. */
export async function registered(
  story: Story,
  side: keyof typeof parties,
  issuer: { issuer: string; jwksUri: string },
) {
  const { name, enterpriseNumber, mailbox, dpo } = parties[side];
  const answer = await story.client.command('admin', '/register/v1/parties', {
    name,
    enterpriseNumber,
    ...issuer,
    contacts: [{ role: 'dpo', mailbox }],
    firstDpo: { sub: dpo },
  });
  if (answer.status === 201) return { id: answer.body.id as string, known: false };
  expectSame(`Registering ${name}`, answer.body?.code ?? describe(answer), 'PARTY_EXISTS');
  const { items } = accepted(await story.client.get('admin', '/register/v1/parties'), 'The list of parties', 200);
  const digits = enterpriseNumber.replaceAll('.', '');
  const known = items.find((party: any) => party.enterpriseNumber.replaceAll('.', '') === digits && !party.unitCode);
  expectThat(known !== undefined, `${name} exists but is not in the list of parties`);
  expectSame(`The issuer of ${name}`, known.issuer, issuer.issuer);
  return { id: known.id as string, known: true };
}

/** As the sandbox publishes it, so that parties are registered with what their tokens really say. */
export async function issuerOfSandbox(story: Story): Promise<{ issuer: string; jwksUri: string }> {
  const { body } = await story.client.sandbox('GET', 'issuer');
  return { issuer: body.issuer, jwksUri: body.jwksUri };
}
