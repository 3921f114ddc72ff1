import type { Texts } from '../model/primitives.js';

/** Why a disclosure is refused: stable codes, each with what it means for the person who reads it. */
export const refusalCodes = {
  CONSENT_MISSING: {
    nl: 'Er is geen toestemming van de betrokkene voor deze mededeling.',
    fr: "Il n'y a pas de consentement de la personne concernée pour cette communication.",
    en: 'There is no consent of the person concerned for this disclosure.',
  },
  CONSENT_WITHDRAWN: {
    nl: 'De betrokkene heeft de toestemming ingetrokken.',
    fr: 'La personne concernée a retiré son consentement.',
    en: 'The person concerned has withdrawn the consent.',
  },
  CONSENT_EXPIRED: {
    nl: 'De toestemming is niet langer geldig.',
    fr: "Le consentement n'est plus valable.",
    en: 'The consent is no longer valid.',
  },
  CONSENT_USED: {
    nl: 'De toestemming gold voor één mededeling en is al gebruikt.',
    fr: 'Le consentement valait pour une seule communication et a déjà été utilisé.',
    en: 'The consent was given for one disclosure and has been used.',
  },
  CONSENT_NOTICE_INCOMPLETE: {
    nl: 'De betrokkene kreeg voor de toestemming niet alle informatie die het protocol vraagt.',
    fr: "La personne concernée n'a pas reçu, avant de consentir, toutes les informations exigées par le protocole.",
    en: 'Before consenting, the person concerned did not receive all the information that the protocol asks for.',
  },
  CONSENT_SCOPE_MISMATCH: {
    nl: 'De toestemming geldt niet voor deze persoon, dit doel, deze gegevens of deze ontvanger.',
    fr: 'Le consentement ne porte pas sur cette personne, cette finalité, ces données ou ce destinataire.',
    en: 'The consent does not cover this person, purpose, data or recipient.',
  },
  RESTRICTED: {
    nl: 'De betrokkene heeft de verwerking laten beperken (artikel 18 AVG): de gegevens blijven bewaard, maar worden niet meegedeeld.',
    fr: 'La personne concernée a obtenu la limitation du traitement (article 18 du RGPD) : les données restent conservées, mais ne sont pas communiquées.',
    en: 'The person concerned has had the processing restricted (Article 18 GDPR): the data are kept, but not disclosed.',
  },
  OBJECTION_PENDING: {
    nl: 'De betrokkene heeft bezwaar gemaakt (artikel 21 AVG); tot daarover beslist is, wordt niets meegedeeld.',
    fr: "La personne concernée s'est opposée au traitement (article 21 du RGPD) ; rien n'est communiqué jusqu'à la décision.",
    en: 'The person concerned has objected (Article 21 GDPR); nothing is disclosed until that is decided.',
  },
  OBJECTION_UPHELD: {
    nl: 'Het bezwaar van de betrokkene (artikel 21 AVG) is ingewilligd: er wordt niets meer meegedeeld.',
    fr: "L'opposition de la personne concernée (article 21 du RGPD) a été admise : plus rien n'est communiqué.",
    en: 'The objection of the person concerned (Article 21 GDPR) was upheld: nothing is disclosed any more.',
  },
  GROUND_MISSING: {
    nl: 'Het protocol vermeldt niet voor beide partijen een wettelijke verplichting of taak van algemeen belang.',
    fr: "Le protocole ne mentionne pas, pour les deux parties, d'obligation légale ou de mission d'intérêt public.",
    en: 'The protocol does not state a legal obligation or public task for both parties.',
  },
  PURPOSE_NOT_AGREED: {
    nl: 'Dit doel is niet overeengekomen in het protocol.',
    fr: "Cette finalité n'est pas convenue dans le protocole.",
    en: 'This purpose is not agreed in the protocol.',
  },
  ITEM_NOT_COVERED: {
    nl: 'Het protocol laat een gevraagd gegeven niet toe.',
    fr: 'Le protocole ne permet pas une des données demandées.',
    en: 'The protocol does not allow one of the requested data.',
  },
  SPECIAL_CATEGORY: {
    nl: 'Er zouden bijzondere of strafrechtelijke gegevens worden meegedeeld; dat laat het protocol niet toe.',
    fr: 'Des données sensibles ou pénales seraient communiquées ; le protocole ne le permet pas.',
    en: 'Special or criminal data would be disclosed; the protocol does not allow that.',
  },
  RECIPIENT_NOT_COVERED: {
    nl: 'Deze ontvanger hoort niet bij de ontvangers van het protocol.',
    fr: 'Ce destinataire ne figure pas parmi les destinataires du protocole.',
    en: 'This recipient is not among the recipients of the protocol.',
  },
  RECIPIENT_NOT_COMPETENT: {
    nl: 'De ontvanger is niet bevoegd voor de plaats waar de betrokkene woont of verblijft.',
    fr: "Le destinataire n'est pas compétent pour le lieu où la personne concernée réside ou séjourne.",
    en: 'The recipient is not competent for the place where the person concerned lives or stays.',
  },
  SENDER_UNIT_NOT_COVERED: {
    nl: 'De aanvrager hoort niet bij de dienst die volgens het protocol gegevens mag meedelen.',
    fr: "Le demandeur n'appartient pas au service qui peut communiquer des données selon le protocole.",
    en: 'The requester does not belong to the unit that may disclose data under the protocol.',
  },
  SECRECY_REQUIRED: {
    nl: 'Het protocol vraagt iemand die door het beroepsgeheim gebonden is.',
    fr: 'Le protocole exige une personne tenue au secret professionnel.',
    en: 'The protocol asks for a person bound by professional secrecy.',
  },
  USER_SCOPE: {
    nl: 'De gebruiker is niet gemachtigd voor deze gegevens.',
    fr: "L'utilisateur n'est pas autorisé à accéder à ces données.",
    en: 'The user is not authorised for these data.',
  },
  LOOKUP_NOT_BY_IDENTIFIER: {
    nl: 'Opvragen kan alleen met het unieke identificatienummer dat het protocol noemt.',
    fr: "La consultation n'est possible qu'au moyen du numéro d'identification unique prévu par le protocole.",
    en: 'A look-up is only possible by the unique identifier that the protocol names.',
  },
  LOOKUP_BUDGET_SPENT: {
    nl: 'De gebruiker heeft het aantal opvragingen bereikt dat in deze periode mag.',
    fr: "L'utilisateur a atteint le nombre de consultations autorisé pour cette période.",
    en: 'The user has reached the number of look-ups allowed in this period.',
  },
  CHANNEL_NOT_AGREED: {
    nl: 'Dit kanaal, adres of deze versleuteling is niet overeengekomen.',
    fr: "Ce canal, cette adresse ou ce chiffrement n'est pas convenu.",
    en: 'This channel, address or encryption is not agreed.',
  },
  PROTOCOL_NOT_IN_FORCE: {
    nl: 'Het protocol was op dat ogenblik niet van kracht.',
    fr: "Le protocole n'était pas en vigueur à ce moment.",
    en: 'The protocol was not in force at that moment.',
  },
  PROTOCOL_SUSPENDED: {
    nl: 'Het protocol is opgeschort.',
    fr: 'Le protocole est suspendu.',
    en: 'The protocol is suspended.',
  },
  PROTOCOL_ENDED: {
    nl: 'Het protocol is geëindigd.',
    fr: 'Le protocole a pris fin.',
    en: 'The protocol has ended.',
  },
} as const satisfies Record<string, Texts>;

export type RefusalCode = keyof typeof refusalCodes;

export function isRefusalCode(value: string): value is RefusalCode {
  return Object.hasOwn(refusalCodes, value);
}

/** What a refusal means, for people, in nl, fr and en. */
export function explanationOf(code: RefusalCode): Texts {
  return refusalCodes[code];
}
