import type { ProtocolModel } from '../model/protocol.schema.js';
import type {
  ConsentFacts,
  DisclosureFacts,
  DisclosureGap,
  DisclosureRefused,
  DisclosureRequest,
} from './disclosure.types.js';
import type { RefusalCode } from './refusal-codes.js';
import { gap, refused } from './verdicts.js';

/**
 * Why the consent does not carry this disclosure, or null. Scope is looked at first: a consent of somebody else, or for
 * something else, must not betray whether it was withdrawn.
 *
 * @see GDPR Art. 7; the information points of the protocol
 */
export function consentVerdict(
  request: DisclosureRequest,
  facts: DisclosureFacts,
  model: ProtocolModel,
): DisclosureRefused | DisclosureGap | null {
  const rule = model.consent;
  if (!rule.required) return null;
  const { consent } = facts;
  if (consent === null || (request.consentId !== undefined && request.consentId !== consent.consentId)) {
    return refused('CONSENT_MISSING', rule.clause, ['/consentId']);
  }
  if (consent.blocked) return gap([`consent/${consent.consentId}`], rule.clause);
  if (!covers(consent, request, facts)) return refused('CONSENT_SCOPE_MISMATCH', rule.clause, ['/consentId']);
  const code = stateCode(consent, request.requestedAt);
  if (code !== null) return refused(code, rule.clause, ['/consentId']);
  for (const point of rule.informationPoints) {
    if (!consent.noticePoints.includes(point.id))
      return refused('CONSENT_NOTICE_INCOMPLETE', rule.clause, ['/consentId']);
  }
  return null;
}

function covers(consent: ConsentFacts, request: DisclosureRequest, facts: DisclosureFacts): boolean {
  if (
    consent.subjectRef !== request.subjectRef ||
    consent.protocolId !== facts.protocol!.protocolId ||
    consent.purpose !== request.purpose
  ) {
    return false;
  }
  const { recipient } = consent;
  if (
    recipient.party !== request.recipient.party ||
    recipient.unit !== request.recipient.unit ||
    recipient.category !== request.recipient.category
  ) {
    return false;
  }
  for (const requested of request.items) if (!consent.items.includes(requested.item)) return false;
  return true;
}

function stateCode(consent: ConsentFacts, at: number): RefusalCode | null {
  switch (consent.state) {
    case 'withdrawn':
      return 'CONSENT_WITHDRAWN';
    case 'expired':
      return 'CONSENT_EXPIRED';
    case 'used':
      return 'CONSENT_USED';
    case 'refused':
    case 'invalidated':
      return 'CONSENT_MISSING';
    case 'given':
      if (consent.givenAt > at) return 'CONSENT_MISSING';
      return consent.expiresAt != null && consent.expiresAt <= at ? 'CONSENT_EXPIRED' : null;
  }
}
