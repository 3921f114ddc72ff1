import { Injectable } from '@nestjs/common';

/** Says that a mail may be due, so that it leaves at once and not at the next look. A wake while nobody sleeps is kept. */
@Injectable()
export class MailSignal {
  private awake = false;
  private sleeper: (() => void) | null = null;

  wake(): void {
    this.awake = true;
    this.sleeper?.();
  }

  /** Until woken, at most `millis`. */
  async sleep(millis: number): Promise<void> {
    if (!this.awake) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, millis);
        this.sleeper = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.sleeper = null;
    }
    this.awake = false;
  }
}
