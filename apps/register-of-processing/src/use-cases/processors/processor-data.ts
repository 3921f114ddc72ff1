import type { Processor } from '../../db/governance.entities.js';

/** A processor as events carry it, whole. */
export function processorData(processor: Omit<Processor, 'blocked'>, version: number) {
  const { id, protocolId, party, kind, name, enterpriseNumber, under, particulars, clause } = processor;
  return {
    processorId: id,
    protocolId,
    version,
    party,
    kind,
    name,
    ...(enterpriseNumber === null ? {} : { enterpriseNumber }),
    ...(under === null ? {} : { under }),
    ...particulars,
    ...(clause === null ? {} : { clause }),
  };
}
