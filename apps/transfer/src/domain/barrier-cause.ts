import type { BarrierCause } from '@convenant/contracts';
import type { RefusalCode } from '@convenant/protocol';

/** The kinds of barrier that this service works off today. */
export type BarrierKind = Extract<
  BarrierCause['kind'],
  'withdrawal' | 'ending' | 'suspension' | 'revocation' | 'hold' | 'restriction' | 'objection'
>;

/**
 * What a cause stops for good, and the code under which it does. A hold stops erasures only: no disclosure is refused for it.
 * What a person has stopped is read from the facts each time, since it may be lifted.
 */
export const codeOfCause = {
  withdrawal: 'CONSENT_WITHDRAWN',
  ending: 'PROTOCOL_ENDED',
  suspension: 'PROTOCOL_SUSPENDED',
  revocation: 'USER_SCOPE',
} as const satisfies Record<Exclude<BarrierKind, 'hold' | 'restriction' | 'objection'>, RefusalCode>;
