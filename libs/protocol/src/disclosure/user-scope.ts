import type { ProtocolModel } from '../model/protocol.schema.js';

/** Which items a task needs in a capacity, and the clause that says so. */
export interface ScopeOfUser {
  readonly items: readonly string[];
  readonly clause: string;
}

/**
 * What the protocol's table gives a task in a capacity: the row of exactly that capacity, else the one for whoever has the
 * task. Nothing where the table has no such row: the closed world holds. Null where the text has no table, so that each
 * authorisation says it for itself.
 */
export function scopeOf(model: ProtocolModel, task: string, capacity: string): ScopeOfUser | null {
  const users = model.lookups?.users;
  if (users?.scope === undefined) return null;
  const rows = users.scope.filter((row) => row.task === task);
  const row = rows.find((candidate) => candidate.capacity === capacity) ?? rows.find((any) => any.capacity === null);
  return row ?? { items: [], clause: users.scopeClause };
}
