import type { ProtocolModel } from '../model/protocol.schema.js';
import { scopeOf } from './user-scope.js';
import type { DisclosureFacts, DisclosureGap, DisclosureRefused, DisclosureRequest } from './disclosure.types.js';
import { gap, refused } from './verdicts.js';

/**
 * For protocols with look-ups: only by a listed identifier, only by a named user within a running authorisation for the
 * task, only for the items of that authorisation and of the protocol's own table of tasks, and only as often as the budget
 * lets. An identifier that is a last resort needs the statement that the others do not exist. Unit and secrecy come from
 * the token and must be those of the authorisation.
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
  const user = lookups.users.namedUserRequired ? namedUserVerdict(request, facts, model) : null;
  if (user) return user;
  const { budget } = facts;
  return budget !== undefined && budget.spent >= budget.limit ? refused('LOOKUP_BUDGET_SPENT', budget.clause) : null;
}

function namedUserVerdict(
  request: DisclosureRequest,
  facts: DisclosureFacts,
  model: ProtocolModel,
): DisclosureRefused | DisclosureGap | null {
  const { users } = model.lookups!;
  const { user } = facts;
  const { requester } = request;
  if (user?.blocked) return gap([`user/${user.userRef}`], users.clause);
  const allowed =
    user != null &&
    user.userRef === requester.userRef &&
    user.state === 'authorized' &&
    user.task === request.lookup?.task &&
    (user.supervisor !== null || !users.supervisorRequired) &&
    user.validFrom <= request.requestedAt &&
    (user.validUntil === null || request.requestedAt < user.validUntil);
  if (!allowed) return refused('USER_SCOPE', users.clause, ['/requester']);
  if (user.unit !== requester.unit) return refused('USER_SCOPE', users.clause, ['/requester/unit']);
  if (user.secrecy !== requester.secrecy) return refused('SECRECY_REQUIRED', users.clause, ['/requester/secrecy']);
  const scope = scopeOf(model, user.task, user.capacity);
  // An item that the protocol does not list is refused as such, further on.
  const excess = request.items.filter(
    ({ item }) =>
      model.dataItems.some(({ id }) => id === item) &&
      (!user.items.includes(item) || (scope !== null && !scope.items.includes(item))),
  );
  if (excess.length === 0) return null;
  const about = excess.map(({ item }) => `/items/${item}`);
  return refused('USER_SCOPE', scope?.clause ?? users.scopeClause, about);
}
