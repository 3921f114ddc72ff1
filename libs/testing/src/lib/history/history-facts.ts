/** An event as some store has it. `digest` stands for type, subject, version and content: equal events, equal digests. */
export interface EventFact {
  /** Short name of the service that said it. */
  service: string;
  sequence: number;
  id: string;
  /** Short form: `consent.withdrawn`. */
  name: string;
  subject: string;
  aggregateVersion: number;
  causationId: string;
  digest: string;
}

/** An outbox row; its `sequence` is its place in the order of the relay's cursor, counted from the first that is kept. */
export type OutboxFact = EventFact;

/** A record of a fact topic. */
export interface RecordFact extends EventFact {
  partition: number;
  offset: number;
}

/** An entry of the audit trail. */
export type EntryFact = Omit<EventFact, 'causationId'>;

/**
 * What a client was told of one command, by its `Idempotency-Key`, over all its tries. Times are of one monotonic clock.
 * `unknown`: no try was answered, so it may have happened or not.
 */
export interface CommandFact {
  service: string;
  key: string;
  outcome: 'acknowledged' | 'refused' | 'unknown';
  /** When the first try began. */
  invokedAt: number;
  answeredAt?: number;
  /** Ids that each answer named: the command's record holds them, and every answer to the key names the same. */
  answers: string[][];
  /** Aggregates that must have events because of it; default: those that the answers named. */
  aggregates?: string[];
  /** Of an answer that permitted something: consent, protocol, whatever it rested on. */
  permittedUnder?: string[];
}

/** A client was told, at that moment, that nothing under `subject` happens any more. */
export interface EnforcedFact {
  subject: string;
  at: number;
}

/** A row of `command_record`. */
export interface CommandRecordFact {
  service: string;
  key: string;
  result: string[];
}

/** Something a handler did because of an event. */
export interface EffectFact {
  /** The service that did it, and which of its handlers. */
  service: string;
  handler: string;
  eventId: string;
}

/** Every event of that name has exactly one effect by that handler; `when`: of these only. */
export interface ExpectedEffect {
  service: string;
  handler: string;
  of: string;
  name: string;
}

/** A row of `inbox_partition` with the end of that partition. */
export interface PositionFact {
  service: string;
  topic: string;
  partition: number;
  nextOffset: number;
  end: number;
}

/** Work that must be over once faults have healed: dead letters, parked messages, barriers, attempts, unsent rows. */
export interface UnfinishedFact {
  service: string;
  what: string;
  count: number;
}

/** One row of a replica, and what the fold of the events says it is. */
export interface ReplicaFact {
  service: string;
  replica: string;
  key: string;
  state: string;
}

/** What must not be. `invariant`: its number in the design (1, 2, 4, 7, 9, 10). */
export interface Finding {
  invariant: 1 | 2 | 4 | 7 | 9 | 10;
  /** Stable; see the README of the lib. */
  code: string;
  /** Where: ids and numbers only. */
  detail: string;
}
