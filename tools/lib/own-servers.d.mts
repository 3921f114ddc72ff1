/** A real PostgreSQL that a spec may kill. */
export interface OwnPostgres {
  /** Administrator, database `postgres`. */
  url: string;
  port: number;
  /** The folder with its files, write-ahead log included. */
  data: string;
  /** Fast shutdown: what is committed is kept. */
  stop(): Promise<void>;
  /** SIGKILL to postmaster and backends. */
  kill(): Promise<void>;
  /** Up again on the same port and data. */
  restart(): Promise<void>;
  /** A physical copy of it as it is now, taken while it runs; deleted with it. */
  backUp(): Promise<PostgresBackup>;
  /** Ends it, and those started from its backups, and deletes their data. */
  dispose(): Promise<void>;
}

/** A base backup of an `OwnPostgres`. */
export interface PostgresBackup {
  data: string;
  /** As a server of its own. */
  start(): Promise<Omit<OwnPostgres, 'backUp' | 'dispose'>>;
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

/** @param options `settings`: of PostgreSQL, beside those that every system has */
export function startOwnPostgres(options?: { settings?: Record<string, string> }): Promise<OwnPostgres>;

/** @param options `behind`: a proxy whose address clients are sent to; its `target` becomes this broker */
export function startOwnKafka(options?: { behind?: { port: number; target?: number } }): Promise<OwnKafka>;
