import { DomainError, formatInstant } from '@convenant/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { commandStatements, type CommandRecordRow } from '../db/command.statements.js';
import { sqlState } from '../inbox/failure-kind.js';
import { Transactions } from '../outbox/transactions.js';
import type { Reads, WriteTransaction } from '../outbox/write-transaction.js';

const LONGEST_WAIT_MS = 5_000;
const LOCK_NOT_AVAILABLE = '55P03';

/** Ids of what a command made or decided; never values. */
export type CommandResult = Record<string, string | string[]>;

/** Which command it is, and what it needs to hold. */
export interface CommandIdentity {
  /** Who sends it: party id and client id of the token. */
  party: string;
  client: string;
  /** The Idempotency-Key, a UUID chosen by the caller. */
  key: string;
  /** HMAC of route and canonical body: tells a repeat from another command without keeping the body. */
  fingerprint: string;
  /** Aggregates it may append to, existing or new. */
  aggregates: readonly string[];
}

/** What a command came to. */
export interface CommandAnswered<R> {
  status: number;
  body: R;
  /** It had been decided before: nothing happened now. */
  repeated: boolean;
}

export interface Command<R> extends CommandIdentity {
  /** Decides and writes. Runs in the transaction; returns ids only. */
  work: (tx: WriteTransaction) => Promise<{ status: number; result: CommandResult }>;
  /** Builds the answer from state, the first time and at each repeat. Runs after the commit. */
  answer: (result: CommandResult) => Promise<R>;
}

/**
 * Runs commands at most once per (party, client, key): effect, events and command record commit together. A repeat, also one
 * after a restart or at another replica, gets its answer rebuilt from state. What throws leaves nothing behind, so the same
 * key may be tried again.
 */
@Injectable()
export class CommandRunner {
  constructor(
    @Inject(Transactions) private readonly transactions: Transactions,
    @Inject(DataSource) private readonly dataSource: DataSource,
  ) {}

  /**
   * @throws DomainError IDEMPOTENCY_KEY_REUSED (the key belongs to another command), COMMAND_IN_PROGRESS (the same command has
   * not ended within 5 s of real time), UNAVAILABLE (its aggregates were busy that long), and whatever `work` throws
   */
  async run<R>(command: Command<R>): Promise<CommandAnswered<R>> {
    const name = lockNameOf(command);
    const locks = { aggregates: command.aggregates, names: [name], timeoutMs: LONGEST_WAIT_MS };
    let done: { status: number; result: CommandResult; repeated: boolean };
    try {
      const { party, client, key } = command;
      const find = (reads: Reads) => reads.query<CommandRecordRow>(commandStatements.find, [party, client, key]);
      done = await this.transactions.run(locks, (tx, _, [known]) => this.decide(tx, command, known), find);
    } catch (error) {
      if (sqlState(error) === LOCK_NOT_AVAILABLE) throw await this.stillLocked(name, error);
      throw error;
    }
    return { status: done.status, body: await command.answer(done.result), repeated: done.repeated };
  }

  private async decide<R>(
    tx: WriteTransaction,
    command: Command<R>,
    known: CommandRecordRow | undefined,
  ): Promise<{ status: number; result: CommandResult; repeated: boolean }> {
    const { party, client, key, fingerprint } = command;
    if (known) {
      if (known.fingerprint !== fingerprint) throw keyReused(key);
      return { status: known.status, result: known.result, repeated: true };
    }
    const { status, result } = await command.work(tx);
    const values = [party, client, key, fingerprint, status, JSON.stringify(result), formatInstant(tx.now)];
    tx.send(commandStatements.record, values);
    return { status, result, repeated: false };
  }

  private async stillLocked(name: string, cause: unknown): Promise<DomainError> {
    const rows = (await this.dataSource.query(commandStatements.inProgress.text, [name, this.transactions.seed])) as {
      busy: boolean;
    }[];
    return rows[0]!.busy
      ? new DomainError('COMMAND_IN_PROGRESS', 'The command with this key has not ended yet', {}, { cause })
      : new DomainError('UNAVAILABLE', 'What the command concerns is busy', {}, { cause });
  }
}

/** The lock under which commands of one key follow each other, in every process. */
export function lockNameOf({ party, client, key }: CommandIdentity): string {
  return `command:${JSON.stringify([party, client, key])}`;
}

export function keyReused(key: string): DomainError {
  return new DomainError('IDEMPOTENCY_KEY_REUSED', `The key ${key} was used for a command with another content`);
}
