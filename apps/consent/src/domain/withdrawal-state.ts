/** One consent of a withdrawal and what is known of its barrier; instants in epoch milliseconds UTC. */
export interface WithdrawnConsent {
  readonly consentId: string;
  /** Null until transfer has said that nothing flows under it any more. */
  readonly enforcement: {
    readonly enforcedAt: number;
    readonly latencyMs: number;
    readonly unconfirmed: readonly string[];
  } | null;
}

/** Where a withdrawal stands as a whole. */
export interface WithdrawalState {
  readonly state: 'enforcing' | 'enforced';
  readonly pending: number;
  readonly enforcedAt: number | null;
  /** Real time from the commit of the withdrawal to the last barrier. */
  readonly latencyMs: number | null;
  readonly unconfirmed: readonly string[];
}

/**
 * A withdrawal is enforced when the barrier of its last consent has been applied, and not a moment earlier: while one is
 * open, a disclosure under that consent may still be on its way.
 */
export function withdrawalState(consents: readonly WithdrawnConsent[]): WithdrawalState {
  const applied = consents.flatMap((consent) => (consent.enforcement === null ? [] : [consent.enforcement]));
  const pending = consents.length - applied.length;
  const unconfirmed = [...new Set(applied.flatMap((enforcement) => enforcement.unconfirmed))].sort();
  if (pending > 0) return { state: 'enforcing', pending, enforcedAt: null, latencyMs: null, unconfirmed };
  return {
    state: 'enforced',
    pending: 0,
    enforcedAt: Math.max(...applied.map((enforcement) => enforcement.enforcedAt)),
    latencyMs: Math.max(...applied.map((enforcement) => enforcement.latencyMs)),
    unconfirmed,
  };
}
