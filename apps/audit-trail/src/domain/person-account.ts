import {
  consentGiven,
  consentWithdrawn,
  disclosureAuthorized,
  disclosureCollected,
  disclosureDelivered,
  disclosureFailed,
  protocolActivated,
  type AccountedDisclosure,
} from '@convenant/contracts';
import { dataOf, type AccountEntry, type Authorized } from './account-entry.js';
import { erasureOf, retentionOf } from './account-retention.js';

export type Side = AccountedDisclosure['side'];

const endings: Record<string, AccountedDisclosure['state']> = {
  'disclosure.delivery.unconfirmed': 'unconfirmed',
  'disclosure.delivered': 'delivered',
  'disclosure.collected': 'collected',
  'disclosure.failed': 'failed',
};

/** What was reported about the quality of what was disclosed, and what the parties told each other after it. */
const qualityStep = /^(quality|correction|restriction)\.|^erasure\.(propagated|acknowledged)$/;

/**
 * Tells of each disclosure about one person who received what, why and until when, from what the asking party may see and
 * nothing else: what is not among `entries` cannot be in the account.
 * @param entries in any order: of different aggregates the later one may arrive first, so the order of commitment is used
 * @param sideOf by protocol; a protocol without one is not the party's and is left out
 * @see GDPR Art. 15(1)
 */
export function accountOf(entries: readonly AccountEntry[], sideOf: ReadonlyMap<string, Side>): AccountedDisclosure[] {
  const ordered = entries.toSorted(byCommit);
  return ordered.flatMap((entry) => {
    const [authorized] = dataOf([entry], disclosureAuthorized);
    const side = authorized && sideOf.get(authorized.protocolId);
    return side ? [{ ...disclosureOf(authorized, side, ordered), authorizedAt: entry.time }] : [];
  });
}

function byCommit(one: AccountEntry, other: AccountEntry): number {
  if (one.recordedTime === other.recordedTime) return one.sequence - other.sequence;
  return one.recordedTime < other.recordedTime ? -1 : 1;
}

function disclosureOf(
  authorized: Authorized,
  side: Side,
  entries: readonly AccountEntry[],
): Omit<AccountedDisclosure, 'authorizedAt'> {
  const { disclosureId, protocolId, protocolVersion, requesterParty, requesterUnit, consentId } = authorized;
  const own = entries.filter(({ data }) => data['disclosureId'] === disclosureId);
  const failed = dataOf(own, disclosureFailed).at(-1);
  const delivered = dataOf(own, disclosureDelivered).at(-1);
  const retention = retentionOf(authorized, own, entries);
  const erasure = erasureOf(authorized, own);
  return {
    disclosureId,
    protocolId,
    protocolVersion,
    side,
    recipient: authorized.recipient,
    requestedBy: { party: requesterParty, ...(requesterUnit !== undefined && { unit: requesterUnit }) },
    items: authorized.items,
    purpose: authorized.purpose,
    clause: authorized.clause,
    ground: groundOf(consentId, entries),
    route: authorized.channel,
    state: own.reduce<AccountedDisclosure['state']>((state, { type }) => endings[type] ?? state, 'authorized'),
    ...(failed && { failure: failed.code }),
    ...(delivered && { deliveredAt: delivered.deliveredAt }),
    collected: dataOf(own, disclosureCollected).map(({ what, unit, collectedAt }) => ({ what, unit, collectedAt })),
    agreedPeriods: agreedPeriods(authorized, entries),
    quality: own.filter(({ type }) => qualityStep.test(type)).map(qualityOf),
    ...(retention && { retention }),
    ...(erasure && { erasure }),
  };
}

/** The consent of the person where one was asked; else the clause of the protocol is all the ground there is. */
function groundOf(consentId: string | undefined, entries: readonly AccountEntry[]): AccountedDisclosure['ground'] {
  if (consentId === undefined) return { kind: 'protocol' };
  const given = dataOf(entries, consentGiven).find((consent) => consent.consentId === consentId);
  const withdrawn = dataOf(entries, consentWithdrawn).find((consent) => consent.consentId === consentId);
  return {
    kind: 'consent',
    consentId,
    ...(given && {
      noticeId: given.noticeId,
      noticeVersion: given.noticeVersion,
      givenAt: given.eventTime,
      method: given.method,
    }),
    ...(withdrawn && { withdrawnAt: withdrawn.withdrawnAt }),
  };
}

/** As in the model of a protocol; a null says that the text is silent. */
interface RetentionRule {
  id: string;
  phase: number;
  label: AccountedDisclosure['agreedPeriods'][number]['label'];
  from: string;
  until: string | null;
  period: string | null;
  ceiling: string | null;
  onDeclined: string | null;
  basis: string | null;
  clause: string;
}

/** The retention rules of the version under which it was decided, as the parties brought it into force. */
function agreedPeriods(
  { protocolId, protocolVersion }: Authorized,
  entries: readonly AccountEntry[],
): AccountedDisclosure['agreedPeriods'] {
  const activated = dataOf(entries, protocolActivated).find(
    (protocol) => protocol.protocolId === protocolId && protocol.version === protocolVersion,
  );
  const retention = activated?.model['retention'] as { rules?: RetentionRule[] } | undefined;
  const rules = retention?.rules ?? [];
  return rules.map(({ id, phase, label, from, until, period, ceiling, onDeclined, basis, clause }) => ({
    rule: id,
    phase,
    label,
    from,
    ...(until !== null && { until }),
    ...(period !== null && { period }),
    ...(ceiling !== null && { ceiling }),
    ...(onDeclined !== null && { onDeclined }),
    ...(basis !== null && { basis }),
    clause,
  }));
}

/** What one or the other of these events says. */
type QualityData = Omit<AccountedDisclosure['quality'][number], 'what' | 'at'>;

function qualityOf({ type, time, clause: heading, data }: AccountEntry): AccountedDisclosure['quality'][number] {
  const { items = [], kind, findings, measure, generation, clause = heading } = data as Partial<QualityData>;
  return {
    what: type,
    at: time,
    items,
    ...(kind !== undefined && { kind }),
    ...(findings !== undefined && { findings }),
    ...(measure !== undefined && { measure }),
    ...(generation !== undefined && { generation }),
    ...(clause !== undefined && { clause }),
  };
}
