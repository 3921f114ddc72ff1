import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Leadership } from '@convenant/platform';
import { AlertOfInformationDuties } from '../use-cases/alert-of-information-duties.use-case.js';
import { LookAtGovernance } from '../use-cases/governance/look-at-governance.use-case.js';
import { ConcludeEndings } from '../use-cases/conclude-endings.use-case.js';
import { KeepEntries } from '../use-cases/entries/keep-entries.use-case.js';
import { LapseContacts } from '../use-cases/lapse-contacts.use-case.js';
import { RemindOfRights } from '../use-cases/remind-of-rights.use-case.js';

// Milliseconds of real time; what has come is asked of the legal clock.
const LOOK_EVERY = 500;
const STANDBY = 1_000;

/**
 * Looks, in one process of the service at a time, for ends that have come, verifications that are over, and answers
 * and notices to data subjects that are due, for what is late in the governance of a protocol, and keeps the entries of the
 * register true.
 */
@Injectable()
export class CalendarWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Calendar');
  private readonly stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly leadership: Leadership,
    private readonly concludeEndings: ConcludeEndings,
    private readonly lapseContacts: LapseContacts,
    private readonly remindOfRights: RemindOfRights,
    private readonly alertOfDuties: AlertOfInformationDuties,
    private readonly lookAtGovernance: LookAtGovernance,
    private readonly keepEntries: KeepEntries,
  ) {}

  onApplicationBootstrap(): void {
    this.loop = this.run();
  }

  /** Ends after the step under way. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.loop;
    await this.leadership.release();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      let pause = LOOK_EVERY;
      try {
        if (await this.leadership.held()) await this.look();
        else pause = STANDBY;
      } catch (error) {
        this.logger.error({ msg: 'the calendar is looked at again', error });
        await this.leadership.release();
        pause = STANDBY;
      }
      await delay(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  private async look(): Promise<void> {
    const steps = [
      this.concludeEndings,
      this.lapseContacts,
      this.remindOfRights,
      this.alertOfDuties,
      this.lookAtGovernance,
      this.keepEntries,
    ];
    for (const step of steps) {
      while (!this.stopping.signal.aborted && (await step.execute()) > 0);
    }
  }
}
