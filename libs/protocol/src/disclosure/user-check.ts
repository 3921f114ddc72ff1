import type { ProtocolModel } from '../model/protocol.schema.js';
import type { DisclosureFacts, DisclosureGap, DisclosureRefused, DisclosureRequest } from './disclosure.types.js';
import { gap, refused } from './verdicts.js';

/**
 * For protocols with look-ups: only by a listed identifier, only by a named user within a running authorisation, only for
 * the items of that authorisation. An identifier that is a last resort needs the statement that the others do not exist.
 */
export function userVerdict(
  request: DisclosureRequest,
  facts: DisclosureFacts,
  model: ProtocolModel,
): DisclosureRefused | DisclosureGap | null {
  const lookups = model.lookups!;
  const kind = lookups.identifiers.find((identifier) => identifier.kind === request.lookup?.identifierKind);
  if (kind === undefined) return refused('LOOKUP_NOT_BY_IDENTIFIER', lookups.clause, ['/lookup']);
  const absent = request.lookup?.absentKinds ?? [];
  if (!kind.onlyInAbsenceOf.every((other) => absent.includes(other))) {
    return refused('LOOKUP_NOT_BY_IDENTIFIER', lookups.clause, ['/lookup/absentKinds']);
  }
  if (!lookups.users.namedUserRequired) return null;

  const { user } = facts;
  if (user?.blocked) return gap([`user/${user.userRef}`], lookups.users.clause);
  const allowed =
    user != null &&
    user.userRef === request.requester.userRef &&
    user.state === 'authorized' &&
    (user.supervisor !== null || !lookups.users.supervisorRequired) &&
    user.validFrom <= request.requestedAt &&
    (user.validUntil === null || request.requestedAt < user.validUntil);
  if (!allowed) return refused('USER_SCOPE', lookups.users.clause, ['/requester']);
  const excess = request.items.filter((requested) => !user.items.includes(requested.item));
  return excess.length > 0
    ? refused(
        'USER_SCOPE',
        lookups.users.scopeClause,
        excess.map((requested) => `/items/${requested.item}`),
      )
    : null;
}
