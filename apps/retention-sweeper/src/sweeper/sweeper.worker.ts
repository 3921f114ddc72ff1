import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Leadership } from '@convenant/platform';
import { CompletePurges } from '../use-cases/complete-purges.use-case.js';
import { LookAtClocks } from '../use-cases/look-at-clocks.use-case.js';
import { RequestErasures } from '../use-cases/request-erasures.use-case.js';
import { RetentionOptions } from '../use-cases/retention-options.js';
import { RunSchedules } from '../use-cases/run-schedules.use-case.js';
import { SweeperSignal } from './sweeper-signal.js';

/** How long a process that does not lead, or has just failed, waits, in milliseconds of real time. */
const STANDBY_MS = 1_000;

/**
 * Sweeps: marks what is due, runs the schedules, asks for erasures, closes purges. Runs in every process of the service; one
 * leads. Each step is idempotent and bounded, and repeats until it finds nothing left. The legal time decides what is due,
 * the real time how often it is looked for.
 */
@Injectable()
export class SweeperWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Sweeper');
  private running = false;
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly leadership: Leadership,
    private readonly signal: SweeperSignal,
    private readonly options: RetentionOptions,
    private readonly lookAtClocks: LookAtClocks,
    private readonly runSchedules: RunSchedules,
    private readonly requestErasures: RequestErasures,
    private readonly completePurges: CompletePurges,
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
      let pause = this.options.sweepEveryMs;
      try {
        if (await this.leadership.held()) await this.sweep();
        else pause = STANDBY_MS;
      } catch (error) {
        // Messages of unexpected errors may quote data.
        this.logger.error({ msg: 'the sweep is tried again', error });
        await this.leadership.release();
        pause = STANDBY_MS;
      }
      await this.signal.sleep(pause);
    }
  }

  private async sweep(): Promise<void> {
    await this.untilNoneLeft(() => this.lookAtClocks.execute());
    const purges = await this.runSchedules.execute();
    const asked = await this.untilNoneLeft(() => this.requestErasures.execute());
    const closed = await this.completePurges.execute();
    if (purges + asked + closed > 0) this.logger.log({ msg: 'swept', purges, asked, closed });
  }

  private async untilNoneLeft(step: () => Promise<number>): Promise<number> {
    let all = 0;
    while (this.running) {
      const done = await step();
      if (done === 0) break;
      all += done;
    }
    return all;
  }
}
