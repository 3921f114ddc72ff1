/**
 * The aggregate id of what a recipient is told of an erasure by right: the erasure's own UUID with version 8. The two
 * aggregates belong to different services and must not share an id; and the id must follow from the event alone, because its
 * lock is taken before anything is read.
 */
export function correctionOfErasure(erasureId: string): string {
  return `${erasureId.slice(0, 14)}8${erasureId.slice(15)}`;
}
