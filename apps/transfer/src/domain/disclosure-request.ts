import type { RequestDisclosureRequest } from '@convenant/contracts';
import type { DisclosureRequest, RouteKind } from '@convenant/protocol';

/** Who asks, as far as a decision looks at it. */
export interface Requester {
  readonly party?: string;
  readonly unit?: string;
  readonly secrecy: boolean;
  readonly roles: readonly string[];
  readonly userRef: string;
}

/** What the caller sent and who sent it, in the words of the decision. @param requestedAt epoch milliseconds, UTC */
export function disclosureRequest(
  body: RequestDisclosureRequest,
  requester: Requester,
  requestedAt: number,
): DisclosureRequest {
  const { purpose, items, recipient, subjectRef, consentId, channel } = body;
  return {
    requestedAt,
    purpose,
    items,
    recipient,
    subjectRef,
    ...(consentId ? { consentId } : null),
    // A kind that no protocol knows matches no route and is refused as such.
    channel: { ...channel, kind: channel.kind as RouteKind },
    requester: {
      party: requester.party!,
      unit: requester.unit ?? null,
      secrecy: requester.secrecy,
      roles: requester.roles,
      // A system or shared account is nobody in particular.
      ...(requester.roles.includes('agency-user') ? { userRef: requester.userRef } : null),
    },
  };
}
