/** A real PostgreSQL that a spec may kill. */
export interface OwnPostgres {
  /** Administrator, database `postgres`. */
  url: string;
  port: number;
  /** Fast shutdown: what is committed is kept. */
  stop(): Promise<void>;
  /** SIGKILL to postmaster and backends. */
  kill(): Promise<void>;
  /** Up again on the same port and data. */
  restart(): Promise<void>;
  /** Ends it and deletes its data. */
  dispose(): Promise<void>;
}

/** A real Kafka broker that a spec may kill. */
export interface OwnKafka {
  /** Settings for clients: the advertised address and the superuser. */
  kafka: { brokers: string[]; sasl: { username: string; password: string } };
  /** The port it listens on itself, whatever it advertises. */
  port: number;
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Up again on the same ports and data. */
  restart(): Promise<void>;
  /** Ends it and deletes its data. */
  dispose(): Promise<void>;
}

export function startOwnPostgres(): Promise<OwnPostgres>;

/** @param options `behind`: a proxy whose address clients are sent to; its `target` becomes this broker */
export function startOwnKafka(options?: { behind?: { port: number; target?: number } }): Promise<OwnKafka>;
