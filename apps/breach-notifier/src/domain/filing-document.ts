import type { FilingDocument } from '@convenant/contracts';

type FilingLanguage = 'nl' | 'fr' | 'de';

/** What the document is made of; instants as RFC 3339. */
export interface FilingFacts {
  readonly language: FilingLanguage;
  readonly reference: string;
  readonly phase: number;
  readonly controller: string;
  readonly contact: string | null;
  readonly nature: readonly string[];
  readonly natureText: string;
  readonly occurredFrom: string;
  readonly occurredTo: string | null;
  readonly detectedAt: string;
  readonly processorInformedAt: string | null;
  readonly awareAt: string;
  readonly dueAt: string;
  readonly categoriesOfSubjects: string;
  readonly persons: number;
  readonly categoriesOfData: string;
  readonly records: number;
  readonly consequences: string;
  readonly measures: string;
  readonly risk: 'none' | 'low' | 'high' | null;
  readonly counterparties: readonly string[];
  readonly delayReasons: string | null;
}

interface Labels {
  statement: string;
  reference: string;
  phase: string;
  controller: string;
  contact: string;
  nature: string;
  natures: Record<string, string>;
  occurred: string;
  ongoing: string;
  detected: string;
  processor: string;
  aware: string;
  due: string;
  subjects: string;
  persons: string;
  data: string;
  records: string;
  consequences: string;
  measures: string;
  risk: string;
  risks: Record<'none' | 'low' | 'high', string>;
  parties: string;
  delay: string;
  unknown: string;
}

const labels: Record<FilingLanguage, Labels> = {
  nl: {
    statement:
      'Voorbereid om in te vullen in het portaal van de toezichthoudende autoriteit. Convenant heeft niets ingediend.',
    reference: 'Referentie',
    phase: 'Fase van de melding',
    controller: 'Verwerkingsverantwoordelijke',
    contact: 'Contact van de functionaris voor gegevensbescherming',
    nature: 'Aard van de inbreuk',
    natures: { confidentiality: 'vertrouwelijkheid', integrity: 'integriteit', availability: 'beschikbaarheid' },
    occurred: 'Begin en einde van de inbreuk',
    ongoing: 'nog bezig',
    detected: 'Vastgesteld op',
    processor: 'Door de verwerker gemeld op',
    aware: 'Kennisgenomen op',
    due: 'Uiterste tijdstip van de melding',
    subjects: 'Categorieën van betrokkenen',
    persons: 'Aantal betrokkenen (bij benadering)',
    data: 'Categorieën van persoonsgegevens',
    records: 'Aantal gegevensrecords (bij benadering)',
    consequences: 'Waarschijnlijke gevolgen',
    measures: 'Genomen of voorgestelde maatregelen',
    risk: 'Beoordeeld risico',
    risks: { none: 'waarschijnlijk geen', low: 'beperkt', high: 'hoog' },
    parties: 'Andere betrokken instanties',
    delay: 'Redenen van de vertraging',
    unknown: 'nog niet bekend',
  },
  fr: {
    statement:
      "Préparé pour être introduit dans le portail de l'autorité de contrôle. Convenant n'a introduit aucune notification.",
    reference: 'Référence',
    phase: 'Phase de la notification',
    controller: 'Responsable du traitement',
    contact: 'Contact du délégué à la protection des données',
    nature: 'Nature de la violation',
    natures: { confidentiality: 'confidentialité', integrity: 'intégrité', availability: 'disponibilité' },
    occurred: 'Début et fin de la violation',
    ongoing: 'en cours',
    detected: 'Constatée le',
    processor: 'Signalée par le sous-traitant le',
    aware: 'Connue le',
    due: 'Échéance de la notification',
    subjects: 'Catégories de personnes concernées',
    persons: 'Nombre approximatif de personnes concernées',
    data: 'Catégories de données',
    records: "Nombre approximatif d'enregistrements",
    consequences: 'Conséquences probables',
    measures: 'Mesures prises ou proposées',
    risk: 'Risque évalué',
    risks: { none: 'improbable', low: 'limité', high: 'élevé' },
    parties: 'Autres instances concernées',
    delay: 'Motifs du retard',
    unknown: 'pas encore connu',
  },
  de: {
    statement: 'Vorbereitet zur Eingabe im Portal der Aufsichtsbehörde. Convenant hat keine Meldung eingereicht.',
    reference: 'Referenz',
    phase: 'Phase der Meldung',
    controller: 'Verantwortlicher',
    contact: 'Kontakt des Datenschutzbeauftragten',
    nature: 'Art der Verletzung',
    natures: { confidentiality: 'Vertraulichkeit', integrity: 'Integrität', availability: 'Verfügbarkeit' },
    occurred: 'Beginn und Ende der Verletzung',
    ongoing: 'dauert an',
    detected: 'Festgestellt am',
    processor: 'Vom Auftragsverarbeiter gemeldet am',
    aware: 'Bekannt geworden am',
    due: 'Frist der Meldung',
    subjects: 'Kategorien betroffener Personen',
    persons: 'Ungefähre Zahl der betroffenen Personen',
    data: 'Kategorien personenbezogener Daten',
    records: 'Ungefähre Zahl der Datensätze',
    consequences: 'Wahrscheinliche Folgen',
    measures: 'Ergriffene oder vorgeschlagene Maßnahmen',
    risk: 'Bewertetes Risiko',
    risks: { none: 'unwahrscheinlich', low: 'gering', high: 'hoch' },
    parties: 'Andere beteiligte Stellen',
    delay: 'Gründe für die Verzögerung',
    unknown: 'noch nicht bekannt',
  },
};

/**
 * The fields of Art. 33(3), ready to be copied into the authority's own portal, in the one language of the filing. It says
 * itself that nothing has been filed.
 *
 * @see GDPR Art. 33(1), 33(3), 33(4)
 */
export function filingDocument(facts: FilingFacts): FilingDocument {
  const own = labels[facts.language];
  const field = (article: string, label: string, value: string) => ({ article, label, value });
  return {
    statement: own.statement,
    fields: [
      field('33', own.reference, facts.reference),
      field('33(4)', own.phase, String(facts.phase)),
      field('33(3)(b)', own.controller, facts.controller),
      field('33(3)(b)', own.contact, facts.contact ?? own.unknown),
      field('33(3)(a)', own.nature, `${facts.nature.map((it) => own.natures[it]).join(', ')}: ${facts.natureText}`),
      field('33(3)(a)', own.occurred, `${facts.occurredFrom} – ${facts.occurredTo ?? own.ongoing}`),
      field('33(1)', own.detected, facts.detectedAt),
      ...(facts.processorInformedAt === null ? [] : [field('33(2)', own.processor, facts.processorInformedAt)]),
      field('33(1)', own.aware, facts.awareAt),
      field('33(1)', own.due, facts.dueAt),
      field('33(3)(a)', own.subjects, facts.categoriesOfSubjects),
      field('33(3)(a)', own.persons, String(facts.persons)),
      field('33(3)(a)', own.data, facts.categoriesOfData),
      field('33(3)(a)', own.records, String(facts.records)),
      field('33(3)(c)', own.consequences, facts.consequences),
      field('33(3)(d)', own.measures, facts.measures),
      field('33(1)', own.risk, facts.risk === null ? own.unknown : own.risks[facts.risk]),
      ...(facts.counterparties.length === 0 ? [] : [field('33(3)(d)', own.parties, facts.counterparties.join('; '))]),
      ...(facts.delayReasons === null ? [] : [field('33(1)', own.delay, facts.delayReasons)]),
    ],
  };
}
