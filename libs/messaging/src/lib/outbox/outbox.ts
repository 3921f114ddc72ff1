import { Inject, Injectable } from '@nestjs/common';
import { Transactions } from './transactions.js';
import type { WriteTransaction } from './write-transaction.js';

/** The way to write: state changes and events in one transaction, under the locks of their aggregates. */
@Injectable()
export class Outbox {
  constructor(@Inject(Transactions) private readonly transactions: Transactions) {}

  /**
   * Runs `work` holding the locks of `aggregates` (at most 500; also those it will create, by their new ids). Commits what it
   * wrote and appended together; a throw rolls all back.
   */
  transaction<T>(aggregates: readonly string[], work: (tx: WriteTransaction) => Promise<T>): Promise<T> {
    return this.transactions.run({ aggregates }, work);
  }
}
