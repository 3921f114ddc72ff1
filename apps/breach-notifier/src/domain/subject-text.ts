import type { Localized } from '@convenant/contracts';

/** What the text for data subjects is made of. */
export interface SubjectTextFacts {
  /** Name of the breached body. */
  readonly controller: string;
  /** Mailbox of its data protection officer. */
  readonly contact: string | null;
  readonly nature: readonly string[];
  /** Calendar date in Brussels. */
  readonly occurredOn: string;
  readonly items: readonly { readonly nl: string; readonly fr: string; readonly en: string }[];
}

const natures: Record<string, Localized> = {
  confidentiality: {
    nl: 'onbevoegden kunnen uw gegevens gezien hebben',
    fr: 'des personnes non autorisées ont pu voir vos données',
    en: 'people who may not see your data may have seen it',
  },
  integrity: {
    nl: 'uw gegevens kunnen gewijzigd zijn',
    fr: 'vos données ont pu être modifiées',
    en: 'your data may have been changed',
  },
  availability: {
    nl: 'uw gegevens waren of zijn niet beschikbaar',
    fr: 'vos données ont été ou sont indisponibles',
    en: 'your data was or is not available',
  },
};

/**
 * A plain text for the persons on the list, to be completed by the controller with the likely consequences, the measures
 * and what a person can do: those depend on the case.
 *
 * @see GDPR Art. 34(2), with 33(3)(b) to (d)
 */
export function subjectText({ controller, contact, nature, occurredOn, items }: SubjectTextFacts): Localized {
  const what = (language: keyof Localized) => nature.map((it) => natures[it]![language]).join('; ');
  const data = (language: keyof Localized) => items.map((label) => label[language]).join('; ');
  return {
    nl: [
      `Bij ${controller} was er op ${occurredOn} een inbreuk op de beveiliging van persoonsgegevens: ${what('nl')}.`,
      `Het gaat om: ${data('nl')}.`,
      `Vragen? ${contact ?? 'Neem contact op met de functionaris voor gegevensbescherming.'}`,
    ].join('\n'),
    fr: [
      `Une violation de la sécurité de données à caractère personnel a eu lieu le ${occurredOn} chez ${controller} : ${what('fr')}.`,
      `Il s'agit de : ${data('fr')}.`,
      `Des questions ? ${contact ?? 'Contactez le délégué à la protection des données.'}`,
    ].join('\n'),
    en: [
      `On ${occurredOn} the security of personal data was breached at ${controller}: ${what('en')}.`,
      `It concerns: ${data('en')}.`,
      `Questions? ${contact ?? 'Contact the data protection officer.'}`,
    ].join('\n'),
  };
}
