import {
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  trace,
  TraceFlags,
  type Context,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** W3C `traceparent` of the span at work, if any. */
export function activeTraceparent(): string | undefined {
  const span = trace.getSpan(context.active());
  return span && traceparentOf(span);
}

export function traceparentOf(span: Span): string | undefined {
  const { traceId, spanId, traceFlags } = span.spanContext();
  if (!isSpanContextValid(span.spanContext())) return undefined;
  return `00-${traceId}-${spanId}-${(traceFlags & TraceFlags.SAMPLED).toString(16).padStart(2, '0')}`;
}

/** The remote span a `traceparent` names; undefined when absent or malformed. */
export function spanContextFrom(traceparent: string | null | undefined): SpanContext | undefined {
  const parts = traceparent ? TRACEPARENT.exec(traceparent) : null;
  if (!parts) return undefined;
  const [, traceId, spanId, flags] = parts as unknown as [string, string, string, string];
  const spanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(spanContext) ? spanContext : undefined;
}

/** A context whose parent is the span that `traceparent` names. */
export function contextFrom(traceparent: string | null | undefined): Context {
  const parent = spanContextFrom(traceparent);
  return parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
}

/** True when the trace that the message belongs to is recorded; only then is a span of its own worth making. */
export function isSampled(traceparent: string | null | undefined): boolean {
  // Of nearly every event the flags say no: no need to read the rest.
  if (!traceparent || (Number.parseInt(traceparent.slice(-2), 16) & TraceFlags.SAMPLED) === 0) return false;
  return spanContextFrom(traceparent) !== undefined;
}
