import type { Texts } from '../model/primitives.js';
import type { Finding, Severity } from './finding.js';
import { findingKinds, type FindingCode } from './finding-texts.js';

interface Place {
  readonly clause?: string | null;
  readonly pointer?: string;
  readonly openPoint?: string;
  /** Fills the `{x}` of the words; words of the file, never personal data. */
  readonly words?: Readonly<Record<string, string | Texts>>;
  readonly source?: string;
  readonly severity?: Severity;
  /** A code of its own for content that a regime asks for. */
  readonly code?: string;
}

/** The finding of a kind at a place. */
export function finding(kind: FindingCode, place: Place): Finding {
  const { severity, source, text, todo } = findingKinds[kind];
  return {
    code: place.code ?? kind,
    severity: place.severity ?? severity,
    ...(place.clause ? { clause: place.clause } : {}),
    ...(place.pointer === undefined ? {} : { pointer: place.pointer }),
    source: place.source ?? source,
    text: inLanguages(text, place.words ?? {}),
    todo,
    ...(place.openPoint === undefined ? {} : { openPoint: place.openPoint }),
  };
}

function inLanguages(text: Texts, words: Readonly<Record<string, string | Texts>>): Texts {
  const fill = (language: keyof Texts) =>
    text[language].replace(/\{(\w+)\}/g, (_, name: string) => {
      const word = words[name];
      return word === undefined ? '' : typeof word === 'string' ? word : word[language];
    });
  return { nl: fill('nl'), fr: fill('fr'), en: fill('en') };
}

/** The parties, for people. */
export const partyWords = {
  sender: { nl: 'mededelende partij', fr: 'partie émettrice', en: 'sending party' },
  receiver: { nl: 'ontvangende partij', fr: 'partie réceptrice', en: 'receiving party' },
} as const satisfies Record<string, Texts>;
