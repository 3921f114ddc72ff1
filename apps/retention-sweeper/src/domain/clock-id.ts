/**
 * The aggregate id of a disclosure's clock: the disclosure's own UUID with version 8. The two aggregates belong to different
 * services and must not share an id, because readers of both topics tell versions apart by it; and the id must follow from
 * the event of the delivery alone, because its lock is taken before anything is read.
 */
export function clockIdOf(disclosureId: string): string {
  return `${disclosureId.slice(0, 14)}8${disclosureId.slice(15)}`;
}
