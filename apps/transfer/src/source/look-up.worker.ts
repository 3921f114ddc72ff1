import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { StopLookUps } from '../use-cases/look-ups/stop-look-ups.use-case.js';

const LOOK_EVERY_MS = 15_000;

/** Ends look-ups that nobody came back for. Any number of replicas may run. */
@Injectable()
export class LookUpWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('LookUp');
  private timer: NodeJS.Timeout | undefined;
  private pass: Promise<void> = Promise.resolve();

  constructor(@Inject(StopLookUps) private readonly stopLookUps: StopLookUps) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.pass = this.pass
        .then(() => this.stopLookUps.forgotten())
        .catch((error: unknown) => {
          this.logger.error({ msg: 'look-ups wait', error: error instanceof Error ? error.name : 'unknown' });
        });
    }, LOOK_EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.pass;
  }
}
