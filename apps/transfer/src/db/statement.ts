/** One prepared statement. The name makes the pooled client parse it once per connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

/** Whatever runs a statement on one connection: a write transaction. */
export interface Queries {
  query<R>(statement: Statement): Promise<R[]>;
}

/** Whatever takes a statement whose result nobody needs, and fails with it: a write transaction. */
export interface Writes {
  send(statement: Statement): void;
}
