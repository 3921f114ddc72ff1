import type { DisclosureView } from '@convenant/contracts';
import { formatInstant } from '@convenant/kernel';

/** What is stored of a disclosure, as far as somebody may see it. */
export interface StoredDisclosure {
  readonly id: string;
  readonly protocol_id: string;
  readonly protocol_version: number | null;
  readonly subject_ref: string;
  readonly requester_party: string;
  readonly recipient_party: string;
  readonly recipient_unit: string;
  readonly recipient_category: string;
  readonly items: string[];
  readonly verdict: DisclosureView['verdict'];
  readonly code: string | null;
  readonly clause: string | null;
  readonly missing: string[] | null;
  readonly state: DisclosureView['state'];
  readonly requested_at: Date;
  readonly delivered_at: Date | null;
  readonly collected_at: Date | null;
  readonly archive_digest: string | null;
  readonly failure: string | null;
  readonly withheld: string | null;
  readonly erased_at: Date | null;
  readonly route_id: string | null;
  readonly receipt: string | null;
  readonly transfer_controller: DisclosureView['controllerOfTransfer'] | null;
}

/** The requester sees all of its own; the recipient what was authorised for it. A refusal concerns nobody else. */
export function maySee(disclosure: StoredDisclosure, party: string | undefined): boolean {
  if (party === undefined) return false;
  return (
    party === disclosure.requester_party || (disclosure.verdict === 'permitted' && party === disclosure.recipient_party)
  );
}

/**
 * @param options `forDpo`: also which facts are missing, to the one who can have them repaired; `forRecipient`: also whether
 *   the values are erased, which would tell the sender what became of the person
 */
export function disclosureView(
  disclosure: StoredDisclosure,
  options: { forDpo: boolean; forRecipient: boolean },
): DisclosureView {
  const { code, clause, failure, withheld, erased_at: erasedAt } = disclosure;
  return {
    id: disclosure.id,
    subjectRef: disclosure.subject_ref,
    protocolId: disclosure.protocol_id,
    ...(disclosure.protocol_version === null ? null : { protocolVersion: disclosure.protocol_version }),
    verdict: disclosure.verdict,
    ...(code ? { code } : null),
    ...(clause ? { clause } : null),
    state: disclosure.state,
    items: disclosure.items,
    recipient: {
      party: disclosure.recipient_party,
      unit: disclosure.recipient_unit,
      category: disclosure.recipient_category,
    },
    requestedAt: formatInstant(disclosure.requested_at.getTime()),
    ...(disclosure.delivered_at ? { deliveredAt: formatInstant(disclosure.delivered_at.getTime()) } : null),
    ...(disclosure.collected_at ? { collectedAt: formatInstant(disclosure.collected_at.getTime()) } : null),
    ...(disclosure.archive_digest ? { archiveDigest: disclosure.archive_digest } : null),
    ...(disclosure.transfer_controller
      ? { route: disclosure.route_id!, controllerOfTransfer: disclosure.transfer_controller }
      : null),
    ...(disclosure.receipt ? { receipt: disclosure.receipt } : null),
    ...(failure ? { failure } : null),
    ...(withheld ? { withheld } : null),
    ...(options.forRecipient && erasedAt ? { erasedAt: formatInstant(erasedAt.getTime()) } : null),
    ...(options.forDpo && disclosure.missing ? { missing: disclosure.missing } : null),
  };
}
