/** Wakes one sleeper. A wake that comes while nobody sleeps is kept for the next one. */
export class Signal {
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
