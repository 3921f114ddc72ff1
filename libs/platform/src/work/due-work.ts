import type { Signal } from './signal.js';

export interface DueWorkOptions<Item> {
  readonly signal: Signal;
  /** Items under way at once in this process. */
  readonly atOnce: number;
  /** What another replica made due, or what became due again, is seen within this time; milliseconds of real time. */
  readonly lookEveryMs: number;
  /** Claims at most `free` items for this replica. */
  take(free: number): Promise<readonly Item[]>;
  /** Does one item and records how it ended. */
  one(item: Item): Promise<void>;
  /** `one` threw: a fault of our own. What it throws itself is passed over, since the claim runs out by itself. */
  failed(item: Item, error: unknown): Promise<void>;
  /** Taking failed; it is tried again. */
  waits(error: unknown): void;
  /** What is done between looks, no more often than that. */
  readonly beside?: { readonly everyMs: number; run(): Promise<unknown> };
}

/**
 * Does what is due, several items at once, woken by its signal. Any number of replicas may run: an item is claimed by one,
 * and what it leaves unfinished is free again after its claim. Stopping takes nothing new and lets what is under way end.
 */
export class DueWork<Item> {
  private readonly underWay = new Set<Promise<void>>();
  private running = false;
  private loop: Promise<unknown> = Promise.resolve();
  private besideAt = -Infinity;

  constructor(private readonly options: DueWorkOptions<Item>) {}

  start(): void {
    this.running = true;
    this.loop = this.run();
  }

  async stop(): Promise<void> {
    this.running = false;
    this.options.signal.wake();
    await this.loop;
    await Promise.all(this.underWay);
  }

  private async run(): Promise<void> {
    const { signal, atOnce, lookEveryMs, waits } = this.options;
    while (this.running) {
      try {
        await this.beside();
        const taken = await this.take();
        if (taken > 0 && this.underWay.size < atOnce) continue;
      } catch (error) {
        waits(error);
      }
      await signal.sleep(lookEveryMs);
    }
  }

  private async beside(): Promise<void> {
    const { beside } = this.options;
    if (!beside || performance.now() - this.besideAt < beside.everyMs) return;
    await beside.run();
    this.besideAt = performance.now();
  }

  private async take(): Promise<number> {
    const free = this.options.atOnce - this.underWay.size;
    if (free <= 0) return 0;
    const claimed = await this.options.take(free);
    for (const item of claimed) {
      const work: Promise<void> = this.one(item).finally(() => {
        this.underWay.delete(work);
        this.options.signal.wake();
      });
      this.underWay.add(work);
    }
    return claimed.length;
  }

  private async one(item: Item): Promise<void> {
    try {
      await this.options.one(item);
    } catch (error) {
      await this.options.failed(item, error).catch(() => undefined);
    }
  }
}
