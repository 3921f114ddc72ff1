import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';

/** Wakes whoever looks at publications in this process. A wake that comes while it works is kept for its next sleep. */
@Injectable()
export class PublicationSignal {
  private nudge = new AbortController();

  wake(): void {
    this.nudge.abort();
  }

  /** Until woken, at most `millis` of real time. */
  async sleep(millis: number): Promise<void> {
    await delay(millis, undefined, { signal: this.nudge.signal }).catch(() => undefined);
    this.nudge = new AbortController();
  }
}
