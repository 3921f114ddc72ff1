import { Logger } from '@nestjs/common';
import type { BatchControl, BatchOutcome, BusBatch, BusConsumer, BusRecord, TopicPartition } from '../bus/bus.js';
import { withHeartbeats } from '../inbox/waiting.js';

// Milliseconds of real time.
const RETRY = { first: 100, longest: 5_000 };
const LONGEST_TURN = 1_000;

/**
 * Lets each party's records be handled in order, and no party hold up another: a turn is over after a second, and a record
 * that meets a transient failure pauses its own topic until it is tried again.
 *
 * The consumer hands over one batch at a time, so a record that takes long (a delivery that is awaited for two seconds) still
 * delays the next party by as much. Several batches at once would cure it.
 */
export class PartyTurns {
  private readonly log = new Logger('agency');
  private readonly waits = new Map<string, number>();
  private readonly timers = new Set<NodeJS.Timeout>();

  /** @param handle has had its effect, committed, when it resolves; rejects for what may pass */
  constructor(
    private readonly consumer: BusConsumer,
    private readonly handle: (position: TopicPartition, record: BusRecord) => Promise<void>,
  ) {}

  take(batch: BusBatch, control: BatchControl): Promise<BatchOutcome> {
    return withHeartbeats(control, async (membership) => {
      const { topic, partition, records } = batch;
      const over = performance.now() + LONGEST_TURN;
      let next = records[0]!.offset;
      for (const record of records) {
        if (control.stopping || membership.lost) break;
        try {
          await this.handle({ topic, partition }, record);
        } catch (error) {
          this.tryAgainLater({ topic, partition }, record.offset, error);
          return 'pause';
        }
        this.waits.delete(topic);
        next = record.offset + 1n;
        if (performance.now() > over) break;
      }
      return next === records[0]!.offset ? 'again' : { next };
    });
  }

  /** Nothing is tried again from here; whoever reads next begins behind what is committed. */
  end(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private tryAgainLater(position: TopicPartition, offset: bigint, error: unknown): void {
    const { topic, partition } = position;
    const wait = this.waits.get(topic) ?? RETRY.first;
    this.waits.set(topic, Math.min(wait * 2, RETRY.longest));
    const { name, code } = error as { name?: string; code?: unknown };
    // Messages of unexpected errors may quote data.
    this.log.warn(`${topic}/${partition}/${offset} is tried again in ${wait} ms: ${code ?? name}`);
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      try {
        // Harmless when the topic is another member's by now, and when it was read further: what is done is recognised.
        this.consumer.seek(position, offset);
        this.consumer.resume(position);
      } catch (refused) {
        // A consumer that is just starting anew has forgotten the pause, and begins behind what is committed.
        this.log.debug(`${topic}/${partition} is not resumed: ${(refused as Error).name}`);
      }
    }, wait);
    this.timers.add(timer);
  }
}
