import type { ContentRule } from './regime.js';

/** Content that more than one regime asks for. */
export const contentRules = {
  controllers: {
    code: 'CONTROLLERS_ABSENT',
    what: {
      nl: 'verwerkingsverantwoordelijke binnen elke partij',
      fr: 'responsable du traitement de chaque partie',
      en: 'controller within each party',
    },
    pointer: '/parties',
    present: (m) => m.parties.sender.controllerFor.length > 0 && m.parties.receiver.controllerFor.length > 0,
  },
  originalPurpose: {
    code: 'ORIGINAL_PURPOSE_ABSENT',
    what: {
      nl: 'oorspronkelijk doel van de inzameling',
      fr: 'finalité initiale de la collecte',
      en: 'original purpose of collection',
    },
    pointer: '/originalPurpose',
    present: (m) => m.originalPurpose !== null,
  },
  compatibility: {
    code: 'COMPATIBILITY_ABSENT',
    what: {
      nl: 'verenigbaarheid van de verdere verwerking',
      fr: 'compatibilité du traitement ultérieur',
      en: 'compatibility of the further processing',
    },
    pointer: '/compatibility',
    present: (m) => m.compatibility !== null,
  },
  proportionality: {
    code: 'PROPORTIONALITY_ABSENT',
    what: { nl: 'proportionaliteit per gegeven', fr: 'proportionnalité par donnée', en: 'proportionality per item' },
    pointer: '/dataItems',
    present: (m) => m.dataItems.every(({ reason }) => reason !== null),
  },
  dataFormat: {
    code: 'DATA_FORMAT_ABSENT',
    what: { nl: 'formaat van de gegevens', fr: 'format des données', en: 'format of the data' },
    pointer: '/dataFormat',
    present: (m) => m.dataFormat !== null,
  },
  recipients: {
    code: 'RECIPIENTS_ABSENT',
    what: { nl: 'categorieën van ontvangers', fr: 'catégories de destinataires', en: 'categories of recipients' },
    pointer: '/recipientsClause',
    present: (m) => m.recipientsClause !== null,
  },
  legalBases: {
    code: 'LEGAL_BASES_ABSENT',
    what: {
      nl: 'rechtsgronden van beide partijen',
      fr: 'bases légales des deux parties',
      en: 'legal bases of both parties',
    },
    pointer: '/legalBases',
    present: (m) =>
      (['sender', 'receiver'] as const).every((side) => m.legalBases.some((basis) => basis.side === side)),
  },
  securityMeasures: {
    code: 'SECURITY_MEASURES_ABSENT',
    what: { nl: 'beveiligingsmaatregelen', fr: 'mesures de sécurité', en: 'security measures' },
    pointer: '/securityMeasures',
    present: (m) => m.securityMeasures.length > 0,
  },
  rightsLimits: {
    code: 'RIGHTS_LIMITS_ABSENT',
    what: {
      nl: 'wettelijke beperkingen van de rechten',
      fr: 'limitations légales des droits',
      en: 'legal limits on the rights',
    },
    pointer: '/rights/limits',
    present: (m) => m.rights.limits !== null,
  },
  rightsExercise: {
    code: 'RIGHTS_EXERCISE_ABSENT',
    what: {
      nl: 'uitoefening van de rechten bij de ontvanger',
      fr: 'exercice des droits auprès du destinataire',
      en: 'exercise of the rights at the recipient',
    },
    pointer: '/rights/exercise',
    present: (m) => m.rights.exercise !== null,
  },
  periodicity: {
    code: 'PERIODICITY_ABSENT',
    what: { nl: 'periodiciteit', fr: 'périodicité', en: 'periodicity' },
    pointer: '/periodicity',
    present: (m) => m.periodicity !== null,
  },
  duration: {
    code: 'DURATION_ABSENT',
    what: { nl: 'duur', fr: 'durée', en: 'duration' },
    pointer: '/duration',
    present: (m) => m.duration !== null,
  },
  sanctions: {
    code: 'SANCTIONS_ABSENT',
    what: { nl: 'sancties', fr: 'sanctions', en: 'sanctions' },
    pointer: '/sanctions',
    present: (m) => m.sanctions.length > 0,
  },
  publication: {
    code: 'PUBLICATION_ABSENT',
    what: { nl: 'bekendmaking', fr: 'publication', en: 'publication' },
    pointer: '/publication',
    present: (m) => m.publication !== null,
  },
  notifications: {
    code: 'NOTIFICATION_DUTIES_ABSENT',
    what: { nl: 'meldingsplichten', fr: 'obligations de notification', en: 'notification duties' },
    pointer: '/breach',
    present: (m) => m.breach !== null,
  },
  governingLaw: {
    code: 'GOVERNING_LAW_ABSENT',
    what: { nl: 'toepasselijk recht', fr: 'droit applicable', en: 'governing law' },
    pointer: '/governingLaw',
    present: (m) => m.governingLaw !== null,
  },
} as const satisfies Record<string, ContentRule>;
