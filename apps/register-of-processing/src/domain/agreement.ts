import { createHash } from 'node:crypto';
import type { Finding, ProtocolModel } from '@convenant/protocol';
import type { PartyIds } from './protocol-history.js';

/** What makes two protocols one agreement: the same parties in the same roles, under the same reference. */
export interface Agreement extends PartyIds {
  readonly reference: string;
}

/**
 * The lock under which a protocol of this agreement comes into force, so that two that are signed at one moment do not both.
 * A UUID of version 8 that follows from the agreement alone; nothing is ever said about it.
 */
export function lockOf({ sender, receiver, reference }: Agreement): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([sender, receiver, reference]))
    .digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

/** The error of a file for an agreement of which a protocol is in force: two texts would govern the same data. */
export function agreementInForce({ entryIntoForce, reference }: ProtocolModel, other: string): Finding {
  return {
    code: 'AGREEMENT_IN_FORCE',
    severity: 'error',
    clause: entryIntoForce.clause,
    pointer: '/reference',
    source: 'GDPR Art. 5(1)(a), 5(2)',
    text: {
      nl: `Protocol ${other} van dezelfde partijen met referentie ${reference} is van kracht.`,
      fr: `Le protocole ${other} des mêmes parties, sous la référence ${reference}, est en vigueur.`,
      en: `Protocol ${other} of the same parties under the reference ${reference} is in force.`,
    },
    todo: {
      nl: 'Wijzig dat protocol, beëindig het, of geef dit protocol een eigen referentie.',
      fr: 'Modifiez ce protocole-là, mettez-y fin, ou donnez à celui-ci une référence propre.',
      en: 'Amend that protocol, end it, or give this one a reference of its own.',
    },
  };
}
