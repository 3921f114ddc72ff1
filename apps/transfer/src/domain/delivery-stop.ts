import {
  type ConsentFacts,
  type ProtocolFacts,
  type RefusalCode,
  type SubjectFacts,
  subjectStop,
} from '@convenant/protocol';

/** Why an authorised disclosure may not reach its receiver any more, with the clause that stops it. */
export interface DeliveryStop {
  /** `ERASURE_GRANTED`: the person let nothing go on, but had all of it erased. */
  readonly code: RefusalCode | 'ERASURE_GRANTED';
  readonly clause?: string;
}

/** Whether a stop may be lifted again: then what is under way waits for that, instead of ending. @see GDPR Art. 18(3), 21(1) */
export function mayBeLifted({ code }: DeliveryStop): boolean {
  return code === 'RESTRICTED' || code === 'OBJECTION_PENDING';
}

/** What a delivery and a collection ask again, right before anything leaves. */
export interface StopFacts {
  readonly protocol: ProtocolFacts & { readonly stopClause: string | null };
  /** Null where the disclosure rests on no consent. */
  readonly consent: ConsentFacts | null;
  readonly subject?: SubjectFacts;
  /** The version that the disclosure was authorised under. */
  readonly protocolVersion: number;
}

/**
 * Whether an authorised disclosure must stop at `now` (epoch milliseconds, UTC). The decision itself is not repeated: only
 * what a person or a party may have stopped since counts. `blocked`: a fact cannot be read at present, so nothing moves.
 *
 * @see GDPR Art. 7(3), 18, 21
 */
export function deliveryStop(facts: StopFacts, now: number): DeliveryStop | 'blocked' | null {
  const version = facts.protocol.versions.find((candidate) => candidate.version === facts.protocolVersion);
  if (!version || version.blocked || facts.consent?.blocked) return 'blocked';
  const clause = facts.protocol.stopClause ?? undefined;
  if (version.endedAt != null && version.endedAt <= now) return { code: 'PROTOCOL_ENDED', clause };
  if (version.suspendedFrom != null && version.suspendedFrom <= now) return { code: 'PROTOCOL_SUSPENDED', clause };
  // What is over for good comes before what the person may let go on.
  const { consent } = facts;
  const consentClause = version.model.consent.clause;
  if (consent?.state === 'withdrawn') return { code: 'CONSENT_WITHDRAWN', clause: consentClause };
  if (consent?.expiresAt != null && consent.expiresAt <= now) return { code: 'CONSENT_EXPIRED', clause: consentClause };
  const stop = subjectStop(facts.subject);
  return stop === null ? null : { code: stop };
}
