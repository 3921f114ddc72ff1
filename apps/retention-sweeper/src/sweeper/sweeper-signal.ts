import { Injectable } from '@nestjs/common';

/** Wakes the sweeper of this process. A wake that comes while it works is kept for the next look. */
@Injectable()
export class SweeperSignal {
  private awake = false;
  private sleeper: (() => void) | undefined;

  wake(): void {
    this.awake = true;
    this.sleeper?.();
  }

  /** Until woken, at most `millis` of real time. */
  async sleep(millis: number): Promise<void> {
    if (!this.awake) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, millis);
        this.sleeper = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.sleeper = undefined;
    }
    this.awake = false;
  }
}
