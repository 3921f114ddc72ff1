import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { outboxStatements } from '../db/outbox.statements.js';
import { safeWords } from '../telemetry/safe-words.js';

/**
 * Tells the relay that rows were committed: directly when it runs in this process, else by NOTIFY. Sent after the commit and
 * at most one at a time, since a NOTIFY inside the transaction would make all commits of the server queue for one lock. May be
 * lost: the relay also polls.
 */
@Injectable()
export class RelaySignal {
  private readonly log = new Logger('relay');
  private listener: (() => void) | undefined;
  private sending = false;
  private again = false;

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** The relay of this process leads (or no longer does). */
  setLocalRelay(listener: (() => void) | undefined): void {
    this.listener = listener;
  }

  committed(): void {
    if (this.listener) this.listener();
    else if (this.sending) this.again = true;
    else void this.notify();
  }

  private async notify(): Promise<void> {
    this.sending = true;
    try {
      do {
        this.again = false;
        await this.dataSource.query(outboxStatements.wakeRelay.text);
      } while (this.again);
    } catch (error) {
      this.log.debug(`The relay was not notified and will find the rows by polling: ${safeWords(error)}`);
    } finally {
      this.sending = false;
    }
  }
}
