import type { EndingEvent } from './protocol-history.js';

/** What is known of an ending; instants in epoch milliseconds UTC. */
export interface EndingFacts {
  readonly endsAt: number;
  /** Null until transfer has said that nothing flows any more. */
  readonly enforcedAt: number | null;
}

/**
 * Where an ending stands. Before its end date it is *scheduled* and data may flow; from then on it is *enforcing* until the
 * barrier is applied, because a disclosure may still be on its way.
 */
export function endingState({ endsAt, enforcedAt }: EndingFacts, now: number): 'scheduled' | 'enforcing' | 'enforced' {
  if (enforcedAt !== null) return 'enforced';
  return endsAt > now ? 'scheduled' : 'enforcing';
}

/** The word by which an ending is asked for. */
export const endingKinds = {
  'protocol.notice.given': 'notice',
  'protocol.revoked': 'revocation',
  'protocol.terminated': 'violation',
  'protocol.lapsed': 'legalGroundLapsed',
  'protocol.linkedAgreement.ended': 'linkedAgreementEnded',
  'protocol.expired': 'termExpired',
} as const satisfies Record<EndingEvent['type'], string>;
