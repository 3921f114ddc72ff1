import {
  restrictionApplied,
  restrictionLifted,
  rightsRequestAnswered,
  rightsRequestExtended,
  rightsRequestReceived,
  rightsRequestRefused,
  subjectMappingErased,
  type AccountView,
} from '@convenant/contracts';
import { dataOf, type AccountEntry } from './account-entry.js';

type PersonState = Pick<AccountView, 'requests' | 'restrictions' | 'mapping'>;

/**
 * What the person asked of the asking party, what is or was restricted, and whether the reference still leads to anybody: from
 * what the party may see and nothing else.
 * @see GDPR Art. 15(1)(e), 18, 21
 */
export function personStateOf(entries: readonly AccountEntry[]): PersonState {
  const erased = dataOf(entries, subjectMappingErased).at(-1);
  return {
    requests: requestsOf(entries),
    restrictions: restrictionsOf(entries),
    mapping: erased ? { state: 'erased', erasedAt: erased.erasedAt } : { state: 'kept' },
  };
}

function requestsOf(entries: readonly AccountEntry[]): PersonState['requests'] {
  const extended = dataOf(entries, rightsRequestExtended);
  const answered = dataOf(entries, rightsRequestAnswered);
  const refused = dataOf(entries, rightsRequestRefused);
  return dataOf(entries, rightsRequestReceived).map(({ requestId, protocolId, right, receivedAt, ...received }) => {
    const of = ({ requestId: other }: { requestId: string }) => other === requestId;
    const answer = answered.find(of);
    const refusal = refused.find(of);
    const decidedAt = answer?.answeredAt ?? refusal?.refusedAt;
    return {
      requestId,
      protocolId,
      right,
      state: answer?.verdict ?? (refusal ? 'refused' : 'open'),
      receivedAt,
      dueAt: extended.findLast(of)?.cautiousDueAt ?? received.cautiousDueAt,
      ...(decidedAt !== undefined && { decidedAt }),
      reasons: [...(answer?.reasons ?? refusal?.reasons ?? [])],
    };
  });
}

function restrictionsOf(entries: readonly AccountEntry[]): PersonState['restrictions'] {
  const lifted = dataOf(entries, restrictionLifted);
  return dataOf(entries, restrictionApplied).map(({ restrictionId, protocolId, ground, appliedAt }) => {
    const end = lifted.find((lifting) => lifting.restrictionId === restrictionId);
    return {
      restrictionId,
      protocolId,
      ground,
      appliedAt,
      ...(end && { liftedAt: end.liftedAt, reason: end.reason }),
    };
  });
}
