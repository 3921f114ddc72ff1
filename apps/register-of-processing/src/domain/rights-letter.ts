import { dateOf, parseInstant } from '@convenant/kernel';
import type { LetterView, RightsRequestView } from '@convenant/contracts';
import { extensionTexts, frameTexts, grantedTexts, reasonTexts, rightTexts } from './rights-letter-texts.js';

type Language = 'nl' | 'fr' | 'en';

/**
 * The letter that tells the person where the request stands: received, extended, granted or refused, with reasons and
 * remedies, in plain language. It names nobody and nothing of the data: the party adds the address, and the account of an
 * access as an enclosure.
 *
 * @see GDPR Art. 12(1), 12(3), 12(4)
 */
export function rightsLetter(request: RightsRequestView, language: Language): LetterView {
  const frame = (key: keyof typeof frameTexts, values: Record<string, string> = {}) =>
    frameTexts[key][language].replace(/\{(\w+)\}/g, (_, name: string) => values[name]!);
  const right = rightTexts[request.right][language];
  const { state, extension } = request;
  return {
    language,
    subject: frame('subject', { right }),
    reference: request.id,
    paragraphs: [
      frame('received', { date: day(request.receivedAt, language), right }),
      ...(extension && state === 'open'
        ? [frame('extended', { reasons: listed(extension.reasons.map((code) => extensionTexts[code][language])) })]
        : []),
      ...(state === 'open' ? [frame('open', { date: lastDay(request.deadline.cautiousDueAt, language) })] : []),
      ...(state === 'open' && request.barrier ? [frame('stopped')] : []),
      ...(request.late ? [frame('late')] : []),
      ...(state === 'granted' || state === 'partly' ? [grantedTexts[request.right][language]] : []),
      ...(state === 'partly' ? [frame('partly')] : state === 'refused' ? [frame('refused')] : []),
      ...request.reasons.map((reason) => reasonTexts[reason][language]),
      ...request.remedies.map((remedy) => frame(remedy)),
      ...(state === 'open' ? [] : [frame('free')]),
    ],
  };

  function listed(parts: readonly string[]): string {
    const and = { nl: ' en ', fr: ' et ', en: ' and ' }[language];
    return parts.join(and);
  }
}

function day(instant: string, language: Language): string {
  return written(parseInstant(instant), language);
}

/** A due date is the first moment that is too late: the letter names the day before it. */
function lastDay(dueAt: string, language: Language): string {
  return written(parseInstant(dueAt) - 1, language);
}

function written(at: number, language: Language): string {
  const locale = { nl: 'nl-BE', fr: 'fr-BE', en: 'en-GB' }[language];
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' });
  return format.format(new Date(`${dateOf(at)}T12:00:00Z`));
}
