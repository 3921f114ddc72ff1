import type { EventDefinition, FactService, Viewer } from '@convenant/contracts';

/** What the trail needs to know of an event as it arrives. */
export interface ArrivedEvent {
  id: string;
  source: string;
  service: FactService;
  name: string;
  type: string;
  subject: string;
  sequence: number;
  aggregateVersion: number;
  /** Epoch milliseconds. */
  time: number;
  recordedTime: number;
  protocolId?: string;
  protocolVersion?: number;
  clause?: string;
  actorParty?: string;
  actorRef?: string;
  correlationId: string;
  causationId: string;
  traceparent?: string;
  data: Record<string, unknown>;
}

/** The facts by which the trail decides which party may see an entry, as soon as they are known. */
export interface VisibilityBasis {
  sees: readonly (Viewer | 'as-blocked')[];
  protocolId?: string;
  consentId?: string;
  aboutParty?: string;
  requesterParty?: string;
  /** The one counterparty that the event addresses; an event of the register about a party addresses all of them. */
  counterparty?: string;
  /** Of a barrier: the event that caused it. Of a dead letter: only the aggregate that it blocks. */
  cause?: { subject: string; service?: string; aggregateVersion?: number };
}

/** The person an event is about, by reference: an account is asked for by it. */
export function personOf(data: Record<string, unknown>): string | undefined {
  return text(data['subjectRef']);
}

/** The viewers that {@link basisOf} and the reading query know how to decide. */
export const decidableViewers: readonly Viewer[] = [
  'S',
  'R',
  'P',
  'C',
  'I',
  'R-if-disclosed',
  'requester',
  'as-cause',
  'onward',
];

/**
 * Takes from an event what its visibility depends on. What cannot be found stays absent, and an absent fact shows the
 * entry to nobody.
 */
export function basisOf(definition: Pick<EventDefinition, 'sees'>, event: ArrivedEvent): VisibilityBasis {
  const { data } = event;
  // A gap is for the one who can repair it: besides whoever asked, the sending party, which answers for what is disclosed.
  const said = definition.sees.map((viewer) => (viewer === 'onward' ? 'C' : viewer));
  const sees: VisibilityBasis['sees'] = data['verdict'] === 'gap' ? [...said, 'S'] : said;
  const protocolId = event.protocolId ?? text(data['protocolId']);
  const consentId = text(data['consentId']);
  const requesterParty = text(data['requesterParty']);
  // An onward recipient is the one counterparty that the event addresses.
  const counterparty = definition.sees.includes('onward') ? onwardParty(data) : text(data['counterparty']);
  const aboutParty = sees.includes('P') ? (text(data['partyId']) ?? text(data['party'])) : undefined;
  const cause = sees.includes('as-cause') ? barrierCause(data['cause']) : blockedAggregate(data['blocks']);
  return {
    sees: cause && !sees.includes('as-cause') ? [...sees, 'as-blocked'] : sees,
    ...(protocolId && { protocolId }),
    ...(consentId && { consentId }),
    ...(requesterParty && { requesterParty }),
    ...(aboutParty && { aboutParty }),
    ...(counterparty && { counterparty }),
    ...(cause && { cause }),
  };
}

/** Absent for a recipient that is no party here. */
function onwardParty(data: Record<string, unknown>): string | undefined {
  return text(((data['recipient'] ?? {}) as Record<string, unknown>)['party']);
}

function barrierCause(value: unknown): VisibilityBasis['cause'] {
  const { service, subject, aggregateversion } = (value ?? {}) as Record<string, unknown>;
  if (typeof service !== 'string' || typeof subject !== 'string' || typeof aggregateversion !== 'number')
    return undefined;
  return { service, subject, aggregateVersion: aggregateversion };
}

/** A dead letter concerns the data protection officers of the parties whose aggregate it blocks, too. */
function blockedAggregate(value: unknown): VisibilityBasis['cause'] {
  const subject = text(((value ?? {}) as Record<string, unknown>)['subject']);
  return subject === undefined ? undefined : { subject };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
