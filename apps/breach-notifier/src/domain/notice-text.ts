/** What a mail about a notice says. No field names or describes a person. */
export interface NoticeMail {
  readonly kind: 'notice' | 'reminder' | 'escalation';
  /** True for the breached party's own mailbox. */
  readonly own: boolean;
  readonly noticeId: string;
  readonly breachedParty: string;
  readonly counterparty: string;
  readonly title: { readonly nl: string; readonly fr: string; readonly en: string };
  readonly clause: string;
  readonly nature: readonly string[];
  readonly counts: { readonly disclosures: number; readonly persons: number; readonly items: number };
  readonly cause: 'notAcknowledged' | 'mailRefused' | 'noContact' | null;
  /** Where the notice can be read; null when the installation has no public address. */
  readonly link: string | null;
}

type TextLanguage = 'nl' | 'fr' | 'en';

interface Words {
  subject: Record<NoticeMail['kind'], string>;
  lead(mail: NoticeMail): string;
  reference: string;
  protocol: string;
  clause: string;
  nature: string;
  natures: Record<string, string>;
  counts(counts: NoticeMail['counts']): string;
  next(mail: NoticeMail): string;
}

const words: Record<TextLanguage, Words> = {
  nl: {
    subject: {
      notice: 'Melding van een gegevenslek',
      reminder: 'Herinnering: melding van een gegevenslek',
      escalation: 'Melding van een gegevenslek: neem zelf contact op',
    },
    lead: ({ kind, own, breachedParty, counterparty, cause }) => {
      if (kind === 'escalation') {
        const why = {
          notAcknowledged: 'heeft de melding niet tijdig bevestigd',
          mailRefused: 'kon niet per e-mail bereikt worden',
          noContact: 'heeft geen bekend contactpunt voor gegevenslekken',
        }[cause ?? 'notAcknowledged'];
        return `${counterparty} ${why}. Neem onmiddellijk op een andere manier contact op.`;
      }
      if (own) return `Uw organisatie meldde een gegevenslek; ${counterparty} wordt hiervan op de hoogte gebracht.`;
      return `${breachedParty} stelt u op de hoogte van een gegevenslek betreffende meegedeelde persoonsgegevens.`;
    },
    reference: 'Referentie',
    protocol: 'Protocol',
    clause: 'Bepaling',
    nature: 'Aard',
    natures: { confidentiality: 'vertrouwelijkheid', integrity: 'integriteit', availability: 'beschikbaarheid' },
    counts: ({ disclosures, persons, items }) =>
      `Betrokken: ${disclosures} mededelingen, ${persons} personen, ${items} gegevens`,
    next: ({ own, link }) =>
      `${own ? 'Volg de melding op' : 'De functionaris voor gegevensbescherming bevestigt de ontvangst'} ${
        link === null ? 'in Convenant, met de referentie hierboven' : `via ${link}`
      }. Vermeld geen persoonsgegevens in een antwoord op deze e-mail.`,
  },
  fr: {
    subject: {
      notice: "Notification d'une violation de données",
      reminder: "Rappel : notification d'une violation de données",
      escalation: "Notification d'une violation de données : prenez contact vous-même",
    },
    lead: ({ kind, own, breachedParty, counterparty, cause }) => {
      if (kind === 'escalation') {
        const why = {
          notAcknowledged: "n'a pas accusé réception à temps",
          mailRefused: "n'a pas pu être joint par e-mail",
          noContact: "n'a pas de point de contact connu pour les violations de données",
        }[cause ?? 'notAcknowledged'];
        return `${counterparty} ${why}. Prenez contact immédiatement par une autre voie.`;
      }
      if (own) return `Votre organisation a signalé une violation de données ; ${counterparty} en est informé.`;
      return `${breachedParty} vous informe d'une violation de données à caractère personnel communiquées.`;
    },
    reference: 'Référence',
    protocol: 'Protocole',
    clause: 'Disposition',
    nature: 'Nature',
    natures: { confidentiality: 'confidentialité', integrity: 'intégrité', availability: 'disponibilité' },
    counts: ({ disclosures, persons, items }) =>
      `Concernés : ${disclosures} communications, ${persons} personnes, ${items} données`,
    next: ({ own, link }) =>
      `${own ? 'Suivez la notification' : 'Le délégué à la protection des données accuse réception'} ${
        link === null ? 'dans Convenant, avec la référence ci-dessus' : `via ${link}`
      }. Ne mentionnez aucune donnée à caractère personnel en réponse à cet e-mail.`,
  },
  en: {
    subject: {
      notice: 'Notice of a personal data breach',
      reminder: 'Reminder: notice of a personal data breach',
      escalation: 'Notice of a personal data breach: make contact yourself',
    },
    lead: ({ kind, own, breachedParty, counterparty, cause }) => {
      if (kind === 'escalation') {
        const why = {
          notAcknowledged: 'has not acknowledged the notice in time',
          mailRefused: 'could not be reached by mail',
          noContact: 'has no known contact for data breaches',
        }[cause ?? 'notAcknowledged'];
        return `${counterparty} ${why}. Make contact at once by another way.`;
      }
      if (own) return `Your organisation reported a personal data breach; ${counterparty} is being told.`;
      return `${breachedParty} informs you of a personal data breach concerning disclosed personal data.`;
    },
    reference: 'Reference',
    protocol: 'Protocol',
    clause: 'Clause',
    nature: 'Nature',
    natures: { confidentiality: 'confidentiality', integrity: 'integrity', availability: 'availability' },
    counts: ({ disclosures, persons, items }) =>
      `Concerned: ${disclosures} disclosures, ${persons} persons, ${items} items of data`,
    next: ({ own, link }) =>
      `${own ? 'Follow the notice' : 'The data protection officer acknowledges receipt'} ${
        link === null ? 'in Convenant, with the reference above' : `at ${link}`
      }. Do not put personal data into an answer to this mail.`,
  },
};

/**
 * Subject and text of a mail, in the three languages of the product, the protocol's own first. The same facts give the same
 * text, so that a resend has the same bytes.
 */
export function noticeText(mail: NoticeMail, first: 'nl' | 'fr' | 'de'): { subject: string; text: string } {
  const order: TextLanguage[] = first === 'fr' ? ['fr', 'nl', 'en'] : ['nl', 'fr', 'en'];
  const parts = order.map((language) => part(mail, words[language], mail.title[language]));
  return {
    subject: `${words[order[0]!].subject[mail.kind]} ${mail.noticeId}`,
    text: `${parts.join('\r\n\r\n----\r\n\r\n')}\r\n`,
  };
}

function part(mail: NoticeMail, own: Words, title: string): string {
  return [
    own.subject[mail.kind],
    '',
    own.lead(mail),
    '',
    `${own.reference}: ${mail.noticeId}`,
    `${own.protocol}: ${title}`,
    `${own.clause}: ${mail.clause}`,
    `${own.nature}: ${mail.nature.map((nature) => own.natures[nature]).join(', ')}`,
    own.counts(mail.counts),
    '',
    own.next(mail),
  ].join('\r\n');
}
