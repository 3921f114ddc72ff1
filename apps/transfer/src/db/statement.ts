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
