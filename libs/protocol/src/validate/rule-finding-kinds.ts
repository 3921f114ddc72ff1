import { addText, askDpo, correctText, settle, type FindingKind } from './finding-kind.js';

/** Findings on the content: what the GDPR or the regime asks and the text does not give. */
export const ruleFindingKinds = {
  RETENTION_SILENT_ON_DECLINED: {
    severity: 'warning',
    source: 'GDPR Art. 5(1)(e)',
    text: {
      nl: 'De bewaring zwijgt over wie geen verdere hulp wenst.',
      fr: 'La conservation ne dit rien de la personne qui ne souhaite pas d’aide.',
      en: 'The retention is silent on the person who declines further help.',
    },
    todo: settle,
  },
  RETENTION_WITHOUT_CEILING: {
    severity: 'warning',
    source: 'GDPR Art. 5(1)(e)',
    text: {
      nl: 'Deze bewaring hangt af van een gebeurtenis en heeft geen uiterste termijn.',
      fr: 'Cette conservation dépend d’un événement et n’a pas de délai maximal.',
      en: 'This retention hangs on an event and has no ceiling.',
    },
    todo: settle,
  },
  RETENTION_WITHOUT_DESTRUCTION_BASIS: {
    severity: 'warning',
    source: 'GDPR Art. 5(1)(e); archive rules',
    text: {
      nl: 'De termijn steunt op archiefregels; dat is nog geen toelating om te vernietigen.',
      fr: 'Le délai repose sur des règles d’archivage ; ce n’est pas encore une autorisation de détruire.',
      en: 'The term leans on archive rules; that is not yet leave to destroy.',
    },
    todo: settle,
  },
  RETENTION_PERIOD_ABSENT: {
    severity: 'warning',
    source: 'GDPR Art. 5(1)(e)',
    text: {
      nl: 'Er staat geen bewaartermijn.',
      fr: 'Aucune durée de conservation ne figure.',
      en: 'There is no retention period.',
    },
    todo: settle,
  },
  BREACH_CONTACT_NOT_DPO: {
    severity: 'warning',
    source: 'GDPR Art. 33; text',
    text: {
      nl: 'Melden gaat via de functionarissen, maar het contact van deze partij is geen adres van een functionaris.',
      fr: 'La notification passe par les délégués, mais le contact de cette partie n’est pas celui d’un délégué.',
      en: 'Notification goes via the data protection officers, but the contact of this party is not one of an officer.',
    },
    todo: settle,
  },
  NOTICE_START_UNDEFINED: {
    severity: 'warning',
    source: 'text',
    text: {
      nl: 'De tekst zegt niet wanneer de opzegtermijn begint; zolang niets beslist is, telt hij vanaf de ontvangst.',
      fr: 'Le texte ne dit pas quand le préavis commence ; sans décision, il court dès la réception.',
      en: 'The text does not say when the notice period starts; until decided, it counts from the receipt.',
    },
    todo: settle,
  },
  OPINION_ABSENT: {
    severity: 'warning',
    source: 'GDPR Art. 39; regime',
    text: {
      nl: 'De tekst vermeldt geen advies van de functionaris van de {party}.',
      fr: 'Le texte ne mentionne pas d’avis du délégué de la {party}.',
      en: 'The text mentions no opinion of the data protection officer of the {party}.',
    },
    todo: askDpo,
  },
  OPINION_ON_DRAFT: {
    severity: 'warning',
    source: 'text',
    text: {
      nl: 'Het advies gaat over een ontwerp.',
      fr: 'L’avis porte sur un projet.',
      en: 'The opinion is on a draft.',
    },
    todo: askDpo,
  },
  OPINION_WITHOUT_OUTCOME: {
    severity: 'warning',
    source: 'text',
    text: {
      nl: 'De uitkomst van het advies staat er niet.',
      fr: 'Le résultat de l’avis ne figure pas.',
      en: 'The outcome of the opinion is not stated.',
    },
    todo: askDpo,
  },
  OPINION_UNDATED: {
    severity: 'warning',
    source: 'text',
    text: { nl: 'Het advies heeft geen datum.', fr: 'L’avis n’est pas daté.', en: 'The opinion has no date.' },
    todo: askDpo,
  },
  OPINION_NOT_ATTACHED: {
    severity: 'warning',
    source: 'Law of 30 July 2018, Art. 20',
    text: { nl: 'Het advies is niet bijgevoegd.', fr: 'L’avis n’est pas joint.', en: 'The opinion is not attached.' },
    todo: { nl: 'Voeg het advies toe.', fr: 'Joignez l’avis.', en: 'Attach the opinion.' },
  },
  OPINION_OLDER_THAN_AGREEMENT: {
    severity: 'warning',
    source: 'text',
    text: {
      nl: 'Het advies is ouder dan de overeenkomst waarop het protocol steunt ({concludedOn}).',
      fr: 'L’avis est antérieur à la convention sur laquelle repose le protocole ({concludedOn}).',
      en: 'The opinion is older than the agreement on which the protocol rests ({concludedOn}).',
    },
    todo: askDpo,
  },
  ENTERPRISE_NUMBER_SHARED: {
    severity: 'warning',
    source: 'Belgif organisation identifiers',
    text: {
      nl: 'Het ondernemingsnummer dekt een hele overheid en duidt deze partij niet aan.',
      fr: 'Le numéro d’entreprise couvre toute une autorité et ne désigne pas cette partie.',
      en: 'The enterprise number covers a whole authority and does not single out this party.',
    },
    todo: { nl: 'Geef een eenheidscode.', fr: 'Indiquez un code d’unité.', en: 'Give a unit code.' },
  },
  DPO_CONTACT_ABSENT: {
    severity: 'warning',
    source: 'GDPR Art. 37(7)',
    text: {
      nl: 'Er is geen bruikbaar functioneel contact van de functionaris van de {party}.',
      fr: 'Pas de contact fonctionnel utilisable du délégué de la {party}.',
      en: 'There is no usable functional contact of the data protection officer of the {party}.',
    },
    todo: settle,
  },
  LEGAL_INSTRUMENT_UNNAMED: {
    severity: 'warning',
    source: 'GDPR Art. 6(3)',
    text: {
      nl: 'De {party} noemt geen wettelijk instrument.',
      fr: 'La {party} ne cite aucun instrument légal.',
      en: 'The {party} names no legal instrument.',
    },
    todo: settle,
  },
  SPECIAL_CATEGORY_WITHOUT_GROUND: {
    severity: 'warning',
    source: 'GDPR Art. 9, 10',
    text: {
      nl: 'Het gegeven {item} raakt artikel {article} AVG en heeft geen grond; het wordt niet meegedeeld.',
      fr: 'La donnée {item} relève de l’article {article} RGPD et n’a pas de fondement ; elle n’est pas communiquée.',
      en: 'Item {item} touches GDPR Article {article} and has no ground; it is not disclosed.',
    },
    todo: settle,
  },
  GROUND_ABSENT: {
    severity: 'error',
    source: 'GDPR Art. 6(1)(c), (e)',
    text: {
      nl: 'Niet beide partijen hebben een wettelijke verplichting of taak van algemeen belang.',
      fr: 'Les deux parties n’ont pas chacune d’obligation légale ou de mission d’intérêt public.',
      en: 'Not both parties have a legal obligation or public task.',
    },
    todo: addText,
  },
  REGIME_NOT_IN_FORCE: {
    severity: 'error',
    source: 'regime',
    text: {
      nl: 'Op deze datum gold het stelsel nog niet.',
      fr: 'À cette date, le régime n’était pas encore en vigueur.',
      en: 'The regime was not in force on this date.',
    },
    todo: correctText,
  },
  REGIME_NOT_APPLICABLE: {
    severity: 'error',
    source: 'regime',
    text: {
      nl: 'Een voorwaarde van het stelsel is niet vervuld: {condition}.',
      fr: 'Une condition du régime n’est pas remplie : {condition}.',
      en: 'A condition of the regime is not met: {condition}.',
    },
    todo: {
      nl: 'Kies het juiste instrument.',
      fr: 'Choisissez l’instrument adéquat.',
      en: 'Choose the right instrument.',
    },
  },
  APPLICABILITY_UNANSWERED: {
    severity: 'note',
    source: 'regime',
    text: {
      nl: 'Een voorwaarde van het stelsel is niet beantwoord: {condition}.',
      fr: 'Une condition du régime est sans réponse : {condition}.',
      en: 'A condition of the regime is not answered: {condition}.',
    },
    todo: settle,
  },
  CONTENT_ABSENT: {
    severity: 'warning',
    source: 'regime',
    text: {
      nl: 'De inhoud die het stelsel vraagt ontbreekt: {what}.',
      fr: 'Le contenu demandé par le régime manque : {what}.',
      en: 'Content that the regime asks for is absent: {what}.',
    },
    todo: addText,
  },
} as const satisfies Record<string, FindingKind>;
