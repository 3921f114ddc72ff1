import type { EntryLanguage } from './entry-texts.js';

type Unit = 'Y' | 'M' | 'W' | 'D';

/** One of it, and more. */
const units: Record<EntryLanguage, Record<Unit, readonly [one: string, more: string]>> = {
  nl: { Y: ['jaar', 'jaar'], M: ['maand', 'maanden'], W: ['week', 'weken'], D: ['dag', 'dagen'] },
  fr: { Y: ['an', 'ans'], M: ['mois', 'mois'], W: ['semaine', 'semaines'], D: ['jour', 'jours'] },
  en: { Y: ['year', 'years'], M: ['month', 'months'], W: ['week', 'weeks'], D: ['day', 'days'] },
};
const and: Record<EntryLanguage, string> = { nl: ' en ', fr: ' et ', en: ' and ' };

/** A calendar period (ISO 8601, without times of day) as people say it; any other one as it is written. */
export function periodInWords(period: string, language: EntryLanguage): string {
  if (!/^P(\d+[YMWD])+$/.test(period)) return period;
  const parts = [...period.matchAll(/(\d+)([YMWD])/g)].map(([, count, unit]) => {
    const [one, more] = units[language][unit as Unit];
    return `${Number(count)} ${Number(count) === 1 ? one : more}`;
  });
  return parts.join(and[language]);
}
