import type { DisclosureGap, DisclosureRefused } from './disclosure.types.js';
import { explanationOf, type RefusalCode } from './refusal-codes.js';

export function refused(code: RefusalCode, clause: string | null, about?: readonly string[]): DisclosureRefused {
  return { verdict: 'refused', code, clause, explanation: explanationOf(code), ...(about ? { about } : null) };
}

export function gap(missing: readonly string[], clause?: string): DisclosureGap {
  return clause === undefined ? { verdict: 'gap', missing } : { verdict: 'gap', missing, clause };
}
