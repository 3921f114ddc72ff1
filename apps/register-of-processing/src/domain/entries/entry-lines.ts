import { dateOf } from '@convenant/kernel';
import type { EntryContent, EntryView, Localized } from '@convenant/contracts';
import { periodInWords } from './period-words.js';
import { fieldNames, words, type EntryField, type EntryLanguage } from './entry-texts.js';

/** One field of an entry for people: each line is one value; a field without value has none. */
export type EntryLines = Readonly<Record<EntryField, readonly string[]>>;

type Entry = Pick<EntryView, 'content' | 'mismatches' | 'activity'>;

/** Every field of an entry as plain text in one language. Words of the protocol itself stay in its own language. */
export function entryLines({ content, mismatches, activity }: Entry, language: EntryLanguage): EntryLines {
  const word = (key: keyof typeof words) => words[key][language];
  const label = (texts: Localized) => texts[language];
  const clause = (id: string | undefined) => (id === undefined ? '' : ` (${word('clause')} ${id})`);
  const { controller, counterparty, originalPurpose, compatibility, processor, declared } = content;
  return {
    side: [word(content.side)],
    state: [word(content.state)],
    title: [label(content.title)],
    reference: [content.protocol.reference],
    protocolVersion: [String(content.protocol.version)],
    effectiveFrom: [dateOf(Date.parse(content.effectiveFrom))],
    endsAt: content.endsAt === undefined ? [] : [dateOf(Date.parse(content.endsAt))],
    controller: [controller.name],
    enterpriseNumber: [[dotted(controller.enterpriseNumber), controller.unitCode].filter(Boolean).join(' / ')],
    dpo: controller.dpo,
    counterparty: [counterparty.name],
    controllerFor: [content.controllerFor],
    processor: processor === undefined ? [] : [named(processor) + clause(processor.clause)],
    purposes: content.purposes.map((one) => label(one.label) + clause(one.clause)),
    originalPurpose:
      originalPurpose === undefined
        ? []
        : [
            `${originalPurpose.text}: ${originalPurpose.instrument}${
              originalPurpose.article === undefined ? '' : `, ${word('article')} ${originalPurpose.article}`
            }${clause(originalPurpose.clause)}`,
          ],
    legalBases: content.legalBases.map(({ instrument, articles, gdprArt6, clause: id }) => {
      const cited = articles.length === 0 ? [] : [`${word('article')} ${articles.join(', ')}`];
      const parts = [...(instrument === undefined ? [] : [instrument]), ...cited];
      return `${[...parts, `${word('article')} 6(1)(${gdprArt6}) ${word('gdpr')}`].join(', ')}${clause(id)}`;
    }),
    compatibility: compatibility === undefined ? [] : [word(compatibility.conclusion) + clause(compatibility.clause)],
    dataSubjects: [label(content.dataSubjects)],
    dataItems: content.dataItems.map(({ label: name, specialCategory: special, clause: id }) => {
      return `${label(name)}${special === undefined ? '' : `, ${word('special')} ${special.article}`}${clause(id)}`;
    }),
    recipients: content.recipients.map(({ label: name, onward, clause: id }) => {
      return `${label(name)}${onward ? `, ${word('onward')}` : ''}${clause(id)}`;
    }),
    thirdCountryTransfers: [word('none')],
    retention: content.retention.map(({ label: name, period, ceiling, basis, clause: id }) => {
      const most = ceiling === undefined ? undefined : `${word('atMost')} ${periodInWords(ceiling, language)}`;
      const terms = [period === undefined ? undefined : periodInWords(period, language), most, basis].filter(Boolean);
      return `${[label(name), ...terms].join(', ')}${clause(id)}`;
    }),
    security: content.security.map(({ text, clause: id }) => text + clause(id)),
    processors: content.processors.map((one) => named(one) + clause(one.clause)),
    routes: content.routes.map(({ kind, operator, cipher, clause: id }) => {
      return [kind, operator, cipher].filter(Boolean).join(', ') + clause(id);
    }),
    ownReference: declared === undefined ? [] : [declared.reference],
    ownDeviations: declared === undefined ? [] : deviations(declared, language),
    mismatches: mismatches.map(({ party, aspect, kind, about, clause: id }) => {
      const whose = party === controller.id ? controller.name : counterparty.name;
      return `${whose}: ${aspectName(aspect, language)}: ${about}: ${word(kind)}${clause(id)}`;
    }),
    disclosures: [String(activity.disclosures)],
  };
}

/** An enterprise number as it is written: 0123.456.789. */
function dotted(number: string): string {
  return number.replace(/^(\d{4})(\d{3})(\d{3})$/, '$1.$2.$3');
}

function aspectName(aspect: EntryView['mismatches'][number]['aspect'], language: EntryLanguage): string {
  return aspect === 'thirdCountries' ? words.thirdCountries[language] : fieldNames[aspect][language];
}

function named({ name, legalForm, enterpriseNumber, activities }: NonNullable<EntryContent['processor']>): string {
  return [legalForm === undefined ? name : `${name} ${legalForm}`, enterpriseNumber, activities]
    .filter(Boolean)
    .join(', ');
}

/** The lists that a party gave, each as it stands in its own register. */
function deviations(
  { reference: _, recipients, retention, ...lists }: NonNullable<EntryContent['declared']>,
  language: EntryLanguage,
): string[] {
  const written: [EntryView['mismatches'][number]['aspect'], readonly string[] | undefined][] = [
    ['purposes', lists.purposes],
    ['legalBases', lists.legalBases],
    ['dataItems', lists.dataItems],
    ['recipients', recipients?.map(({ category, label }) => label ?? category)],
    ['retention', retention?.map(({ rule, period }) => `${rule} ${period}`)],
    ['processors', lists.processors],
    ['thirdCountries', lists.thirdCountries],
  ];
  return written.flatMap(([aspect, values]) =>
    values === undefined
      ? []
      : [`${aspectName(aspect, language)}: ${values.length === 0 ? words.none[language] : values.join(', ')}`],
  );
}
