import type { Finding } from '../validate/finding.js';
import type { Texts } from '../model/primitives.js';

/** A finding on the file itself, with the place in it. Lines and columns count from 1. */
export interface FileFinding extends Finding {
  readonly line: number;
  readonly column: number;
}

/** A fault before its place in the file is known. */
export interface Fault {
  readonly code: FileFaultCode;
  readonly pointer: string;
  /** Set when the key itself is at fault and not its value. */
  readonly key?: string;
  /** What would be right, in words that hold in every language: names of keys, types, allowed words. */
  readonly expected?: string;
}

const correct: Texts = { nl: 'Verbeter het bestand.', fr: 'Corrigez le fichier.', en: 'Correct the file.' };

export const fileFaults = {
  FILE_TOO_LARGE: {
    nl: 'Het bestand is groter dan 1 MiB.',
    fr: 'Le fichier dépasse 1 Mio.',
    en: 'The file is larger than 1 MiB.',
  },
  FILE_UNREADABLE: {
    nl: 'Het bestand is geen leesbare YAML of JSON.',
    fr: "Le fichier n'est pas lisible comme YAML ou JSON.",
    en: 'The file cannot be read as YAML or JSON.',
  },
  KEY_DUPLICATE: {
    nl: 'Een sleutel staat er twee keer.',
    fr: 'Une clé figure deux fois.',
    en: 'A key stands there twice.',
  },
  ALIAS_REFUSED: {
    nl: 'Verwijzingen (* en &) zijn niet toegelaten.',
    fr: 'Les références (* et &) ne sont pas admises.',
    en: 'Aliases (* and &) are not allowed.',
  },
  KEY_UNKNOWN: { nl: 'Onbekende sleutel.', fr: 'Clé inconnue.', en: 'Unknown key.' },
  KEY_MISSING: {
    nl: 'Een verplichte sleutel ontbreekt.',
    fr: 'Une clé obligatoire manque.',
    en: 'A required key is missing.',
  },
  VALUE_INVALID: { nl: 'De waarde past niet.', fr: 'La valeur ne convient pas.', en: 'The value does not fit.' },
  DATE_IMPOSSIBLE: { nl: 'Deze datum bestaat niet.', fr: "Cette date n'existe pas.", en: 'This date does not exist.' },
  ENTERPRISE_NUMBER_INVALID: {
    nl: 'De controlecijfers van het ondernemingsnummer kloppen niet.',
    fr: "Les chiffres de contrôle du numéro d'entreprise sont faux.",
    en: 'The check digits of the enterprise number are wrong.',
  },
  END_BEFORE_START: {
    nl: 'Het einde ligt voor het begin.',
    fr: 'La fin précède le début.',
    en: 'The end lies before the start.',
  },
  ID_DUPLICATE: { nl: 'Een id staat er twee keer.', fr: 'Un id figure deux fois.', en: 'An id stands there twice.' },
  CLAUSE_UNKNOWN: {
    nl: 'Deze clausule staat niet in de lijst van clausules.',
    fr: 'Cette clause ne figure pas dans la liste des clauses.',
    en: 'This clause is not in the table of clauses.',
  },
  REFERENCE_UNKNOWN: {
    nl: 'De verwijzing binnen het bestand komt nergens uit.',
    fr: 'La référence interne ne mène nulle part.',
    en: 'The reference within the file leads nowhere.',
  },
  PARTIES_EQUAL: {
    nl: 'Beide partijen zijn dezelfde instantie.',
    fr: 'Les deux parties sont la même instance.',
    en: 'Both parties are the same body.',
  },
} as const satisfies Record<string, Texts>;
export type FileFaultCode = keyof typeof fileFaults;

/** The finding for a fault at a place. Never repeats a value of the file, only keys and the id of the clause around it. */
export function fileFinding(fault: Fault, line: number, column: number, clause?: string): FileFinding {
  const base = fileFaults[fault.code];
  const where = fault.key ?? fault.pointer;
  const of = (sentence: string, expects: string) =>
    `${sentence}${where ? ` (${where})` : ''}${fault.expected ? ` ${expects}: ${fault.expected}.` : ''}`;
  return {
    code: fault.code,
    severity: 'error',
    ...(clause === undefined ? {} : { clause }),
    pointer: fault.pointer,
    source: 'protocol.schema.json',
    text: { nl: of(base.nl, 'Verwacht'), fr: of(base.fr, 'Attendu'), en: of(base.en, 'Expected') },
    todo: correct,
    line,
    column,
  };
}
