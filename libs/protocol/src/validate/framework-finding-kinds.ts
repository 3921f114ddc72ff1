import { correctText, type FindingKind } from './finding-kind.js';

const source = 'Art. 8 §1 of the decree of 18 July 2008; text of the framework';

/** Findings on an accession beside the framework protocol that it names. */
export const frameworkFindingKinds = {
  FRAMEWORK_UNKNOWN: {
    severity: 'error',
    source,
    text: {
      nl: 'Er is geen gesloten kaderprotocol {framework} van een van deze partijen.',
      fr: 'Il n’existe pas de protocole-cadre conclu {framework} d’une de ces parties.',
      en: 'There is no agreed framework protocol {framework} of one of these parties.',
    },
    todo: {
      nl: 'Sluit eerst het kaderprotocol, of verbeter de verwijzing.',
      fr: 'Concluez d’abord le protocole-cadre, ou corrigez la référence.',
      en: 'Agree on the framework protocol first, or correct the reference.',
    },
  },
  FRAMEWORK_ENDED: {
    severity: 'error',
    source,
    text: {
      nl: 'Het kaderprotocol {framework} is beëindigd; toetreden kan niet meer.',
      fr: 'Le protocole-cadre {framework} a pris fin ; il n’est plus possible d’y adhérer.',
      en: 'The framework protocol {framework} has ended; nobody can accede to it any more.',
    },
    todo: {
      nl: 'Treed toe tot een kaderprotocol dat van kracht is.',
      fr: 'Adhérez à un protocole-cadre en vigueur.',
      en: 'Accede to a framework protocol that is in force.',
    },
  },
  FRAMEWORK_SUSPENDED: {
    severity: 'warning',
    source,
    text: {
      nl: 'Het kaderprotocol {framework} is geschorst; zolang kan de toetreding niet van kracht worden.',
      fr: 'Le protocole-cadre {framework} est suspendu ; l’adhésion ne peut entrer en vigueur entre-temps.',
      en: 'The framework protocol {framework} is suspended; until it is resumed the accession cannot be activated.',
    },
    todo: {
      nl: 'Wacht tot de schorsing is opgeheven.',
      fr: 'Attendez la levée de la suspension.',
      en: 'Wait until the suspension is lifted.',
    },
  },
  FRAMEWORK_OTHER_REGIME: {
    severity: 'error',
    source,
    text: {
      nl: 'De toetreding valt onder een ander stelsel dan het kaderprotocol {framework}.',
      fr: 'L’adhésion relève d’un autre régime que le protocole-cadre {framework}.',
      en: 'The accession is under another regime than the framework protocol {framework}.',
    },
    todo: correctText,
  },
  FRAMEWORK_ENDING_ABSENT: {
    severity: 'error',
    source,
    text: {
      nl: 'De toetreding zegt niet hoe zij eindigt met het kaderprotocol {framework}.',
      fr: 'L’adhésion ne dit pas comment elle prend fin avec le protocole-cadre {framework}.',
      en: 'The accession does not say how it ends with the framework protocol {framework}.',
    },
    todo: {
      nl: 'Neem het kaderprotocol op bij de gekoppelde overeenkomsten, met een einde linkedAgreementEnded.',
      fr: 'Reprenez le protocole-cadre parmi les accords liés, avec une fin linkedAgreementEnded.',
      en: 'List the framework protocol among the linked agreements, with an ending linkedAgreementEnded.',
    },
  },
  ACCESSION_OUTLIVES_FRAMEWORK: {
    severity: 'error',
    source,
    text: {
      nl: 'De toetreding duurt langer dan het kaderprotocol {framework}.',
      fr: 'L’adhésion dure plus longtemps que le protocole-cadre {framework}.',
      en: 'The accession lasts longer than the framework protocol {framework}.',
    },
    todo: correctText,
  },
  ACCESSION_WIDER: {
    severity: 'error',
    source: 'text',
    text: {
      nl: 'De toetreding laat hier meer toe dan het kaderprotocol {framework}.',
      fr: 'L’adhésion permet ici plus que le protocole-cadre {framework}.',
      en: 'The accession allows more here than the framework protocol {framework}.',
    },
    todo: {
      nl: 'Blijf binnen het kaderprotocol, of wijzig eerst het kaderprotocol.',
      fr: 'Restez dans le protocole-cadre, ou modifiez-le d’abord.',
      en: 'Stay within the framework protocol, or amend the framework first.',
    },
  },
} as const satisfies Record<string, FindingKind>;
