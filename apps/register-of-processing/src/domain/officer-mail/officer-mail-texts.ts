import type { AlertView } from '@convenant/contracts';

export type MailLanguage = 'nl' | 'fr' | 'en';

/** What an officer is told of: what is amiss in the governance of a protocol, and what others bring about. */
export type OfficerTopic =
  | AlertView['code']
  | 'LAW_CHANGE_NOTIFIED'
  | 'LAW_CHANGE_REVIEWED'
  | 'ENTRIES_DIFFER'
  | 'CONTACT_LAPSED'
  | 'RIGHTS_REQUEST_DUE';

/** What it is, and what to do. */
type Told = Readonly<Record<MailLanguage, readonly [what: string, todo: string]>>;

export const topicTexts: Readonly<Record<OfficerTopic, Told>> = {
  PUBLICATION_MISSING: {
    nl: ['Het protocol is niet gepubliceerd', 'Publiceer het protocol op uw website en geef het adres door.'],
    fr: ["Le protocole n'est pas publié", "Publiez le protocole sur votre site web et communiquez l'adresse."],
    en: ['The protocol is not published', 'Publish the protocol on your website and say where.'],
  },
  PUBLICATION_LAPSED: {
    nl: [
      'De publicatie van het protocol is vervallen',
      'Zet het bestand ongewijzigd terug en laat het adres nakijken.',
    ],
    fr: ['La publication du protocole a disparu', "Remettez le fichier sans le modifier et faites vérifier l'adresse."],
    en: ['The publication of the protocol has lapsed', 'Put the file back unchanged and have the address looked at.'],
  },
  OPINION_NOT_ATTACHED: {
    nl: ['Het advies over het protocol is niet bijgevoegd', 'Laad het document van het advies op.'],
    fr: ["L'avis sur le protocole n'est pas joint", "Téléversez le document de l'avis."],
    en: ['The opinion on the protocol is not attached', 'Upload the document of the opinion.'],
  },
  PROCESSOR_NOT_RECORDED: {
    nl: ['Een verwerker is niet geregistreerd', 'Registreer de verwerker met de verwerkersovereenkomst.'],
    fr: ["Un sous-traitant n'est pas enregistré", 'Enregistrez le sous-traitant et son contrat.'],
    en: ['A processor is not recorded', 'Record the processor with its contract.'],
  },
  PROCESSOR_BLOCKED: {
    nl: ['Een verwerker is geblokkeerd', 'Vul de overeenkomst aan (artikel 28 AVG) of gebruik de verwerker niet.'],
    fr: ['Un sous-traitant est bloqué', "Complétez le contrat (article 28 RGPD) ou n'utilisez pas ce sous-traitant."],
    en: ['A processor is blocked', 'Complete its contract (Article 28 GDPR), or do not use the processor.'],
  },
  PROCESSOR_LIST_NOT_SHARED: {
    nl: ['De lijst van verwerkers is niet gedeeld', 'Deel uw lijst met de andere partij.'],
    fr: ["La liste des sous-traitants n'est pas partagée", "Partagez votre liste avec l'autre partie."],
    en: ['The list of processors is not shared', 'Share your list with the other party.'],
  },
  PROCESSOR_LIST_STALE: {
    nl: ['De gedeelde lijst van verwerkers klopt niet meer', 'Deel een nieuwe lijst met de andere partij.'],
    fr: ["La liste partagée des sous-traitants n'est plus exacte", "Partagez une nouvelle liste avec l'autre partie."],
    en: ['The shared list of processors is no longer true', 'Share a new list with the other party.'],
  },
  PROCESSOR_LIST_UNACKNOWLEDGED: {
    nl: ['Een lijst van verwerkers wacht op uw bevestiging', 'Bekijk de lijst van de andere partij en bevestig ze.'],
    fr: [
      'Une liste de sous-traitants attend votre confirmation',
      "Consultez la liste de l'autre partie et confirmez-la.",
    ],
    en: ['A list of processors waits for you', 'Read the list of the other party and acknowledge it.'],
  },
  LAW_REVIEW_OVERDUE: {
    nl: ['Een gemelde wetswijziging is niet beoordeeld', 'Beoordeel wat de wijziging betekent voor het protocol.'],
    fr: ["Un changement de loi n'est pas examiné", 'Examinez ce que le changement signifie pour le protocole.'],
    en: ['A change of the law is not reviewed', 'Say what the change means for the protocol.'],
  },
  EVIDENCE_MISSING: {
    nl: ['Een maatregel is niet aangetoond', 'Laad een document op dat de maatregel aantoont.'],
    fr: ["Une mesure n'est pas démontrée", 'Téléversez un document qui démontre la mesure.'],
    en: ['Nothing shows a measure', 'Upload a document that shows the measure.'],
  },
  EVIDENCE_STALE: {
    nl: ['Het bewijs van een maatregel is verouderd', 'Laad een recent document op.'],
    fr: ["La preuve d'une mesure est périmée", 'Téléversez un document récent.'],
    en: ['What shows a measure is too old', 'Upload a recent document.'],
  },
  EVIDENCE_REQUEST_OVERDUE: {
    nl: ['Een vraag om bewijs is niet beantwoord', 'Beantwoord de vraag van de andere partij.'],
    fr: ['Une demande de preuve reste sans réponse', "Répondez à la demande de l'autre partie."],
    en: ['A request for proof is not answered', 'Answer the request of the other party.'],
  },
  ACCESSION_BEYOND_FRAMEWORK: {
    nl: [
      'De toetreding laat meer toe dan het gewijzigde kaderprotocol',
      'Wijzig de toetreding: het meerdere geldt niet.',
    ],
    fr: ["L'adhésion permet plus que le protocole-cadre modifié", "Modifiez l'adhésion : l'excédent ne vaut plus."],
    en: ['The accession allows more than its amended framework', 'Amend the accession: the excess does not hold.'],
  },
  LAW_CHANGE_NOTIFIED: {
    nl: ['De andere partij meldt een wetswijziging', 'Beoordeel wat de wijziging betekent voor het protocol.'],
    fr: ["L'autre partie signale un changement de loi", 'Examinez ce que le changement signifie pour le protocole.'],
    en: ['The other party tells of a change of the law', 'Say what the change means for the protocol.'],
  },
  LAW_CHANGE_REVIEWED: {
    nl: ['De wetswijziging die u meldde, is beoordeeld', 'Lees de beoordeling; een nieuwe versie kan nodig zijn.'],
    fr: ['Le changement de loi signalé a été examiné', "Lisez l'examen ; une nouvelle version peut être nécessaire."],
    en: ['The change of the law that you told of is reviewed', 'Read the review; a new version may be needed.'],
  },
  ENTRIES_DIFFER: {
    nl: ['De verwerkingsregisters wijken af van het protocol', 'Vergelijk de registers en pas het uwe aan.'],
    fr: ["Les registres s'écartent du protocole", 'Comparez les registres et adaptez le vôtre.'],
    en: ['The registers differ from the protocol', 'Compare the registers and put yours right.'],
  },
  CONTACT_LAPSED: {
    nl: ['Een contactpunt is niet langer geverifieerd', 'Vraag een nieuwe code aan en geef ze terug.'],
    fr: ["Un point de contact n'est plus vérifié", 'Demandez un nouveau code et communiquez-le.'],
    en: ['A contact is no longer verified', 'Ask for a new code and give it back.'],
  },
  RIGHTS_REQUEST_DUE: {
    nl: ['Een verzoek van een betrokkene moet beantwoord worden', 'Beantwoord het verzoek binnen de termijn.'],
    fr: ["La demande d'une personne concernée attend une réponse", 'Répondez à la demande dans le délai.'],
    en: ['A request of a data subject is due', 'Answer the request in time.'],
  },
};

/** What stands before each line. */
export const lineTexts = {
  nl: {
    ...{ what: 'Wat', resolved: 'Opgelost', protocol: 'Protocol', about: 'Betreft', since: 'Sinds', on: 'Op' },
    ...{ todo: 'Te doen', nothing: 'U hoeft niets te doen.', reference: 'Referentie', link: 'Te lezen in Convenant' },
  },
  fr: {
    ...{ what: 'Quoi', resolved: 'Résolu', protocol: 'Protocole', about: 'Concerne', since: 'Depuis', on: 'Le' },
    ...{ todo: 'À faire', nothing: "Vous n'avez rien à faire.", reference: 'Référence', link: 'À lire dans Convenant' },
  },
  en: {
    ...{ what: 'What', resolved: 'Resolved', protocol: 'Protocol', about: 'About', since: 'Since', on: 'On' },
    ...{ todo: 'To do', nothing: 'You need not do anything.', reference: 'Reference', link: 'To be read in Convenant' },
  },
} as const;
