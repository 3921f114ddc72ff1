import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { inboxStatements } from '../db/inbox.statements.js';
import type { WriteTransaction } from '../outbox/write-transaction.js';

const POLL_MS = { first: 5, longest: 50 };

/** How far this service has read each aggregate of the others (`seen` of a command). */
@Injectable()
export class InboxVersions {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Version of the last event of the aggregate applied here; 0 when none was. */
  async versionOf(tx: Pick<WriteTransaction, 'query'>, aggregate: string): Promise<number> {
    const [row] = await tx.query<{ version: string }>(inboxStatements.versionOf, [aggregate]);
    return row ? Number(row.version) : 0;
  }

  /** Waits until `version` of the aggregate has been applied here; false when it has not within `deadlineMs` of real time. */
  async waitFor(aggregate: string, version: number, deadlineMs: number): Promise<boolean> {
    const deadline = performance.now() + deadlineMs;
    for (let pause = POLL_MS.first; ; pause = Math.min(pause * 2, POLL_MS.longest)) {
      const rows = (await this.dataSource.query(inboxStatements.versionOf.text, [aggregate])) as { version: string }[];
      if (rows[0] && Number(rows[0].version) >= version) return true;
      const left = deadline - performance.now();
      if (left <= 0) return false;
      await delay(Math.min(pause, left));
    }
  }
}
