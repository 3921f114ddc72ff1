import { formatInstant } from '@convenant/kernel';
import type { RightsRequestView } from '@convenant/contracts';
import { rightsDeadline, type RightsRequestFacts } from '@convenant/protocol';
import type { RightsRequest } from '../db/rights-request.entity.js';

/** What the law asks about a request, from what is kept of it. */
export function factsOf(request: RightsRequest, identifiable: boolean): RightsRequestFacts {
  return {
    right: request.right,
    receivedAt: request.receivedAt.getTime(),
    extendedAt: request.extendedAt?.getTime() ?? null,
    closed: request.state !== 'open',
    identifiable,
    identityChecked: request.identityCheck !== null,
  };
}

/** The ids that every event of a request carries. */
export function requestIds({ id, party, protocolId, subjectRef, right }: RightsRequest) {
  return { requestId: id, party, protocolId, ...(subjectRef === null ? {} : { subjectRef }), right };
}

/** Both due dates, as events and columns carry them. */
export function dueDates(request: Pick<RightsRequestFacts, 'receivedAt' | 'extendedAt'>) {
  const { cautiousAt, regulationAt } = rightsDeadline(request);
  return {
    deadline: { cautiousAt, regulationAt },
    told: { cautiousDueAt: formatInstant(cautiousAt), regulationDueAt: formatInstant(regulationAt) },
    kept: { cautiousDueAt: new Date(cautiousAt), regulationDueAt: new Date(regulationAt) },
  };
}

/** Whether a decision at `at` comes after the last date by every way of counting. */
export function isLate({ regulationDueAt }: RightsRequest, at: number): boolean {
  return at >= regulationDueAt.getTime();
}

/** A request as its party is shown it. @param now epoch milliseconds UTC */
export function rightsRequestView(request: RightsRequest, identifiable: boolean, now: number): RightsRequestView {
  const { id, protocolId, subjectRef, right, channel, identityCheck, state, consentId } = request;
  const { extendedAt, decidedAt, late, restrictionId, erasureGround, qualityReports } = request;
  return {
    id,
    protocolId,
    ...(subjectRef === null ? {} : { subjectRef }),
    identifiable,
    right,
    channel,
    ...(identityCheck === null ? {} : { identityCheck }),
    state,
    receivedAt: instant(request.receivedAt),
    deadline: {
      cautiousDueAt: instant(request.cautiousDueAt),
      regulationDueAt: instant(request.regulationDueAt),
      overdue: (decidedAt?.getTime() ?? now) >= request.cautiousDueAt.getTime(),
    },
    ...(extendedAt === null ? {} : { extension: { reasons: request.extensionReasons, toldAt: instant(extendedAt) } }),
    ...(decidedAt === null ? {} : { decidedAt: instant(decidedAt), late: late! }),
    reasons: request.reasons,
    remedies: request.reasons.length > 0 ? [...remedies] : [],
    charge: 'none',
    ...barrierOf(request),
    ...(restrictionId === null ? {} : { restriction: { restrictionId, ground: request.restrictionGround! } }),
    ...(erasureGround === null ? {} : { erasure: { ground: erasureGround, disclosureIds: request.disclosureIds } }),
    ...(qualityReports.length === 0 ? {} : { qualityReports }),
    ...(consentId === null ? {} : { consentId }),
    links: linksOf(request),
  };
}

/** What the person can do about a refusal, told with every one. @see GDPR Art. 12(4) */
export const remedies = ['complaint', 'court'] as const;

function barrierOf(request: RightsRequest): Pick<RightsRequestView, 'barrier'> {
  const { causedVersion, enforcedAt, latencyMs, unconfirmed, liftedAt } = request;
  if (causedVersion === null) return {};
  return {
    barrier: {
      state: liftedAt !== null ? 'lifted' : enforcedAt === null ? 'enforcing' : 'enforced',
      ...(enforcedAt === null ? {} : { enforcedAt: instant(enforcedAt), latencyMs: latencyMs! }),
      unconfirmed,
      ...(liftedAt === null ? {} : { liftedAt: instant(liftedAt) }),
    },
  };
}

/** Where the next step is taken: other services act on what they own. */
function linksOf({ id, right, restrictionId, state }: RightsRequest): RightsRequestView['links'] {
  const links = [{ rel: 'letter', href: `/register/v1/rights-requests/${id}/letter` }];
  if (right === 'access') links.push({ rel: 'account', href: '/audit/v1/accounts/get' });
  if (right === 'withdrawal') links.push({ rel: 'withdrawal', href: '/consent/v1/withdrawals' });
  if (right === 'rectification') links.push({ rel: 'qualityReports', href: '/transfer/v1/quality-reports' });
  if (restrictionId !== null && state !== 'open') {
    links.push({ rel: 'lifting', href: `/transfer/v1/restrictions/${restrictionId}/lifting` });
  }
  return links;
}

function instant(at: Date): string {
  return formatInstant(at.getTime());
}
