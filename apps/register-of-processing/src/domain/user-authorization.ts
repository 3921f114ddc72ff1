import type { AuthorizeUserRequest } from '@convenant/contracts';
import type { InputFault } from '@convenant/kernel';
import { scopeOf, type PartyRole, type ProtocolModel } from '@convenant/protocol';

/** What the text says of the persons who may be authorised, or null where it speaks of none. */
export function userRules(model: ProtocolModel) {
  return model.lookups?.users ?? null;
}

/** Whose users are authorised: the party that asks for the data, which is the receiver where it looks them up. */
export const partyOfUsers: PartyRole = 'receiver';

/** What is wrong with an authorisation, and the clause it is wrong by. */
export interface AuthorizationFault {
  readonly clause: string;
  readonly faults: readonly InputFault[];
}

/**
 * Checks what is to be authorised against the text: only listed items, only what the table of tasks gives, not under one's
 * own supervision, not over before it begins.
 *
 * @param from epoch milliseconds
 * @param until epoch milliseconds
 */
export function authorizationFault(
  { items, task, capacity, sub, supervisor }: AuthorizeUserRequest,
  model: ProtocolModel,
  { from, until, now }: { from: number; until: number; now: number },
): AuthorizationFault | null {
  const { clause } = model.lookups!.users;
  const fault = (at: string, name: string, detail: string): AuthorizationFault => ({
    clause: at,
    faults: [{ in: 'body', name, detail }],
  });
  const stranger = items.findIndex((item) => !model.dataItems.some(({ id }) => id === item));
  if (stranger >= 0) return fault(model.itemsClause, `/items/${stranger}`, 'must be an item of the protocol');
  const scope = scopeOf(model, task, capacity);
  const excess = scope === null ? -1 : items.findIndex((item) => !scope.items.includes(item));
  if (excess >= 0) {
    return fault(scope!.clause, `/items/${excess}`, 'must be an item that the protocol gives this task and capacity');
  }
  if ('sub' in supervisor && supervisor.sub === sub) {
    return fault(clause, '/supervisor/sub', 'must be another person: nobody supervises himself');
  }
  if (until <= from) return fault(clause, '/validUntil', 'must be later than validFrom');
  return until <= now ? fault(clause, '/validUntil', 'must lie ahead') : null;
}
