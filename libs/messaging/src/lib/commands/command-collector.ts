import { DomainError, formatInstant } from '@convenant/kernel';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { commandStatements, type CommandRecordRow } from '../db/command.statements.js';
import { MAX_AGGREGATES, type Transactions } from '../outbox/transactions.js';
import type { Reads, WriteTransaction } from '../outbox/write-transaction.js';
import {
  type CommandAnswered,
  type CommandIdentity,
  type CommandResult,
  type CommandRunner,
  keyReused,
  lockNameOf,
} from './command-runner.js';

/** Beyond this the database does not keep up: who comes now had better come again. */
const LONGEST_QUEUE = 5_000;

/** While PostgreSQL works for one transaction, this program works for the other. */
const MOST_IN_FLIGHT = 2;

/** What one request came to: its own answer, or its own error. */
export type CollectedOutcome<R> =
  { readonly status: number; readonly result: CommandResult; readonly answer: R } | { readonly error: DomainError };

/** A kind of command whose requests may be decided and written many at a time. */
export interface CollectedWork<P, R, L> {
  /** Reads what the decisions need, in the same transaction, in one go with its locks; also for requests that turn out repeats. */
  look(reads: Reads, requests: readonly P[]): Promise<L>;
  /**
   * Decides and writes, all in one transaction; gives one outcome per request, in the same order. For a request that ends
   * in an error nothing may have been written or appended. What it throws concerns all of them: the transaction rolls back
   * and they are run again one by one, so it must not keep anything of the first time.
   */
  decide(tx: WriteTransaction, requests: readonly P[], seen: Awaited<L>): Promise<readonly CollectedOutcome<R>[]>;
  /** Builds the answer to a repeat from state. */
  answer(result: CommandResult): Promise<R>;
}

interface Waiting<P, R> {
  readonly command: CommandIdentity;
  readonly name: string;
  readonly request: P;
  readonly resolve: (answered: CommandAnswered<R>) => void;
  readonly reject: (error: unknown) => void;
}

type FoundRecord = CommandRecordRow & { place: number };
/** What a batch reads behind its locks. */
type Looked<L> = [FoundRecord[], Awaited<L>];

type Settled<R> = CommandAnswered<R> | { readonly repeats: CommandRecordRow } | { readonly error: DomainError };

/**
 * Runs commands of one kind with the promises of `CommandRunner`, many in one transaction: those that come in while
 * transactions are in flight are written together by the next one. Nothing waits for a time: a request that comes alone is
 * written at once, and under load the batches grow by themselves, up to what one transaction may lock. Two are in flight at
 * most, the second one once at least half as many wait as the first one carries.
 *
 * - Each request has its own verdict, its own command record and its own error.
 * - A batch waits for no lock. A request whose key or aggregate is busy elsewhere leaves it and runs alone, as does the
 *   second of two with the same key.
 * - When a batch fails, also when the answer to its commit got lost, its requests run again one by one under their keys: one
 *   that cannot be written fails alone, and what was committed after all is recognised.
 */
export class CommandCollector<P, R, L> {
  private waiting: Waiting<P, R>[] = [];
  private beginning = false;
  /** Transactions in flight, and how many requests they carry. */
  private transactionsInFlight = 0;
  private carried = 0;

  constructor(
    private readonly transactions: Transactions,
    private readonly runner: CommandRunner,
    private readonly work: CollectedWork<P, R, L>,
  ) {}

  /** @throws DomainError as `CommandRunner.run`; UNAVAILABLE when too many wait already */
  run(command: CommandIdentity, request: P): Promise<CommandAnswered<R>> {
    if (this.waiting.length >= LONGEST_QUEUE) {
      return Promise.reject(new DomainError('UNAVAILABLE', 'Too many commands wait already: try again later'));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ command, name: lockNameOf(command), request, resolve, reject });
      this.next();
    });
  }

  private next(): void {
    if (this.beginning || this.waiting.length === 0 || this.transactionsInFlight === MOST_IN_FLIGHT) return;
    // A second one beside a large one only for many: small ones would spend the time on beginning and committing.
    if (2 * this.waiting.length < this.carried) return;
    this.beginning = true;
    // Behind what this turn of the event loop still reads from its sockets; and in no request's trace, since it is of many.
    setImmediate(() => {
      this.beginning = false;
      context.with(ROOT_CONTEXT, () => void this.together(this.take()));
    });
  }

  /** The oldest, each key once, as many as one transaction may lock. */
  private take(): Waiting<P, R>[] {
    const batch: Waiting<P, R>[] = [];
    const left: Waiting<P, R>[] = [];
    const names = new Set<string>();
    let locks = 0;
    let full = false;
    for (const entry of this.waiting) {
      const needs = 1 + entry.command.aggregates.length;
      full ||= batch.length > 0 && locks + needs > MAX_AGGREGATES;
      if (full || names.has(entry.name)) {
        left.push(entry);
        continue;
      }
      names.add(entry.name);
      locks += needs;
      batch.push(entry);
    }
    this.waiting = left;
    return batch;
  }

  private async together(batch: readonly Waiting<P, R>[]): Promise<void> {
    this.transactionsInFlight += 1;
    this.carried += batch.length;
    const alone: Waiting<P, R>[] = [];
    const settled: [Waiting<P, R>, Settled<R>][] = [];
    let begun = false;
    try {
      const aggregates = batch.flatMap(({ command }) => command.aggregates);
      const names = batch.map(({ name }) => name);
      const requests = batch.map(({ request }) => request);
      const look = (reads: Reads) =>
        Promise.all([
          reads.query<FoundRecord>(commandStatements.findAll, identities(batch)),
          this.work.look(reads, requests),
        ]);
      const work = async (tx: WriteTransaction, notFree: ReadonlySet<string>, [records, seen]: Looked<L>) => {
        begun = true;
        const known = new Map(records.map((record) => [batch[record.place - 1]!, record]));
        const free: Waiting<P, R>[] = [];
        for (const entry of batch) (isFree(entry, notFree) ? free : alone).push(entry);
        if (free.length > 0) settled.push(...(await this.settle(tx, free, known, seen)));
      };
      await this.transactions.run({ aggregates, names, ifFree: true }, work, look);
      for (const [entry, outcome] of settled) this.tell(entry, outcome);
    } catch (error) {
      // Refused before anything began: the service is closed, for each of them alike.
      if (!begun && error instanceof DomainError) for (const { reject } of batch) reject(error);
      else alone.splice(0, alone.length, ...batch);
    }
    this.transactionsInFlight -= 1;
    this.carried -= batch.length;
    this.next();
    for (const entry of alone) this.runAlone(entry);
  }

  private async settle(
    tx: WriteTransaction,
    entries: readonly Waiting<P, R>[],
    known: ReadonlyMap<Waiting<P, R>, CommandRecordRow>,
    seen: Awaited<L>,
  ): Promise<[Waiting<P, R>, Settled<R>][]> {
    const settled: [Waiting<P, R>, Settled<R>][] = [];
    const fresh = entries.filter((entry) => {
      const record = known.get(entry);
      if (!record) return true;
      const same = record.fingerprint === entry.command.fingerprint;
      settled.push([entry, same ? { repeats: record } : { error: keyReused(entry.command.key) }]);
      return false;
    });
    if (fresh.length === 0) return settled;

    const requests = fresh.map(({ request }) => request);
    const outcomes = await this.work.decide(tx, requests, seen);
    if (outcomes.length !== fresh.length) throw new Error(`${outcomes.length} outcomes of ${fresh.length} requests`);
    const decided: Waiting<P, R>[] = [];
    const statuses: number[] = [];
    const results: string[] = [];
    fresh.forEach((entry, place) => {
      const outcome = outcomes[place]!;
      if ('error' in outcome) {
        settled.push([entry, outcome]);
        return;
      }
      decided.push(entry);
      statuses.push(outcome.status);
      results.push(JSON.stringify(outcome.result));
      settled.push([entry, { status: outcome.status, body: outcome.answer, repeated: false }]);
    });
    if (decided.length > 0) {
      const fingerprints = decided.map(({ command }) => command.fingerprint);
      const values = [...identities(decided), fingerprints, statuses, results, formatInstant(tx.now)];
      tx.send(commandStatements.recordAll, values);
    }
    return settled;
  }

  /** After the commit, never before. */
  private tell(entry: Waiting<P, R>, outcome: Settled<R>): void {
    if ('error' in outcome) entry.reject(outcome.error);
    else if ('body' in outcome) entry.resolve(outcome);
    else {
      const { status, result } = outcome.repeats;
      this.work.answer(result).then((body) => entry.resolve({ status, body, repeated: true }), entry.reject);
    }
  }

  private runAlone({ command, request, resolve, reject }: Waiting<P, R>): void {
    const work = async (tx: WriteTransaction) => {
      const [outcome] = await this.work.decide(tx, [request], await this.work.look(tx, [request]));
      if ('error' in outcome!) throw outcome.error;
      return outcome!;
    };
    const answer = (result: CommandResult) => this.work.answer(result);
    context.with(ROOT_CONTEXT, () => this.runner.run<R>({ ...command, work, answer }).then(resolve, reject));
  }
}

function isFree<P, R>({ name, command }: Waiting<P, R>, notFree: ReadonlySet<string>): boolean {
  return notFree.size === 0 || !(notFree.has(name) || command.aggregates.some((aggregate) => notFree.has(aggregate)));
}

/** Parameters of `findAll`. */
function identities<P, R>(entries: readonly Waiting<P, R>[]): [string[], string[], string[]] {
  return [
    entries.map(({ command }) => command.party),
    entries.map(({ command }) => command.client),
    entries.map(({ command }) => command.key),
  ];
}
