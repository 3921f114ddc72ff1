import type { RegimeId, Texts } from '@convenant/protocol';

/** Languages of the public pages. */
export const pageLanguages = ['nl', 'fr', 'en'] as const;
export type PageLanguage = (typeof pageLanguages)[number];

export const languageNames: Record<PageLanguage, string> = { nl: 'Nederlands', fr: 'Français', en: 'English' };

/** The regimes, as people look them up. */
export const regimeNames: Record<RegimeId, Texts> = {
  'be-fed-art20': {
    nl: 'Wet van 30 juli 2018, artikel 20',
    fr: 'Loi du 30 juillet 2018, article 20',
    en: 'Law of 30 July 2018, Article 20',
  },
  'be-vl-art8': {
    nl: 'Decreet van 18 juli 2008, artikel 8, §1',
    fr: 'Décret flamand du 18 juillet 2008, article 8, §1er',
    en: 'Flemish decree of 18 July 2008, Article 8, §1',
  },
};

/** Words of the public page. */
export const words = {
  protocol: { nl: 'Protocol', fr: 'Protocole', en: 'Protocol' },
  skip: { nl: 'Naar de inhoud', fr: 'Aller au contenu', en: 'Skip to the content' },
  otherLanguages: { nl: 'Andere talen', fr: 'Autres langues', en: 'Other languages' },
  contents: { nl: 'Inhoud', fr: 'Sommaire', en: 'Contents' },
  inShort: { nl: 'In het kort', fr: 'En bref', en: 'In short' },
  subject: { nl: 'Onderwerp', fr: 'Objet', en: 'Subject' },
  effectiveFrom: { nl: 'Van kracht vanaf', fr: 'En vigueur à partir du', en: 'In force from' },
  version: { nl: 'Versie', fr: 'Version', en: 'Version' },
  legalFramework: { nl: 'Wettelijk kader', fr: 'Cadre légal', en: 'Legal framework' },
  duration: { nl: 'Duur', fr: 'Durée', en: 'Duration' },
  persons: { nl: 'Betrokkenen', fr: 'Personnes concernées', en: 'Data subjects' },
  periodicity: { nl: 'Periodiciteit', fr: 'Périodicité', en: 'Periodicity' },
  parties: { nl: 'Partijen', fr: 'Parties', en: 'Parties' },
  sender: { nl: 'Mededelende partij', fr: 'Partie émettrice', en: 'Sending party' },
  receiver: { nl: 'Ontvangende partij', fr: 'Partie réceptrice', en: 'Receiving party' },
  enterpriseNumber: { nl: 'Ondernemingsnummer', fr: 'Numéro d’entreprise', en: 'Enterprise number' },
  seat: { nl: 'Zetel', fr: 'Siège', en: 'Seat' },
  dpoContact: {
    nl: 'Functionaris voor gegevensbescherming',
    fr: 'Délégué à la protection des données',
    en: 'Data protection officer',
  },
  notStated: { nl: 'Niet vermeld in de tekst', fr: 'Non mentionné dans le texte', en: 'Not stated in the text' },
  purposes: { nl: 'Doeleinden', fr: 'Finalités', en: 'Purposes' },
  legalBases: { nl: 'Rechtsgronden', fr: 'Bases légales', en: 'Legal grounds' },
  side: { nl: 'Partij', fr: 'Partie', en: 'Party' },
  instrument: { nl: 'Regelgeving', fr: 'Instrument', en: 'Instrument' },
  articles: { nl: 'Artikelen', fr: 'Articles', en: 'Articles' },
  gdpr: { nl: 'AVG', fr: 'RGPD', en: 'GDPR' },
  data: { nl: 'Gegevens', fr: 'Données', en: 'Data' },
  item: { nl: 'Gegeven', fr: 'Donnée', en: 'Item' },
  fields: { nl: 'Velden', fr: 'Champs', en: 'Fields' },
  reason: { nl: 'Waarom nodig', fr: 'Pourquoi nécessaire', en: 'Why needed' },
  recipients: { nl: 'Ontvangers', fr: 'Destinataires', en: 'Recipients' },
  onward: {
    nl: 'alleen door verdere mededeling van de ontvangende partij',
    fr: 'uniquement par communication ultérieure de la partie réceptrice',
    en: 'only by onward disclosure of the receiving party',
  },
  consent: { nl: 'Toestemming', fr: 'Consentement', en: 'Consent' },
  consentNeeded: {
    nl: 'Elke mededeling vraagt de toestemming van de betrokkene, die vooraf geïnformeerd wordt over:',
    fr: 'Chaque communication requiert le consentement de la personne concernée, informée au préalable de :',
    en: 'Each disclosure needs the consent of the data subject, who is told beforehand:',
  },
  routes: { nl: 'Hoe de gegevens reizen', fr: 'Comment les données voyagent', en: 'How the data travels' },
  retention: { nl: 'Bewaring', fr: 'Conservation', en: 'Retention' },
  processors: { nl: 'Verwerkers', fr: 'Sous-traitants', en: 'Processors' },
  measures: { nl: 'Beveiligingsmaatregelen', fr: 'Mesures de sécurité', en: 'Security measures' },
  rights: { nl: 'Uw rechten', fr: 'Vos droits', en: 'Your rights' },
  rightsText: {
    nl: 'U kunt bij elke partij vragen wie welke gegevens over u kreeg, en ze laten verbeteren of wissen waar de wet dat toelaat. U kunt ook klacht indienen bij de Gegevensbeschermingsautoriteit.',
    fr: 'Vous pouvez demander à chaque partie qui a reçu quelles données vous concernant, et les faire rectifier ou effacer lorsque la loi le permet. Vous pouvez aussi déposer plainte auprès de l’Autorité de protection des données.',
    en: 'You can ask each party who received which data about you, and have it corrected or erased where the law allows it. You can also complain to the Data Protection Authority.',
  },
  decisions: { nl: 'Beslissingen van de partijen', fr: 'Décisions des parties', en: 'Decisions of the parties' },
  decisionsText: {
    nl: 'Wat de ondertekende tekst openlaat en de partijen daarnaast hebben beslist.',
    fr: 'Ce que le texte signé laisse ouvert et que les parties ont décidé à côté.',
    en: 'What the signed text leaves open and the parties decided beside it.',
  },
  question: { nl: 'Vraag', fr: 'Question', en: 'Question' },
  decided: { nl: 'Beslist', fr: 'Décidé', en: 'Decided' },
  by: { nl: 'Door', fr: 'Par', en: 'By' },
  opinions: { nl: 'Adviezen en ondertekening', fr: 'Avis et signature', en: 'Opinions and signature' },
  opinion: {
    nl: 'Advies van de functionaris voor gegevensbescherming',
    fr: 'Avis du délégué à la protection des données',
    en: 'Opinion of the data protection officer',
  },
  positive: { nl: 'positief', fr: 'positif', en: 'positive' },
  negative: { nl: 'negatief', fr: 'négatif', en: 'negative' },
  conditional: { nl: 'voorwaardelijk', fr: 'conditionnel', en: 'conditional' },
  unstated: { nl: 'uitkomst niet vermeld', fr: 'résultat non mentionné', en: 'outcome not stated' },
  followed: { nl: 'gevolgd', fr: 'suivi', en: 'followed' },
  notFollowed: { nl: 'niet gevolgd', fr: 'non suivi', en: 'not followed' },
  signature: { nl: 'Ondertekend', fr: 'Signé', en: 'Signed' },
  capacity: { nl: 'Hoedanigheid', fr: 'Qualité', en: 'Capacity' },
  date: { nl: 'Datum', fr: 'Date', en: 'Date' },
  clauses: { nl: 'De tekst, per bepaling', fr: 'Le texte, par clause', en: 'The text, by clause' },
  clausesNote: {
    nl: 'De tekst van het protocol staat in zijn eigen taal.',
    fr: 'Le texte du protocole figure dans sa propre langue.',
    en: 'The text of the protocol stands in its own language.',
  },
  clause: { nl: 'Bepaling', fr: 'Clause', en: 'Clause' },
  verification: { nl: 'Echtheid', fr: 'Authenticité', en: 'Authenticity' },
  documentHash: {
    nl: 'SHA-256 van het ondertekende document',
    fr: 'SHA-256 du document signé',
    en: 'SHA-256 of the signed document',
  },
  dataHash: {
    nl: 'SHA-256 van het protocol als gegevens (RFC 8785)',
    fr: 'SHA-256 du protocole sous forme de données (RFC 8785)',
    en: 'SHA-256 of the protocol as data (RFC 8785)',
  },
  machineReadable: {
    nl: 'Dit protocol in machineleesbare vorm (JSON)',
    fr: 'Ce protocole sous forme lisible par machine (JSON)',
    en: 'This protocol in machine-readable form (JSON)',
  },
} as const satisfies Record<string, Texts>;
