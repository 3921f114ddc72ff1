import { explanationOf, type DisclosureVerdict, isRefusalCode } from '@convenant/protocol';
import type { VerdictView } from '@convenant/contracts';

/** What a caller learns of a gap; which fact is missing is for the data protection officer. */
export const FACT_MISSING = 'FACT_MISSING';

/** The part of a verdict that is stored and answered; `missing` is never answered to the requester. */
export interface StoredVerdict {
  readonly verdict: VerdictView['verdict'];
  readonly code?: string;
  readonly clause?: string;
  readonly missing?: readonly string[];
}

export function storedVerdict(verdict: DisclosureVerdict): StoredVerdict {
  switch (verdict.verdict) {
    case 'permitted':
      return { verdict: 'permitted', clause: verdict.clause };
    case 'refused':
      return {
        verdict: 'refused',
        code: verdict.code,
        ...(verdict.clause === null ? null : { clause: verdict.clause }),
      };
    case 'gap':
      return { verdict: 'gap', code: FACT_MISSING, missing: verdict.missing };
  }
}

const factMissing = {
  nl: 'Een gegeven dat nodig is om te beslissen ontbreekt; de functionaris voor gegevensbescherming ziet welk.',
  fr: 'Un élément nécessaire à la décision manque ; le délégué à la protection des données voit lequel.',
  en: 'A fact that the decision needs is missing; the data protection officer sees which.',
};

/** The answer to the one who asked. */
export function answerOf(stored: StoredVerdict): Omit<VerdictView, 'id'> {
  const { verdict, code, clause } = stored;
  const explanation = code === undefined ? undefined : isRefusalCode(code) ? explanationOf(code) : factMissing;
  return {
    verdict,
    ...(code ? { code } : null),
    ...(clause ? { clause } : null),
    ...(explanation ? { explanation } : null),
  };
}
