import {
  type ConsentFacts,
  type ProtocolFacts,
  type RefusalCode,
  type SubjectFacts,
  subjectStop,
} from '@convenant/protocol';

/** Why an authorised disclosure may not reach its receiver any more, with the clause that stops it. */
export interface DeliveryStop {
  readonly code: RefusalCode;
  readonly clause?: string;
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
  const stop = subjectStop(facts.subject);
  if (stop !== null) return { code: stop };
  const { consent } = facts;
  if (!consent) return null;
  const consentClause = version.model.consent.clause;
  if (consent.state === 'withdrawn') return { code: 'CONSENT_WITHDRAWN', clause: consentClause };
  return consent.expiresAt != null && consent.expiresAt <= now
    ? { code: 'CONSENT_EXPIRED', clause: consentClause }
    : null;
}
