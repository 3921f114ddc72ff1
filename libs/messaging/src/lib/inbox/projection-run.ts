import type { SpanContext } from '@opentelemetry/api';
import type { WriteTransaction } from '../outbox/write-transaction.js';
import { inProcessSpans } from '../telemetry/spans.js';
import type { ReceivedEvent } from '../wire/received-event.js';
import type { BatchProjection, HandlersOf } from './handler-registry.js';

/** Consecutive events that only the same batch projections want, kept until something else comes: then written at once. */
export class ProjectionRun {
  private events: ReceivedEvent[] = [];
  private projections: readonly BatchProjection[] = [];

  constructor(
    private readonly tx: WriteTransaction,
    private readonly batch: SpanContext,
  ) {}

  /** Takes the event, unless other handlers want it too: then the run has been written, and the event is the caller's. */
  async take(event: ReceivedEvent, { batched, projections, reactions }: HandlersOf): Promise<boolean> {
    const alone = projections.length > 0 || reactions.length > 0;
    // Nobody here wants it: it interrupts nothing.
    if (!alone && batched.length === 0) return true;
    if (alone || !isSame(batched, this.projections)) await this.write();
    if (alone) return false;
    this.projections = batched;
    this.events.push(event);
    return true;
  }

  async write(): Promise<void> {
    const { events, projections, tx } = this;
    this.events = [];
    if (events.length === 0) return;
    await inProcessSpans(events, this.batch, async () => {
      for (const project of projections) await project(events, { tx });
    });
  }
}

function isSame(some: readonly BatchProjection[], others: readonly BatchProjection[]): boolean {
  return some.length === others.length && some.every((each, index) => each === others[index]);
}
