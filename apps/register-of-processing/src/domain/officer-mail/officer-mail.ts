import { lineTexts, topicTexts, type MailLanguage, type OfficerTopic } from './officer-mail-texts.js';

/** What an officer is told. Instants are epoch milliseconds. */
export interface OfficerNews {
  /** Name of the party that has to act. */
  readonly party: string;
  readonly topic: OfficerTopic;
  readonly phase: 'raised' | 'resolved';
  /** Of the protocol; null for what concerns the party as a whole. */
  readonly protocol: {
    readonly title: Readonly<Record<MailLanguage, string>>;
    readonly language: string;
    readonly clause: string | null;
  } | null;
  /** A measure or processor that the text names. */
  readonly about: string | null;
  /** Since when it is so; of what is resolved, since when no longer. */
  readonly at: number;
  readonly reference: string;
  /** Address or path under which it can be read. */
  readonly link: string;
}

/**
 * The mail to the officer: what, which, since when and what to do, by ids and institutions only. In the language of the text
 * of the protocol where the product speaks it, in English otherwise; in all three where there is no protocol.
 *
 * Pure: the same news have the same words.
 */
export function officerMail(news: OfficerNews): { subject: string; body: string } {
  const languages: readonly MailLanguage[] = news.protocol === null ? ['nl', 'fr', 'en'] : [languageOf(news.protocol)];
  const [first] = languages as [MailLanguage];
  const { resolved } = lineTexts[first];
  const [what] = topicTexts[news.topic][first];
  return {
    subject: `Convenant: ${news.phase === 'resolved' ? `${resolved.toLowerCase()}: ` : ''}${what}`,
    body: `${languages.map((language) => inLanguage(news, language)).join('\n\n')}\n`,
  };
}

function languageOf({ language }: NonNullable<OfficerNews['protocol']>): MailLanguage {
  return language === 'nl' || language === 'fr' ? language : 'en';
}

function inLanguage(
  { party, topic, phase, protocol, about, at, reference, link }: OfficerNews,
  language: MailLanguage,
) {
  const words = lineTexts[language];
  const [what, todo] = topicTexts[topic][language];
  const isOver = phase === 'resolved';
  return [
    party,
    '',
    `${isOver ? words.resolved : words.what}: ${what}`,
    ...(protocol === null ? [] : [`${words.protocol}: ${named(protocol, language)}`]),
    ...(about === null ? [] : [`${words.about}: ${about}`]),
    `${isOver ? words.on : words.since}: ${moment(at, language)}`,
    isOver ? words.nothing : `${words.todo}: ${todo}`,
    `${words.reference}: ${reference}`,
    `${words.link}: ${link}`,
  ].join('\n');
}

function named({ title, clause }: NonNullable<OfficerNews['protocol']>, language: MailLanguage): string {
  return clause === null ? title[language] : `${title[language]} (${clause})`;
}

function moment(at: number, language: MailLanguage): string {
  const locale = { nl: 'nl-BE', fr: 'fr-BE', en: 'en-GB' }[language];
  const format = new Intl.DateTimeFormat(locale, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'Europe/Brussels',
  });
  return format.format(new Date(at));
}
