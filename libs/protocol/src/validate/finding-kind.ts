import type { Texts } from '../model/primitives.js';
import type { Severity } from './finding.js';

export interface FindingKind {
  readonly severity: Severity;
  /** Legal source, or `text` where the wording itself is at odds. */
  readonly source: string;
  /** `{x}` is filled with a word of the file: a citation, a date, an id. */
  readonly text: Texts;
  readonly todo: Texts;
}

export const settle: Texts = {
  nl: 'Laat de partijen dit beslissen en vastleggen.',
  fr: 'Faites trancher les parties et consignez la décision.',
  en: 'Let the parties decide this and record it.',
};
export const correctText: Texts = {
  nl: 'Verbeter de tekst bij de volgende wijziging.',
  fr: 'Corrigez le texte lors de la prochaine modification.',
  en: 'Correct the text at the next amendment.',
};
export const addText: Texts = {
  nl: 'Vul de tekst aan bij de volgende wijziging.',
  fr: 'Complétez le texte lors de la prochaine modification.',
  en: 'Complete the text at the next amendment.',
};
export const askDpo: Texts = {
  nl: 'Vraag de functionaris een gedateerd advies met uitkomst over de definitieve tekst.',
  fr: 'Demandez au délégué un avis daté et motivé sur le texte définitif.',
  en: 'Ask the data protection officer for a dated opinion with an outcome on the final text.',
};
