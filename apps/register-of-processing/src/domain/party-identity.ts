import { isEnterpriseNumber, normalEnterpriseNumber } from '@convenant/kernel';
import type { Finding, PartyRole, ProtocolModel } from '@convenant/protocol';

/** By what a public body is known from outside: its enterprise number and, where one number covers many, its unit. */
export interface PartyIdentity {
  /** Ten digits, check digits verified. */
  readonly enterpriseNumber: string;
  readonly unitCode: string | null;
}

/**
 * The identity that a body claims, in its one spelling, or null when the check digits of the number are wrong.
 *
 * @see Crossroads Bank for Enterprises: the last two digits are 97 minus the first eight modulo 97
 */
export function partyIdentity(enterpriseNumber: string, unitCode: string | undefined): PartyIdentity | null {
  if (!isEnterpriseNumber(enterpriseNumber)) return null;
  return { enterpriseNumber: normalEnterpriseNumber(enterpriseNumber), unitCode: unitCode ?? null };
}

/**
 * Errors for each party that is not the one the file names. A protocol is entered for the bodies that agreed on it, and a
 * wrong choice would hand its content to somebody else.
 */
export function partyMismatches(
  model: ProtocolModel,
  registered: Readonly<Record<PartyRole, PartyIdentity>>,
): Finding[] {
  return (['sender', 'receiver'] as const)
    .filter((role) => {
      const named = model.parties[role];
      const { enterpriseNumber, unitCode } = registered[role];
      // A text that gives the number of a whole authority and no unit leaves the unit open; the parties may decide it.
      const unitIsOpen = named.unitCode === null && named.kboScope === 'wholeAuthority';
      return normalEnterpriseNumber(named.kbo) !== enterpriseNumber || !(unitIsOpen || named.unitCode === unitCode);
    })
    .map((role) => ({
      code: 'PARTY_MISMATCH',
      severity: 'error' as const,
      clause: model.parties[role].clause,
      pointer: `/parties/${role}`,
      source: 'Register of parties',
      text: {
        nl: 'Het ondernemingsnummer of de eenheid is niet die van de opgegeven partij.',
        fr: "Le numéro d'entreprise ou l'unité n'est pas celui de la partie indiquée.",
        en: 'The enterprise number or the unit is not that of the party that was given.',
      },
      todo: {
        nl: 'Kies de partij die het protocol noemt, of verbeter het bestand.',
        fr: 'Choisissez la partie que le protocole désigne, ou corrigez le fichier.',
        en: 'Choose the party that the protocol names, or correct the file.',
      },
    }));
}
