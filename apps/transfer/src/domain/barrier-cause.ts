import type { BarrierCause } from '@convenant/contracts';
import type { RefusalCode } from '@convenant/protocol';

/** The kinds of barrier that this service works off today. */
export type BarrierKind = Extract<BarrierCause['kind'], 'withdrawal' | 'ending' | 'suspension' | 'hold'>;

/** What a cause stops, and the code under which it does. A hold stops erasures only: no disclosure is refused for it. */
export const codeOfCause = {
  withdrawal: 'CONSENT_WITHDRAWN',
  ending: 'PROTOCOL_ENDED',
  suspension: 'PROTOCOL_SUSPENDED',
} as const satisfies Record<Exclude<BarrierKind, 'hold'>, RefusalCode>;
