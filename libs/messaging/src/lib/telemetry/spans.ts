import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';
import type { ReceivedEvent } from '../wire/received-event.js';
import { attribute, TRACER } from './attributes.js';
import { contextFrom, isSampled } from './trace-context.js';

const tracer = () => trace.getTracer(TRACER);

/** A batch's own span, in a trace of its own: its messages belong to many traces, and their spans link to it. */
export async function inBatchSpan<T>(
  kind: 'send' | 'process',
  topic: string,
  size: number,
  work: (batch: SpanContext) => Promise<T>,
): Promise<T> {
  const span = tracer().startSpan(
    `${kind} batch ${topic}`,
    { kind: SpanKind.CLIENT, attributes: { ...common(topic, kind), [attribute.batchSize]: size } },
    ROOT_CONTEXT,
  );
  return ended(span, () => work(span.spanContext()));
}

/** What a record to be sent is of; `traced` only when its command is sampled. */
interface SentRecord {
  readonly traced: { traceparent: string; id: string; type: string } | undefined;
}

/** `send` spans of the sampled records, children of the commands that wrote them. Call the result when the send has ended. */
export function startSendSpans(
  topic: string,
  records: readonly SentRecord[],
  batch: SpanContext,
): (error?: Error) => void {
  const spans: Span[] = [];
  for (const { traced } of records) {
    if (!traced || !isSampled(traced.traceparent)) continue;
    const attributes = { ...common(topic, 'send'), ...identity(traced.id, traced.type) };
    const options = { kind: SpanKind.PRODUCER, links: [{ context: batch }], attributes };
    spans.push(tracer().startSpan(`send ${topic}`, options, contextFrom(traced.traceparent)));
  }
  return (error) => {
    for (const span of spans) {
      if (error) fail(span, error);
      span.end();
    }
  };
}

/** Runs the handlers of one event in its `process` span, child of the event's `traceparent` and linked to the batch. */
export async function inProcessSpan<T>(
  event: ReceivedEvent,
  batch: SpanContext,
  work: (span: Span | undefined) => Promise<T>,
): Promise<T> {
  if (!isSampled(event.traceparent)) return work(undefined);
  const { span, parent } = startProcessSpan(event, batch);
  return context.with(trace.setSpan(parent, span), () => ended(span, () => work(span)));
}

/** Runs the handlers of several events at once: each sampled one has its `process` span, and none of them is the active one. */
export async function inProcessSpans(
  events: readonly ReceivedEvent[],
  batch: SpanContext,
  work: () => Promise<void>,
): Promise<void> {
  const spans = events
    .filter(({ traceparent }) => isSampled(traceparent))
    .map((event) => startProcessSpan(event, batch).span);
  try {
    await work();
  } catch (error) {
    for (const span of spans) fail(span, error as Error);
    throw error;
  } finally {
    for (const span of spans) span.end();
  }
}

function startProcessSpan(event: ReceivedEvent, batch: SpanContext): { span: Span; parent: Context } {
  const { topic, partition, offset } = event.raw;
  const parent = contextFrom(event.traceparent);
  const span = tracer().startSpan(
    `process ${event.name}`,
    {
      kind: SpanKind.CONSUMER,
      links: [{ context: batch }],
      attributes: {
        ...common(topic, 'process'),
        ...identity(event.id, event.type),
        [attribute.partition]: String(partition),
        [attribute.offset]: offset,
        [attribute.sequence]: event.sequence,
        [attribute.correlationId]: event.correlationId,
      },
    },
    parent,
  );
  return { span, parent };
}

async function ended<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    fail(span, error as Error);
    throw error;
  } finally {
    span.end();
  }
}

// The message of an error may name more than ids; its class says enough here.
function fail(span: Span, error: Error): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message: error.name });
}

function common(topic: string, operation: string): Record<string, string> {
  return { [attribute.system]: 'kafka', [attribute.destination]: topic, [attribute.operation]: operation };
}

function identity(id: string, type: string): Record<string, string> {
  return { [attribute.messageId]: id, [attribute.eventId]: id, [attribute.eventType]: type };
}
