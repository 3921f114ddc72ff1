import type { Art28Contract, ProcessorView } from '@convenant/contracts';

/** What a party says of a processor, apart from who it is. */
export type ProcessorParticulars = Pick<ProcessorView, 'activities' | 'authorisation' | 'guarantees' | 'contract'>;

/** What the standing of a processor depends on. */
export interface ProcessorFacts {
  readonly id: string;
  readonly kind: ProcessorView['kind'];
  readonly under: string | null;
  readonly particulars: Pick<ProcessorView, 'authorisation' | 'guarantees' | 'contract'>;
}

export type ProcessorReasons = ProcessorView['reasons'];

/** The points that a contract has to settle, in the order of the article. @see GDPR Art. 28(3), (3)(a) to (h) */
export const contractPoints = [
  'subjectMatter',
  'duration',
  'nature',
  'purpose',
  'dataTypes',
  'dataSubjects',
  'controllerDutiesAndRights',
  'documentedInstructions',
  'confidentiality',
  'security',
  'subProcessors',
  'rightsAssistance',
  'complianceAssistance',
  'deletionOrReturn',
  'audits',
] as const satisfies readonly (keyof Art28Contract)[];

/**
 * Why a processor may not be used on a day; empty when it may. A sub-processor needs what a processor needs (Art. 28(4)), the
 * controller's authorisation, and a processor above it that may itself be used.
 *
 * @param all processors of the same party and protocol that are in use
 * @param onDate calendar date in Brussels
 * @see GDPR Art. 28(1) to (4), (9)
 */
export function processorReasons(
  processor: ProcessorFacts,
  all: readonly ProcessorFacts[],
  onDate: string,
): ProcessorReasons {
  return reasonsOf(processor, all, onDate, new Set());
}

function reasonsOf(
  processor: ProcessorFacts,
  all: readonly ProcessorFacts[],
  onDate: string,
  seen: ReadonlySet<string>,
): ProcessorReasons {
  const { particulars, kind, under } = processor;
  const reasons = contractReasons(particulars.contract, onDate);
  if (particulars.guarantees === undefined) reasons.push({ code: 'GUARANTEES_MISSING', fields: [] });
  if (kind !== 'subProcessor') return reasons;
  if (particulars.authorisation === undefined) reasons.push({ code: 'AUTHORISATION_MISSING', fields: [] });
  const above = all.find(({ id }) => id === under);
  const way = new Set([...seen, processor.id]);
  if (above === undefined || way.has(above.id) || reasonsOf(above, all, onDate, way).length > 0) {
    reasons.push({ code: 'PROCESSOR_ABOVE_BLOCKED', fields: [] });
  }
  return reasons;
}

function contractReasons(contract: Art28Contract | undefined, onDate: string): ProcessorReasons {
  if (contract === undefined) return [{ code: 'CONTRACT_MISSING', fields: [] }];
  const reasons: ProcessorReasons = [];
  const missing = contractPoints.filter((point) => contract[point] === undefined);
  if (missing.length > 0) reasons.push({ code: 'CONTRACT_INCOMPLETE', fields: missing });
  if (onDate < contract.concludedOn) reasons.push({ code: 'CONTRACT_NOT_BEGUN', fields: [] });
  if (contract.endsOn !== undefined && onDate > contract.endsOn) reasons.push({ code: 'CONTRACT_EXPIRED', fields: [] });
  return reasons;
}
