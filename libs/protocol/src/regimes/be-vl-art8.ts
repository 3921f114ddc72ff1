import { contentRules as c } from './content-rules.js';
import type { RegimeVersion } from './regime.js';

const since2018: RegimeVersion = {
  from: '2018-06-26',
  source: 'Decree of 18 July 2008, Art. 8 §1',
  absence: 'error',
  conditions: [
    'senderIsFlemishBody',
    'receiverIsPublicBody',
    'organisedAndSystematic',
    'notForInformationSecurityCommittee',
  ],
  content: [
    c.originalPurpose,
    c.compatibility,
    c.legalBases,
    c.proportionality,
    c.recipients,
    c.periodicity,
    c.duration,
    c.securityMeasures,
    c.sanctions,
    c.notifications,
    c.governingLaw,
    c.publication,
  ],
  opinionsAttached: false,
};

/**
 * Flemish protocol. The decree fixes a minimum content, so what is absent is an error.
 *
 * The decree of 23 June 2023 changed the regime on 21 August 2023. The content asked for is carried over unchanged: the
 * numbered list of the codex must confirm it before it is relied on against a party.
 *
 * @see Decree of 18 July 2008 on electronic administrative data traffic, Art. 8 §1
 */
export const beVlArt8: readonly RegimeVersion[] = [
  since2018,
  {
    ...since2018,
    from: '2023-08-21',
    source: 'Decree of 18 July 2008, Art. 8 §1, as changed by the decree of 23 June 2023',
  },
];
