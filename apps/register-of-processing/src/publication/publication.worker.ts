import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Leadership } from '@convenant/platform';
import { CheckPublications } from '../use-cases/publication/check-publications.use-case.js';
import { PublicationSignal } from './publication-signal.js';

// Milliseconds of real time; what is due is asked of the legal clock.
const LOOK_EVERY = 1_000;
const STANDBY = 2_000;

/** Looks, in one process of the service at a time, at the addresses where parties publish. Apart from the calendar: websites are slow. */
@Injectable()
export class PublicationWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Publications');
  private running = false;
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly leadership: Leadership,
    private readonly checkPublications: CheckPublications,
    private readonly signal: PublicationSignal,
  ) {}

  onApplicationBootstrap(): void {
    this.running = true;
    this.loop = this.run();
  }

  /** Ends after the step under way. */
  async onModuleDestroy(): Promise<void> {
    this.running = false;
    this.signal.wake();
    await this.loop;
    await this.leadership.release();
  }

  private async run(): Promise<void> {
    while (this.running) {
      let pause = LOOK_EVERY;
      try {
        if (await this.leadership.held()) while (this.running && (await this.checkPublications.execute()) > 0);
        else pause = STANDBY;
      } catch (error) {
        // Messages of unexpected errors may quote data.
        const name = error instanceof Error ? error.name : 'unknown';
        this.logger.error({ msg: 'publications are looked at again', error: name });
        await this.leadership.release();
        pause = STANDBY;
      }
      await this.signal.sleep(pause);
    }
  }
}
