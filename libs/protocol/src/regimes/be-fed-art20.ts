import { contentRules as c } from './content-rules.js';
import type { RegimeVersion } from './regime.js';

/**
 * Federal protocol. The law lists what a protocol *may* in particular provide for, so what is absent is a warning.
 *
 * @see Law of 30 July 2018 on the protection of natural persons with regard to personal data, Art. 20
 */
export const beFedArt20: readonly RegimeVersion[] = [
  {
    from: '2018-09-05',
    source: 'Law of 30 July 2018, Art. 20',
    absence: 'warning',
    conditions: [
      'federalAuthorityAsController',
      'basisObligationOrPublicTask',
      'modalitiesNotFixedByLaw',
      'systematicOrWithoutLegalMission',
      'recipientInBelgiumAndController',
    ],
    content: [
      c.controllers,
      c.dataFormat,
      c.recipients,
      c.legalBases,
      c.securityMeasures,
      c.rightsLimits,
      c.rightsExercise,
      c.periodicity,
      c.duration,
      c.sanctions,
      c.publication,
    ],
    opinionsAttached: true,
  },
];
