import { pointerSteps } from '../model/json-pointer.js';

/** As the schema has ids of clauses: nothing else of a file that is not in order is repeated. */
const CLAUSE_ID = /^[A-Za-z0-9][A-Za-z0-9.-]{0,39}$/;

/**
 * The clause under which something stands at a JSON Pointer: that of the innermost element around it that quotes one which the
 * file lists. Of a file of any shape; undefined where there is none.
 */
export function clauseAt(file: unknown, pointer: string): string | undefined {
  const known = clausesOf(file);
  let clause: string | undefined;
  let node = file;
  for (const step of [...pointerSteps(pointer), null]) {
    if (typeof node !== 'object' || node === null) break;
    const { clause: own } = node as { clause?: unknown };
    if (typeof own === 'string' && known.has(own)) clause = own;
    if (step === null || !Object.hasOwn(node, step)) break;
    node = (node as Record<string, unknown>)[step];
  }
  return clause;
}

function clausesOf(file: unknown): ReadonlySet<string> {
  const { clauses } = (file ?? {}) as { clauses?: unknown };
  const ids = Array.isArray(clauses) ? clauses.map((clause) => (clause as { id?: unknown } | null)?.id) : [];
  return new Set(ids.filter((id): id is string => typeof id === 'string' && CLAUSE_ID.test(id)));
}
