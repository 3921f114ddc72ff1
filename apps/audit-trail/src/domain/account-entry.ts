import type { disclosureAuthorized, EventData, EventDefinition, TrailEntry } from '@convenant/contracts';

/** An entry that the asking party may see, as far as an account needs it. */
export type AccountEntry = Pick<TrailEntry, 'type' | 'time' | 'recordedTime' | 'sequence' | 'clause' | 'data'>;

export type Authorized = EventData<typeof disclosureAuthorized>;

/** The data of the entries of one kind, in their order. What stands in the trail was checked when it came. */
export function dataOf<Definition extends EventDefinition>(
  entries: readonly AccountEntry[],
  definition: Definition,
): EventData<Definition>[] {
  return entries.filter(({ type }) => type === definition.name).map(({ data }) => data as EventData<Definition>);
}
