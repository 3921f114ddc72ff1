import { context, propagation, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import './request-context.js';

/** Structured logging, pino's way round. */
export interface RequestLogger {
  info(line: object, message: string): void;
  debug(line: object, message: string): void;
}

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const serverSpan = Symbol('server span');

/**
 * For each request: an id and a trace, given back as `X-Request-Id` and `BelGov-Trace-Id`, and one log line with method,
 * route template and status.
 *
 * The span comes from the HTTP instrumentation when the telemetry preload is active; else (tests, no preload) it is made
 * here, as child of an incoming `traceparent`. Either way it is named by the route template: a path may hold an id.
 */
export function addRequestHooks(server: FastifyInstance, logger: RequestLogger): void {
  server.addHook('onRequest', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const name = `${request.method} ${route}`;
    let active = trace.getActiveSpan();
    let within = context.active();
    if (!active) {
      const parent = propagation.extract(context.active(), request.headers);
      active = trace
        .getTracer('@convenant/platform')
        .startSpan(name, { kind: SpanKind.SERVER, attributes: { 'http.request.method': request.method } }, parent);
      within = trace.setSpan(parent, active);
      Object.defineProperty(request, serverSpan, { value: active });
    }
    active.updateName(name);
    active.setAttribute('http.route', route);
    active.setAttribute('convenant.request_id', request.id);
    request.traceparent = traceparentOf(active, request);
    void reply.header('x-request-id', request.id);
    void reply.header('cache-control', 'no-store'); // an answer may hold a passphrase or who received what
    void reply.header('x-content-type-options', 'nosniff');
    void reply.header('belgov-trace-id', request.traceparent?.slice(3, 35) ?? request.id);
    context.with(within, done);
  });

  server.addHook('onResponse', (request, reply, done) => {
    const span = (request as { [serverSpan]?: Span })[serverSpan];
    if (span) {
      span.setAttribute('http.response.status_code', reply.statusCode);
      if (reply.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    }
    const route = request.routeOptions.url ?? 'unknown';
    const level = route.endsWith('/health') ? 'debug' : 'info'; // probes ask every few seconds
    logger[level](
      {
        requestId: request.id,
        method: request.method,
        route,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        ...(request.caller?.party ? { party: request.caller.party } : {}),
        ...(request.traceparent ? { traceId: request.traceparent.slice(3, 35) } : {}),
      },
      'answered',
    );
    done();
  });
}

/** Of the active span, else the caller's own header: without telemetry here the caller's trace still goes on. */
function traceparentOf(span: Span, request: FastifyRequest): string | undefined {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const own = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  if (TRACEPARENT.test(own)) return own;
  const header = request.headers.traceparent;
  return typeof header === 'string' && TRACEPARENT.test(header) ? header : undefined;
}
