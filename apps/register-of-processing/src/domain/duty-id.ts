/**
 * The aggregate id of the duty to inform a person of a disclosure: the disclosure's own UUID with version 8 and another last
 * digit. It follows from the event of the delivery alone, because its lock is taken before anything is read; and it differs
 * from the ids that other services derive from the same disclosure, because readers of several topics tell versions apart by
 * the id.
 */
export function dutyIdOf(disclosureId: string): string {
  const last = (Number.parseInt(disclosureId.at(-1)!, 16) ^ 8).toString(16);
  return `${disclosureId.slice(0, 14)}8${disclosureId.slice(15, -1)}${last}`;
}
