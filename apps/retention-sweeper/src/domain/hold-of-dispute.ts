/**
 * The aggregate id of the hold that a dispute places: the dispute's own UUID with version 8. The two aggregates belong to
 * different services and must not share an id, because readers of both topics tell versions apart by it; and the id must
 * follow from the event alone, because its lock is taken before anything is read.
 */
export function holdOfDispute(disputeId: string): string {
  return derived(disputeId);
}

/** The aggregate id of the hold that keeps what is restricted, from the id of the restriction in the same way. */
export function holdOfRestriction(restrictionId: string): string {
  return derived(restrictionId);
}

function derived(id: string): string {
  return `${id.slice(0, 14)}8${id.slice(15)}`;
}
