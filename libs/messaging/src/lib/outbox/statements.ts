import type { Duplex } from 'node:stream';
import pg from 'pg';
import type { Statement } from './write-transaction.js';

/** What pg is given of a statement. */
export function queryOf(statement: Statement, values?: unknown[]): pg.QueryConfig {
  if (typeof statement === 'string') return { text: statement, ...(values ? { values: values.map(parameter) } : null) };
  const { name, text } = statement;
  return { name, text, values: (values ?? statement.values ?? []).map(parameter) };
}

/** Not in pg's types. */
interface Connection {
  readonly stream: Duplex;
  /** Texts by name: of those that the server has answered, and of those on their way. */
  readonly parsedStatements: Record<string, string | undefined>;
  readonly submittedNamedStatements: Record<string, string | undefined>;
}
const connectionOf = (client: pg.PoolClient) => (client as unknown as { connection: Connection }).connection;
const { prepareValue } = (pg as unknown as { utils: { prepareValue: (value: unknown) => string | Buffer | null } })
  .utils;

/** The same with values as they travel: what cannot be written down fails here and not while it is being sent. */
export function readyQueryOf(statement: Statement, values?: unknown[]): pg.QueryConfig {
  const query = queryOf(statement, values);
  return query.values ? { ...query, values: query.values.map((value) => prepareValue(value)) } : query;
}

/** Why pg would not send this now: its name stands for another text on this connection. */
export function clashOf(client: pg.PoolClient, { name, text }: pg.QueryConfig): Error | undefined {
  if (name === undefined) return undefined;
  const { parsedStatements, submittedNamedStatements } = connectionOf(client);
  const known = parsedStatements[name] ?? submittedNamedStatements[name];
  return known === undefined || known === text
    ? undefined
    : new Error(`Two statements are called ${name}: nothing was committed`);
}

/**
 * Sends what `ask` asks of the connection in one write, and gives the answers in that order. The first that failed says why;
 * those behind it would only say that the transaction had failed.
 */
export async function inOneGo<T extends readonly unknown[]>(
  client: pg.PoolClient,
  ask: () => readonly [...T],
): Promise<{ -readonly [Place in keyof T]: Awaited<T[Place]> }> {
  // Each write wakes the server, which costs both sides more than most of the statements themselves.
  const { stream } = connectionOf(client);
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
/** Controls and surrogates, for which JSON has other escapes. */
const NOT_AS_IN_JSON = /[^ -\ud7ff\ue000-\uffff]/;

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
    if (typeof member === 'string') text += ESCAPED.test(member) ? escaped(member) : `"${member}"`;
    else if (member === null || member === undefined) text += 'NULL';
    else if (typeof member === 'number' || typeof member === 'boolean') text += String(member);
    else return undefined;
  }
  return `{${text}}`;
}

/** Most that needs it is JSON itself, and the engine's own escapes take a third of the time of a replacement. */
function escaped(member: string): string {
  return NOT_AS_IN_JSON.test(member) ? `"${member.replace(/["\\]/g, '\\$&')}"` : JSON.stringify(member);
}
