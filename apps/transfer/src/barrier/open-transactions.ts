import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { listOpenTransactions, stillOpen } from '../db/barrier.statements.js';
import { Database } from '../db/database.js';

/** The transactions of this service's role, in every process of it. */
@Injectable()
export class OpenTransactions {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * Waits until every transaction that is open now has ended. Newcomers cannot prolong it; the server's own
   * `transaction_timeout` bounds it.
   */
  async haveEnded(): Promise<void> {
    let open = ids(await this.database.query<{ id: string }>(listOpenTransactions));
    for (let pauseMs = 1; open.length > 0; pauseMs = Math.min(pauseMs * 2, 20)) {
      await delay(pauseMs);
      open = ids(await this.database.query<{ id: string }>(stillOpen(open)));
    }
  }
}

function ids(rows: readonly { id: string }[]): string[] {
  return rows.map(({ id }) => id);
}
