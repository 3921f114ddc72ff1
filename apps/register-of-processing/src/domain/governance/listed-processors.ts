import type { ListedProcessor } from '@convenant/contracts';
import { processorReasons, type ProcessorFacts, type ProcessorParticulars } from './processor-standing.js';

/** A processor as it is kept. */
export interface RegisteredProcessor extends ProcessorFacts {
  readonly name: string;
  readonly enterpriseNumber: string | null;
  readonly particulars: ProcessorParticulars;
}

/**
 * The list of a party's processors as it is shared, in the order in which they were added.
 *
 * @param processors those of the party that are in use
 * @param onDate calendar date in Brussels
 */
export function listedProcessors(processors: readonly RegisteredProcessor[], onDate: string): ListedProcessor[] {
  return processors
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))
    .map((processor) => {
      const { id, kind, name, enterpriseNumber, under, particulars } = processor;
      const { activities, guarantees, contract } = particulars;
      return {
        processorId: id,
        kind,
        name,
        ...(enterpriseNumber === null ? {} : { enterpriseNumber }),
        ...(under === null ? {} : { under }),
        activities,
        ...(contract === undefined ? {} : { contractReference: contract.reference }),
        ...(contract?.endsOn === undefined ? {} : { contractEndsOn: contract.endsOn }),
        ...(guarantees === undefined ? {} : { guarantees }),
        state: processorReasons(processor, processors, onDate).length === 0 ? 'allowed' : 'blocked',
      };
    });
}
