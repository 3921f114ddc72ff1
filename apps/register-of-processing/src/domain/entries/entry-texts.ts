import type { Localized } from '@convenant/contracts';

export type EntryLanguage = 'nl' | 'fr' | 'en';

const text = (nl: string, fr: string, en: string): Localized => ({ nl, fr, en });

/** Headings of the fields of an entry, in the order of the article. @see GDPR Art. 30(1), (2) */
export const fieldNames = {
  side: text('Soort register', 'Type de registre', 'Kind of record'),
  state: text('Stand', 'État', 'State'),
  title: text('Protocol', 'Protocole', 'Protocol'),
  reference: text('Kenmerk van het protocol', 'Référence du protocole', 'Reference of the protocol'),
  protocolVersion: text('Versie van het protocol', 'Version du protocole', 'Version of the protocol'),
  effectiveFrom: text('Van kracht sinds', 'En vigueur depuis', 'In effect since'),
  endsAt: text('Eindigt op', 'Prend fin le', 'Ends on'),
  controller: text('Verwerkingsverantwoordelijke', 'Responsable du traitement', 'Controller'),
  enterpriseNumber: text('Ondernemingsnummer', 'Numéro d’entreprise', 'Enterprise number'),
  dpo: text('Functionaris voor gegevensbescherming', 'Délégué à la protection des données', 'Data protection officer'),
  counterparty: text('Andere verwerkingsverantwoordelijke', 'Autre responsable du traitement', 'Other controller'),
  controllerFor: text('Verantwoordelijk voor', 'Responsable de', 'Answers for'),
  processor: text('Verwerker', 'Sous-traitant', 'Processor'),
  purposes: text('Doeleinden', 'Finalités', 'Purposes'),
  originalPurpose: text(
    'Doel waarvoor oorspronkelijk verzameld',
    'Finalité de la collecte initiale',
    'Purpose of the original collection',
  ),
  legalBases: text('Rechtsgronden', 'Bases juridiques', 'Legal bases'),
  compatibility: text('Verenigbaarheid (art. 6(4))', 'Compatibilité (art. 6(4))', 'Compatibility (Art. 6(4))'),
  dataSubjects: text('Betrokkenen', 'Personnes concernées', 'Data subjects'),
  dataItems: text('Categorieën van persoonsgegevens', 'Catégories de données', 'Categories of personal data'),
  recipients: text('Ontvangers', 'Destinataires', 'Recipients'),
  thirdCountryTransfers: text(
    'Doorgifte aan derde landen',
    'Transferts vers des pays tiers',
    'Transfers to third countries',
  ),
  retention: text('Bewaartermijnen', 'Délais d’effacement', 'Time limits for erasure'),
  security: text('Beveiligingsmaatregelen', 'Mesures de sécurité', 'Security measures'),
  processors: text('Verwerkers en integratoren', 'Sous-traitants et intégrateurs', 'Processors and integrators'),
  routes: text('Wegen van verzending', 'Voies de transmission', 'Routes'),
  ownReference: text('Eigen kenmerk', 'Référence propre', 'Own reference'),
  ownDeviations: text('Eigen afwijkingen', 'Divergences propres', 'Own deviations'),
  mismatches: text('Verschillen met het protocol', 'Différences avec le protocole', 'Differences from the protocol'),
  disclosures: text('Mededelingen tot nu', 'Communications à ce jour', 'Disclosures so far'),
} as const;
export type EntryField = keyof typeof fieldNames;

/** Words for codes of an entry. */
export const words = {
  controller: text(
    'Art. 30, lid 1: verwerkingsverantwoordelijke',
    'Art. 30, § 1 : responsable',
    'Art. 30(1): controller',
  ),
  processor: text('Art. 30, lid 2: verwerker', 'Art. 30, § 2 : sous-traitant', 'Art. 30(2): processor'),
  scheduled: text('nog niet van kracht', 'pas encore en vigueur', 'not yet in effect'),
  inForce: text('van kracht', 'en vigueur', 'in force'),
  suspended: text('geschorst', 'suspendu', 'suspended'),
  ended: text('beëindigd', 'terminé', 'ended'),
  none: text('geen', 'aucun', 'none'),
  gdpr: text('AVG', 'RGPD', 'GDPR'),
  atMost: text('ten hoogste', 'au plus', 'at most'),
  onward: text(
    'verdere mededeling door de ontvanger',
    'communication ultérieure par le destinataire',
    'onward disclosure by the receiver',
  ),
  compatible: text('verenigbaar', 'compatible', 'compatible'),
  incompatible: text('onverenigbaar', 'incompatible', 'incompatible'),
  special: text('bijzondere categorie, art.', 'catégorie particulière, art.', 'special category, Art.'),
  clause: text('clausule', 'clause', 'clause'),
  article: text('art.', 'art.', 'Art.'),
  notInProtocol: text('niet in het protocol', 'absent du protocole', 'not in the protocol'),
  missingInOwnRegister: text(
    'ontbreekt in het eigen register',
    'absent du registre propre',
    'missing in the own register',
  ),
  longerThanProtocol: text('langer dan het protocol', 'plus long que le protocole', 'longer than the protocol'),
  shorterThanProtocol: text('korter dan het protocol', 'plus court que le protocole', 'shorter than the protocol'),
  thirdCountries: text('derde landen', 'pays tiers', 'third countries'),
  register: text(
    'Register van de verwerkingsactiviteiten',
    'Registre des activités de traitement',
    'Register of processing activities',
  ),
  asOf: text('Stand op', 'Situation au', 'As of'),
  entry: text('Inschrijving', 'Inscription', 'Entry'),
  version: text('versie', 'version', 'version'),
  empty: text(
    'Er is nog geen protocol van kracht geworden.',
    'Aucun protocole n’a encore pris effet.',
    'No protocol has taken effect yet.',
  ),
} as const;
