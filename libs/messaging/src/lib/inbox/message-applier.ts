import { Inject, Injectable } from '@nestjs/common';
import type { SpanContext } from '@opentelemetry/api';
import { formatInstant, isUuid } from '@convenant/kernel';
import { inboxStatements } from '../db/inbox.statements.js';
import { MAX_AGGREGATES } from '../outbox/transactions.js';
import type { WriteTransaction } from '../outbox/write-transaction.js';
import { MESSAGING_SETTINGS, type MessagingSettings } from '../settings.js';
import { inProcessSpan } from '../telemetry/spans.js';
import { traceparentOf } from '../telemetry/trace-context.js';
import type { Message } from '../wire/decode-event.js';
import type { ReceivedEvent } from '../wire/received-event.js';
import type { HandlerContext } from './handler-decorators.js';
import { HandlerRegistry } from './handler-registry.js';
import { PermanentFailure } from './permanent-failure.js';

/** Applies one event in an open transaction: its projections, then its reactions. For the inbox and for the redrive alike. */
@Injectable()
export class MessageApplier {
  readonly handlers = new HandlerRegistry();

  constructor(@Inject(MESSAGING_SETTINGS) readonly settings: MessagingSettings) {}

  /** The message's own aggregate, which a redrive locks too, and those its reactions append to. */
  aggregatesOf(message: Message): readonly string[] {
    return (message.aggregates ??= this.nameAggregates(message));
  }

  private nameAggregates(message: Message): readonly string[] {
    const { event, subject } = message;
    if (!event) return subject === undefined ? [] : [subject];
    try {
      const { reactions } = this.handlers.of(event.name);
      if (reactions.length === 0) return [event.subject];
      const named = reactions.flatMap((reaction) => reaction.aggregates(event));
      if (!named.every(isUuid)) throw new TypeError('An aggregate is named by a lower-case UUID');
      if (named.length >= MAX_AGGREGATES) throw new RangeError(`More than ${MAX_AGGREGATES} aggregates for one event`);
      return [event.subject, ...named];
    } catch (error) {
      // Tried again it would fail the same way, and the batch could not even be locked.
      message.fault = new PermanentFailure('reaction.aggregates', 'Its aggregates cannot be named', { cause: error });
      return [event.subject];
    }
  }

  async apply(
    tx: WriteTransaction,
    event: ReceivedEvent,
    what: { project: boolean; react: boolean },
    batch: SpanContext,
  ): Promise<void> {
    await inProcessSpan(event, batch, async (span) => {
      const traceparent = (span && traceparentOf(span)) ?? event.traceparent;
      const context: HandlerContext = { tx, command: commandOf(event, traceparent) };
      const { projections, batched } = this.handlers.of(event.name);
      if (what.project) {
        for (const handle of projections) await handle(event, context);
        for (const handle of batched) await handle([event], context);
      }
      if (what.react) await this.react(tx, event, context);
    });
  }

  private async react(tx: WriteTransaction, event: ReceivedEvent, context: HandlerContext): Promise<void> {
    for (const { reaction, aggregates, handle } of this.handlers.of(event.name).reactions) {
      const values = [reaction, event.id, formatInstant(tx.now), aggregates(event)];
      const first = await tx.query(inboxStatements.react, values);
      if (first.length > 0) await handle(event, context);
    }
  }
}

/** Whoever caused the event also caused what follows from it. */
function commandOf(event: ReceivedEvent, traceparent: string | undefined): HandlerContext['command'] {
  const { correlationId, id, actorParty, actorRef } = event;
  return {
    correlationId,
    causationId: id,
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(actorParty === undefined ? {} : { actorParty }),
    ...(actorRef === undefined ? {} : { actorRef }),
  };
}
