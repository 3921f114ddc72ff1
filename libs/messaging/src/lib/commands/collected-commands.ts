import { Inject, Injectable } from '@nestjs/common';
import { Transactions } from '../outbox/transactions.js';
import { type CollectedWork, CommandCollector } from './command-collector.js';
import { CommandRunner } from './command-runner.js';

/** Makes collectors: one per kind of command and process, since only what meets in one can be written together. */
@Injectable()
export class CollectedCommands {
  constructor(
    @Inject(Transactions) private readonly transactions: Transactions,
    @Inject(CommandRunner) private readonly runner: CommandRunner,
  ) {}

  collector<P, R, L>(work: CollectedWork<P, R, L>): CommandCollector<P, R, L> {
    return new CommandCollector(this.transactions, this.runner, work);
  }
}
