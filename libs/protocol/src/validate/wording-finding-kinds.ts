import { addText, correctText, settle, type FindingKind } from './finding-kind.js';

/** Findings on the wording: where the text is at odds with itself. */
export const wordingFindingKinds = {
  REFERENCE_DANGLING: {
    severity: 'warning',
    source: 'text',
    text: {
      nl: 'De tekst verwijst naar “{cites}”, dat niet bestaat.',
      fr: 'Le texte renvoie à « {cites} », qui n’existe pas.',
      en: 'The text refers to “{cites}”, which does not exist.',
    },
    todo: correctText,
  },
  REFERENCE_MISDIRECTED: {
    severity: 'warning',
    source: 'text',
    text: {
      nl: 'De tekst verwijst naar “{cites}”, maar wat bedoeld is staat in {meant}.',
      fr: 'Le texte renvoie à « {cites} », mais ce qui est visé figure en {meant}.',
      en: 'The text refers to “{cites}”, but what is meant stands in {meant}.',
    },
    todo: correctText,
  },
  PASSAGE_NOT_FOUND: {
    severity: 'warning',
    source: 'text',
    text: {
      nl: 'De verwijzing “{cites}” komt nergens in de tekst uit.',
      fr: 'Le renvoi « {cites} » ne mène nulle part dans le texte.',
      en: 'The reference “{cites}” leads nowhere in the text.',
    },
    todo: addText,
  },
  ANNEX_NOT_ATTACHED: {
    severity: 'warning',
    source: 'text',
    text: {
      nl: 'De bijlage waarnaar “{cites}” verwijst, is niet bijgevoegd.',
      fr: 'L’annexe visée par « {cites} » n’est pas jointe.',
      en: 'The annex to which “{cites}” refers is not attached.',
    },
    todo: {
      nl: 'Voeg de bijlage toe en leg haar hash vast.',
      fr: 'Joignez l’annexe et consignez son empreinte.',
      en: 'Attach the annex and record its hash.',
    },
  },
  TEXT_IN_BRACKETS: {
    severity: 'warning',
    source: 'text',
    text: {
      nl: 'Er staat nog tekst tussen haakjes: {what}.',
      fr: 'Du texte figure encore entre crochets : {what}.',
      en: 'Text still stands in brackets: {what}.',
    },
    todo: correctText,
  },
  TEXT_DAMAGED: {
    severity: 'warning',
    source: 'text',
    text: {
      nl: 'De tekst is hier beschadigd: {what}.',
      fr: 'Le texte est endommagé ici : {what}.',
      en: 'The text is damaged here: {what}.',
    },
    todo: { nl: 'Lees het ondertekende stuk na.', fr: 'Vérifiez le document signé.', en: 'Check the signed document.' },
  },
  TERMS_DIFFER: {
    severity: 'warning',
    source: 'text',
    text: {
      nl: 'Voor hetzelfde begrip staan er verschillende woorden: {words}.',
      fr: 'Des mots différents désignent la même notion : {words}.',
      en: 'Different words stand for the same thing: {words}.',
    },
    todo: settle,
  },
  SIGNATURE_DATE_INCOMPLETE: {
    severity: 'warning',
    source: 'text',
    text: {
      nl: 'De datum van ondertekening is onvolledig: “{stated}”.',
      fr: 'La date de signature est incomplète : « {stated} ».',
      en: 'The date of signature is incomplete: “{stated}”.',
    },
    todo: settle,
  },
  SIGNATURE_DATE_BLANK: {
    severity: 'warning',
    source: 'text',
    text: {
      nl: 'Het protocol geldt vanaf de ondertekening, maar de datum is blanco: zo kan het niet in werking treden.',
      fr: 'Le protocole vaut dès la signature, mais la date est en blanc : il ne peut entrer en vigueur ainsi.',
      en: 'The protocol holds from its signature, but the date is blank: as it stands it cannot be activated.',
    },
    todo: settle,
  },
} as const satisfies Record<string, FindingKind>;
