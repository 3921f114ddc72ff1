import type { Duplex } from 'node:stream';
import type pg from 'pg';
import type { Statement } from './write-transaction.js';

/** What pg is given of a statement. */
export function queryOf(statement: Statement, values?: unknown[]): pg.QueryConfig {
  if (typeof statement === 'string') return { text: statement, ...(values ? { values: values.map(parameter) } : null) };
  const { name, text } = statement;
  return { name, text, values: (values ?? statement.values ?? []).map(parameter) };
}

/**
 * Sends what `ask` asks of the connection in one write, and gives the answers in that order. The first that failed says why;
 * those behind it would only say that the transaction had failed.
 */
export async function inOneGo<T extends readonly unknown[]>(
  client: pg.PoolClient,
  ask: () => readonly [...T],
): Promise<{ -readonly [Place in keyof T]: Awaited<T[Place]> }> {
  // Not in pg's types. Each write wakes the server, which costs both sides more than most of the statements themselves.
  const { stream } = (client as unknown as { connection: { stream: Duplex } }).connection;
  stream.cork();
  let asked: readonly unknown[];
  try {
    asked = ask();
  } finally {
    stream.uncork();
  }
  const settled = await Promise.allSettled(asked);
  for (const outcome of settled) if (outcome.status === 'rejected') throw outcome.reason;
  return settled.map((outcome) => (outcome as PromiseFulfilledResult<unknown>).value) as never;
}

const ESCAPED = /["\\]/;

/**
 * Arrays of plain values as PostgreSQL's text of an array, made four times as fast as pg does: a collected commit has tens of
 * them for each command. Anything else is left to pg.
 */
function parameter(value: unknown): unknown {
  return Array.isArray(value) ? (arrayText(value) ?? value) : value;
}

/** PostgreSQL's text of an array, or undefined when a member is no text, number, boolean or null. */
export function arrayText(members: readonly unknown[]): string | undefined {
  let text = '';
  for (let place = 0; place < members.length; place += 1) {
    const member = members[place];
    if (place > 0) text += ',';
    if (typeof member === 'string') {
      text += ESCAPED.test(member) ? `"${member.replace(/["\\]/g, '\\$&')}"` : `"${member}"`;
    } else if (member === null || member === undefined) text += 'NULL';
    else if (typeof member === 'number' || typeof member === 'boolean') text += String(member);
    else return undefined;
  }
  return `{${text}}`;
}
